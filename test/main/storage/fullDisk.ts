import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openArtifacts } from '../../../src-main/storage/artifacts.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { tryLock } from '../../../src-main/storage/processLock.ts';
import { toErrorBody } from '../../../src-main/base/appError.ts';
import { addEntry, countEntries, listNames } from './probeCommands.ts';

/**
 * Runs on a small disk of its own: fills it but for n pages, tries one way of writing, frees space, tries again on what is open, for
 * every n until it succeeds. Prints one JSON line for each attempt.
 */
const [disk = ''] = process.argv.slice(2);
const PAGE = 4_096;
const filler = join(disk, 'filler');
const worker = new URL('./probeWorker.ts', import.meta.url);
const next = new URL('./probeNextWorker.ts', import.meta.url);

/** Leaves this many pages free. */
function fill(pages: number): void {
  const descriptor = openSync(filler, 'w');
  const { bavail, bsize } = statfsSync(disk);
  let left = Math.floor((bavail * bsize) / PAGE) - pages;
  const block = Buffer.alloc(PAGE);
  try {
    for (; left > 0; left -= 1) writeSync(descriptor, block);
  } finally {
    closeSync(descriptor);
  }
}

const free = (): void => rmSync(filler, { force: true });

interface Path {
  readonly name: string;
  /** More pages than it can need. */
  readonly most: number;
  /** Pages more for each attempt; opening a database is slow, so it goes in larger steps. */
  readonly step?: number;
  readonly write: (attempt: string) => Promise<unknown>;
  /** True when everything that was saved before, and the retry, is there. */
  readonly check: (saved: number) => Promise<boolean>;
}

async function exhaust(path: Path): Promise<void> {
  let saved = 0;
  for (let pages = 0; pages < path.most; pages += path.step ?? 1) {
    fill(pages);
    const first = await attempt(path, `${path.name}-${pages}`);
    const readable = await path.check(saved + (first === null ? 1 : 0)).catch((error: unknown) => toErrorBody(error).message);
    free();
    const retried = first === null ? null : await attempt(path, `${path.name}-${pages}-again`);
    saved += first === null || retried === null ? 1 : 0;
    const whole = await path.check(saved).catch((error: unknown) => toErrorBody(error).message);
    console.log(JSON.stringify({ path: path.name, pages, error: first, readable, retried, whole }));
    if (first === null) return;
  }
}

async function attempt(path: Path, name: string): Promise<unknown> {
  try {
    await path.write(name);
    return null;
  } catch (error) {
    return toErrorBody(error);
  }
}

const database = await openDatabase({ file: join(disk, 'main', 'lathe.db'), worker, readers: 1 });
await exhaust({
  name: 'row',
  most: 60,
  write: (name) => database.run(addEntry, { name, bytes: 20_000 }),
  check: async (saved) => (await database.run(countEntries, null)) === saved,
});
await exhaust({
  name: 'rows together',
  most: 60,
  write: (name) => Promise.all([1, 2, 3].map((index) => database.run(addEntry, { name: `${name} ${index}`, bytes: 20_000 }))),
  check: async () => new Set(await database.run(listNames, null)).size === (await database.run(countEntries, null)),
});
await exhaust({
  name: 'backup',
  most: 900,
  step: 24,
  write: () => database.backup(join(disk, 'copies', 'copy.db')),
  check: async () => (await database.run(countEntries, null)) > 0,
});
rmSync(join(disk, 'copies'), { recursive: true, force: true });
await database.close();
rmSync(join(disk, 'main'), { recursive: true });

const artifacts = openArtifacts(join(disk, 'artifacts'));
await exhaust({
  name: 'artifact',
  most: 60,
  write: (name) => artifacts.put(Buffer.from(name.repeat(3_000))),
  check: async (saved) => (await artifacts.list()).length === saved,
});
await exhaust({
  name: 'artifacts',
  most: 120,
  write: (name) => artifacts.putMany([1, 2, 3, 4].map((index) => Buffer.from(`${name}-${index}`.repeat(1_000)))),
  check: async () => {
    for (const { digest } of await artifacts.list()) await artifacts.get(digest);
    return true;
  },
});

let locks = 0;
await exhaust({
  name: 'lock',
  most: 20,
  write: async (name) => {
    mkdirSync(join(disk, 'locks'), { recursive: true });
    tryLock(join(disk, 'locks', name))?.release();
    locks += 1;
  },
  check: async () => locks >= 0,
});

await exhaust({
  name: 'new database',
  most: 80,
  step: 4,
  write: async (name) => (await openDatabase({ file: join(disk, 'new', `${name}.db`), worker, readers: 1 })).close(),
  check: async () => true,
});

rmSync(join(disk, 'new'), { recursive: true });
const old = join(disk, 'old', 'lathe.db');
const before = await openDatabase({ file: old, worker, readers: 1 });
for (let index = 0; index < 5; index += 1) await before.run(addEntry, { name: `entry ${index}`, bytes: 5_000 });
await before.close();
let upgraded = false;
await exhaust({
  name: 'upgrade',
  most: 120,
  step: 4,
  write: async () => {
    await (await openDatabase({ file: old, worker: next, readers: 1 })).close();
    upgraded = true;
  },
  check: async () => {
    // On a full disk the earlier version can still read it, or at least nothing is lost afterwards.
    const reading = await openDatabase({ file: old, worker: upgraded ? next : worker, readers: 1 });
    const count = await reading.run(countEntries, null);
    await reading.close();
    return count === 5;
  },
});
console.log('finished');
