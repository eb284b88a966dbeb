import fsPromises, { open, type FileHandle } from 'node:fs/promises';
import { readlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openArtifacts } from '../../../src-main/storage/artifacts.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { readSettings } from './probeCommands.ts';

/**
 * A killed process keeps what the system already has, so kills cannot show a missing fsync. Here the calls themselves are watched:
 * what would be lost in a power cut is what was not synced before it was acknowledged.
 */
leakCheck();

const calls: string[] = [];
const realRename = fsPromises.rename;
let prototype: { sync: FileHandle['sync'] };
let realSync: FileHandle['sync'];

beforeAll(async () => {
  const probe = await open(temporaryFolder(), 'r');
  prototype = Object.getPrototypeOf(probe) as typeof prototype;
  await probe.close();
  realSync = prototype.sync;
  prototype.sync = async function sync(this: FileHandle) {
    const path = readlinkSync(`/proc/self/fd/${this.fd}`);
    await realSync.call(this);
    calls.push(`sync ${path}`);
  };
  fsPromises.rename = async (from, to) => {
    await realRename(from, to);
    calls.push(`rename ${String(from)} ${String(to)}`);
  };
  syncBuiltinESMExports();
});

afterAll(() => {
  prototype.sync = realSync;
  fsPromises.rename = realRename;
  syncBuiltinESMExports();
});

it.skipIf(process.platform !== 'linux')('an artifact is synced before it gets its name, its folder after, and only then it is acknowledged (needs Linux)', async () => {
  const artifacts = openArtifacts(temporaryFolder());
  calls.length = 0;
  const digest = await artifacts.put(Buffer.from('durable'));
  const acknowledgedAt = calls.length;
  const renamedAt = calls.findIndex((call) => call.startsWith('rename '));
  const [, temporary = '', path] = calls[renamedAt]?.split(' ') ?? [];
  expect(path).toBe(artifacts.pathOf(digest));
  const syncedAt = calls.indexOf(`sync ${temporary}`);
  const folderSyncedAt = calls.lastIndexOf(`sync ${join(artifacts.folder, digest.slice(0, 2))}`);
  expect(syncedAt, 'the file is synced').toBeGreaterThanOrEqual(0);
  expect(syncedAt).toBeLessThan(renamedAt);
  expect(folderSyncedAt, 'the folder is synced after the rename').toBeGreaterThan(renamedAt);
  expect(folderSyncedAt).toBeLessThan(acknowledgedAt);
  expect(calls, 'a new folder is itself synced into its parent').toContain(`sync ${artifacts.folder}`);
});

it.skipIf(process.platform !== 'linux')('of many artifacts every file is synced, and every folder once after its last rename (needs Linux)', async () => {
  const artifacts = openArtifacts(temporaryFolder());
  calls.length = 0;
  const digests = await artifacts.putMany(Array.from({ length: 100 }, (_, index) => Buffer.from(`artifact ${index}`)));
  for (const digest of digests) {
    const renamedAt = calls.findIndex((call) => call.endsWith(artifacts.pathOf(digest)));
    const temporary = calls[renamedAt]?.split(' ')[1] ?? '';
    expect(calls.indexOf(`sync ${temporary}`)).toBeGreaterThanOrEqual(0);
    expect(calls.indexOf(`sync ${temporary}`)).toBeLessThan(renamedAt);
    expect(calls.lastIndexOf(`sync ${join(artifacts.folder, digest.slice(0, 2))}`)).toBeGreaterThan(renamedAt);
  }
  const folders = new Set(digests.map((digest) => `sync ${join(artifacts.folder, digest.slice(0, 2))}`));
  expect(calls.filter((call) => folders.has(call))).toHaveLength(folders.size);
});

it('the writer commits with a write-ahead log that is synced at every commit, and checks references', async () => {
  const database = await openTestDatabase({ kind: 'probe' });
  const settings = await database.run(readSettings, null);
  expect(settings).toEqual({ journal_mode: 'wal', synchronous: 2, foreign_keys: 1, mmap_size: 0, trusted_schema: 0 });
  await database.close();
});
