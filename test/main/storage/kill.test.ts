import { appendFileSync, closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAILPOINTS } from '../../../src-main/base/failpoint.ts';
import { sha256 } from '../../../src-main/base/canonicalJson.ts';
import type { Digest } from '../../../src-main/contract/ids.ts';
import { openArtifacts } from '../../../src-main/storage/artifacts.ts';
import { tryLock } from '../../../src-main/storage/processLock.ts';
import { startChild } from '../../helpers/childProcess.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { listNames } from './probeCommands.ts';

leakCheck();

const WRITER = new URL('./killedWriter.ts', import.meta.url);

/** What the driver heard, in its own fsynced journal: the oracle is outside the process that dies. */
interface Oracle {
  readonly open: Set<string>;
  readonly saved: Map<string, Digest>;
  readonly removing: Set<string>;
  readonly removed: Set<string>;
  heard(line: string): void;
  close(): void;
}

function createOracle(): Oracle {
  const journal = openSync(join(temporaryFolder(), 'journal.txt'), 'a');
  const oracle = { open: new Set<string>(), saved: new Map<string, Digest>(), removing: new Set<string>(), removed: new Set<string>() };
  const kinds: Record<string, (name: string, digest: string) => unknown> = {
    open: (name) => oracle.open.add(name),
    saved: (name, digest) => oracle.saved.set(name, digest as Digest),
    removing: (name) => oracle.removing.add(name),
    removed: (name) => oracle.removed.add(name),
  };
  return {
    ...oracle,
    heard: (line) => {
      appendFileSync(journal, `${Date.now()} ${line}\n`);
      const [kind = '', name = '', digest = ''] = line.split(' ');
      kinds[kind]?.(name, digest);
    },
    close: () => {
      fsyncSync(journal);
      closeSync(journal);
    },
  };
}

/** Checks everything that was promised, on what the dead process left. Returns the number of acknowledged operations looked at. */
async function checkPromises(folder: string, oracle: Oracle): Promise<number> {
  const lock = tryLock(join(folder, 'owner.lock'));
  expect(lock, 'the lock of a dead process is free').not.toBeNull();
  const database = await openTestDatabase({ kind: 'probe', file: join(folder, 'lathe.db') });
  const artifacts = openArtifacts(join(folder, 'artifacts'));
  expect(await database.check()).toEqual([]);
  const rows = (await database.run(listNames, null)).map((row) => row.split(' ') as [string, Digest]);
  expect(new Set(rows.map(([name]) => name)).size, 'no operation is there twice').toBe(rows.length);
  const present = new Map(rows);
  for (const [name, digest] of oracle.saved) {
    if (oracle.removing.has(name)) continue;
    expect(present.get(name), `acknowledged ${name}`).toBe(digest);
  }
  for (const name of oracle.removed) expect(present.has(name), `removed ${name}`).toBe(false);
  for (const [name, digest] of rows) {
    expect(oracle.open.has(name), `${name} was asked for`).toBe(true);
    expect(sha256(await artifacts.get(digest)), `${name} is whole`).toBe(digest);
  }
  for (const { digest } of await artifacts.list()) await artifacts.get(digest);
  expect(readdirSync(join(folder, 'artifacts', 'temporary'))).toEqual([]);
  await database.close();
  lock?.release();
  return oracle.saved.size;
}

describe('kill -9', () => {
  it('at 4 random moments loses nothing that was acknowledged, in one project all through', async () => {
    const folder = temporaryFolder();
    const oracle = createOracle();
    let hits = 0;
    let rounds = 0;
    for (; hits < 4 && rounds < 40; rounds += 1) {
      const savedBefore = oracle.saved.size;
      const child = startChild(WRITER, [folder, String(rounds)], { onLine: (line) => oracle.heard(line) });
      const until = performance.now() + 20_000;
      while (oracle.saved.size === savedBefore && child.process.exitCode === null && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 2));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
      child.process.kill('SIGKILL');
      expect((await child.ended).signal, child.stderr()).toBe('SIGKILL');
      // Only a kill of a process that had acknowledged something and was at work on something else counts.
      const open = [...oracle.open].filter((name) => name.startsWith(`${rounds}-`) && !oracle.saved.has(name));
      if (oracle.saved.size > savedBefore && open.length > 0) hits += 1;
      await checkPromises(folder, oracle);
    }
    expect(hits).toBe(4);
    console.log(`kill -9: ${hits} hits in ${rounds} launches, ${oracle.saved.size} acknowledged operations, 0 lost`);
    oracle.close();
  });

  const names = FAILPOINTS.filter((name) => /^(artifact|database|lock)\./.test(name) && name !== 'lock.before-release');
  it.each(names)('at %s loses nothing that was acknowledged', async (name) => {
    const folder = temporaryFolder();
    const oracle = createOracle();
    // The fourth passing: some work is acknowledged by then, and some is open.
    const failpoint = name.startsWith('lock.') ? name : `${name}:4`;
    const child = startChild(WRITER, [folder, '0', '5000'], { env: { LATHE_FAILPOINT: failpoint }, onLine: (line) => oracle.heard(line) });
    expect(await child.ended, child.stderr()).toEqual({ code: null, signal: 'SIGKILL' });
    await checkPromises(folder, oracle);
    oracle.close();
  });

  it('while letting go of the lock leaves it free', async () => {
    const folder = temporaryFolder();
    const oracle = createOracle();
    const child = startChild(WRITER, [folder, '0', '20'], { env: { LATHE_FAILPOINT: 'lock.before-release' }, onLine: (line) => oracle.heard(line) });
    expect((await child.ended).signal, child.stderr()).toBe('SIGKILL');
    expect(await checkPromises(folder, oracle)).toBe(20);
    oracle.close();
  });
});
