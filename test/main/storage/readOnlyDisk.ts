import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorBody } from '../../../src-main/base/appError.ts';
import { openArtifacts } from '../../../src-main/storage/artifacts.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { tryLock } from '../../../src-main/storage/processLock.ts';
import { addEntry } from './probeCommands.ts';

/** Prepares a disk, sees it mounted read-only, and tries every way of writing. Prints one JSON line for each. */
const [disk = ''] = process.argv.slice(2);
const worker = new URL('./probeWorker.ts', import.meta.url);
const openIn = (folder: string) => openDatabase({ file: join(disk, folder, 'lathe.db'), worker, readers: 1 });

async function attempt(path: string, write: () => unknown): Promise<void> {
  let error = null;
  try {
    await write();
  } catch (reason) {
    error = toErrorBody(reason);
  }
  console.log(JSON.stringify({ path, error }));
}

const database = await openIn('main');
await database.run(addEntry, { name: 'before' });
await database.close();
const kept = await openArtifacts(join(disk, 'artifacts')).put(Buffer.from('before'));
mkdirSync(join(disk, 'locks'));
rmSync(join(disk, 'main', 'lathe.db-wal'), { force: true });
execFileSync('mount', ['-o', 'remount,ro', disk]);

const artifacts = openArtifacts(join(disk, 'artifacts'));
if ((await artifacts.get(kept)).length !== 6) throw new Error('Reading stopped with writing');
await attempt('artifact', () => artifacts.put(Buffer.from('after')));
await attempt('new artifacts', () => openArtifacts(join(disk, 'other')));
await attempt('lock', () => tryLock(join(disk, 'locks', 'owner.lock')));
await attempt('new database', () => openIn('new'));
await attempt('old database', () => openIn('main'));
console.log('finished');
