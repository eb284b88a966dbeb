import { mkdirSync, renameSync, rmSync, writeFileSync, type watch } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { watchFolders, type FolderWatch, type WatchOptions } from '../../../../../src-main/capabilities/knowledge/sources/watchFolders.ts';
import { temporaryFolder } from '../../../../helpers/temporaryFolder.ts';

const watches: FolderWatch[] = [];

afterEach(() => {
  for (const each of watches.splice(0)) each.close();
});

/** Calls of a watch that was given a moment to begin. */
async function watching(folders: readonly string[], options: WatchOptions = {}): Promise<string[][]> {
  const calls: string[][] = [];
  watches.push(watchFolders(folders, (changed) => calls.push([...changed]), { quietMs: 60, pollMs: 40, ...options }));
  await new Promise((resolve) => setTimeout(resolve, 200));
  return calls;
}

test('many changes in a row, also deep below, are told once, with the folder that they are in', async () => {
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(path.join(one, 'a', 'b'), { recursive: true });
  const calls = await watching([one, two], { quietMs: 300 });
  for (let number = 0; number < 20; number += 1) writeFileSync(path.join(one, 'a', 'b', `${number}.txt`), 'x');
  await expect.poll(() => calls, { timeout: 5_000 }).toEqual([[one]]);
});

test('a folder that vanishes and comes back is told, and watched again', async () => {
  const folder = path.join(temporaryFolder(), 'notes');
  mkdirSync(folder);
  const calls = await watching([folder]);
  renameSync(folder, `${folder}-away`);
  await expect.poll(() => calls.length, { timeout: 5_000 }).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const gone = calls.length;
  mkdirSync(folder);
  await expect.poll(() => calls.length, { timeout: 5_000 }).toBeGreaterThan(gone);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const back = calls.length;
  writeFileSync(path.join(folder, 'new.txt'), 'x');
  await expect.poll(() => calls.length, { timeout: 5_000 }).toBeGreaterThan(back);
});

test('a folder that is not there yet is watched once it is', async () => {
  const folder = path.join(temporaryFolder(), 'later');
  const calls = await watching([folder]);
  mkdirSync(folder);
  await expect.poll(() => calls, { timeout: 5_000 }).not.toEqual([]);
});

test('where the system has no watches left, the folder is looked through at intervals, and that is said once', async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'a.txt'), 'x');
  const said: string[] = [];
  const refuse = (() => {
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' });
  }) as unknown as typeof watch;
  const calls = await watching([folder], { watch: refuse, onFallback: (_folder, reason) => said.push(reason) });
  expect(calls).toEqual([]);
  writeFileSync(path.join(folder, 'b.txt'), 'y');
  await expect.poll(() => calls, { timeout: 5_000 }).toEqual([[folder]]);
  rmSync(path.join(folder, 'a.txt'));
  await expect.poll(() => calls.length, { timeout: 5_000 }).toBe(2);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('no watches left');
});

test('after it is closed nothing is told', async () => {
  const folder = temporaryFolder();
  const calls = await watching([folder]);
  writeFileSync(path.join(folder, 'a.txt'), 'x');
  watches.splice(0)[0]?.close();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(calls).toEqual([]);
});
