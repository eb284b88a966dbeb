import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLockInfo, tryLock } from '../../../src-main/storage/processLock.ts';
import { startChild, type TestChild } from '../../helpers/childProcess.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

leakCheck();

const HOLDER = new URL('./lockHolder.ts', import.meta.url);

async function firstLine(child: TestChild): Promise<string> {
  const until = performance.now() + 20_000;
  while (child.lines.length === 0 && child.process.exitCode === null && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
  return child.lines[0] ?? `nothing: ${child.stderr()}`;
}

describe('process lock', () => {
  it('is held once in a process, and again after its release', () => {
    const file = join(temporaryFolder(), 'state', 'owner.lock');
    const lock = tryLock(file);
    expect(lock).not.toBeNull();
    expect(tryLock(file)).toBeNull();
    lock?.release();
    lock?.release();
    const again = tryLock(file);
    expect(again).not.toBeNull();
    again?.release();
    expect(readdirSync(join(file, '..'))).toEqual(['owner.lock']);
  });

  it('tells others who holds it, and only this user', () => {
    const file = join(temporaryFolder(), 'owner.lock');
    expect(readLockInfo(file)).toBeNull();
    const lock = tryLock(file);
    lock?.update({ endpoint: { port: 4711 } });
    expect(readLockInfo(file)).toEqual({ host: expect.any(String), pid: process.pid, startedAtMs: expect.any(Number), endpoint: { port: 4711 } });
    expect(statSync(`${file}.json`).mode & 0o077).toBe(0);
    lock?.release();
    expect(existsSync(`${file}.json`)).toBe(false);
  });

  it('does not believe what cannot be read beside the lock', () => {
    const file = join(temporaryFolder(), 'owner.lock');
    for (const text of ['', '{', '[]', '{"pid":"x"}', 'null']) {
      writeFileSync(`${file}.json`, text);
      expect(readLockInfo(file)).toBeNull();
      const lock = tryLock(file);
      expect(lock).not.toBeNull();
      lock?.release();
    }
  });

  it('has exactly one winner in each of ten races of two processes', async () => {
    const folder = temporaryFolder();
    for (let race = 0; race < 10; race += 1) {
      const file = join(folder, `race-${race}.lock`);
      const startAtMs = String(Date.now() + 300);
      const children = [startChild(HOLDER, [file, startAtMs]), startChild(HOLDER, [file, startAtMs])];
      const said = await Promise.all(children.map(firstLine));
      expect(said.filter((line) => line === 'won'), said.join(' | ')).toHaveLength(1);
      expect(said.filter((line) => line.startsWith('lost')), said.join(' | ')).toHaveLength(1);
      for (const child of children) child.process.kill('SIGKILL');
      await Promise.all(children.map((child) => child.ended));
    }
  });

  it('is free at once when its holder was killed, although the holder could not say so', async () => {
    const file = join(temporaryFolder(), 'owner.lock');
    const holder = startChild(HOLDER, [file]);
    expect(await firstLine(holder)).toBe('won');
    expect(tryLock(file)).toBeNull();
    expect(readLockInfo(file)).toMatchObject({ pid: holder.process.pid, endpoint: `http://127.0.0.1/${holder.process.pid}` });
    holder.process.kill('SIGKILL');
    await holder.ended;
    const started = performance.now();
    const lock = tryLock(file);
    expect(lock?.info.pid).toBe(process.pid);
    expect(performance.now() - started).toBeLessThan(5_000);
    lock?.release();
  });

  it('names a folder that cannot hold it', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => tryLock(join(folder, 'file', 'owner.lock'))).toThrow(expect.objectContaining({ code: 'STORAGE_FAILED' }));
  });
});
