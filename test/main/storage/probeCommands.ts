import { CompiledQuery } from 'kysely';
import { tables, readCommand, writeCommand, type Command } from '../../../src-main/storage/command.ts';
import { recordUndo } from '../../../src-main/storage/journal.ts';
import { AppError } from '../../../src-main/base/appError.ts';
import type { Migration } from '../../../src-main/storage/migrations.ts';

/** A small schema and commands for the tests of the database itself. */
interface ProbeTables {
  entries: { id: number; name: string; data: Uint8Array | null };
  parts: { entry_id: number; text: string };
}

const db = tables<ProbeTables>();

export const addEntry = writeCommand('probe.add', (sql, { name, bytes = 0 }: { name: string; bytes?: number }): number => {
  const row = { name, data: new Uint8Array(bytes).fill(7) };
  return Number(sql.run(db.insertInto('entries').values(row as ProbeTables['entries'])).lastInsertRowid);
});

export const addThenFail = writeCommand('probe.addThenFail', (sql, { name }: { name: string }): void => {
  addEntry.run(sql, { name });
  throw new AppError('INPUT_INVALID', `Refused after adding ${name}`, { hint: 'Expected by the test.', details: { name } });
});

/** Keeps the writer busy. */
export const addSlowly = writeCommand('probe.addSlowly', (sql, { name, pauseMs }: { name: string; pauseMs: number }): void => {
  addEntry.run(sql, { name });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
});

export const addPart = writeCommand('probe.addPart', (sql, { entryId }: { entryId: number }): void => {
  sql.run(db.insertInto('parts').values({ entry_id: entryId, text: 'part' }));
});

export const dropEntries = writeCommand('probe.drop', (sql, _: null): number => sql.run(db.deleteFrom('entries')).changes);

export const dropEntry = writeCommand('probe.dropOne', (sql, { name }: { name: string }): number => sql.run(db.deleteFrom('entries').where('name', '=', name)).changes);

export const dropWithUndo = writeCommand('probe.dropWithUndo', (sql, drop: { name: string; undoId: string; kind: string; atMs: number }): void => {
  recordUndo(sql, { id: drop.undoId, kind: drop.kind, title: `Delete ${drop.name}`, payload: { names: [drop.name] }, atMs: drop.atMs });
  if (dropEntry.run(sql, drop) === 0) throw new AppError('INPUT_INVALID', `There is no ${drop.name}`);
});

export const restoreNames = writeCommand('probe.restoreNames', (sql, { names }: { names: string[] }): number => {
  for (const name of names) addEntry.run(sql, { name });
  return names.length;
});

export const failToRestore = writeCommand('probe.failToRestore', (sql, { names }: { names: string[] }): void => {
  restoreNames.run(sql, { names });
  throw new AppError('INPUT_INVALID', 'Something else took its place');
});

export const purgeNames = writeCommand('probe.purgeNames', (_sql, { names }: { names: string[] }): { digests: string[] } => ({ digests: names.map((name) => `digest of ${name}`) }));

export const returnFunction = writeCommand('probe.returnFunction', (sql, { name }: { name: string }): unknown => {
  addEntry.run(sql, { name });
  return () => name;
});

export const writeAsynchronously = writeCommand('probe.async', async (sql, { name }: { name: string }): Promise<void> => {
  addEntry.run(sql, { name });
});

export const exitThread = writeCommand('probe.exit', (_sql, _: null): void => {
  process.exit(9);
});

/** A write command, so that it is answered by the writer's connection. */
export const readSettings = writeCommand('probe.settings', (sql, _: null): Record<string, unknown> => {
  const names = ['journal_mode', 'synchronous', 'foreign_keys', 'mmap_size', 'trusted_schema'];
  return Object.assign({}, ...names.map((name) => sql.first(CompiledQuery.raw(`PRAGMA ${name}`)))) as Record<string, unknown>;
});

export const listNames = readCommand('probe.list', (sql, _: null): string[] => sql.all(db.selectFrom('entries').select('name').orderBy('id')).map((row) => row.name));

export const countEntries = readCommand('probe.count', (sql, _: null): number => sql.first(db.selectFrom('entries').select((row) => row.fn.countAll<number>().as('count')))?.count ?? 0);

/** Two looks at the table with a pause between: both must see the same. */
export const countTwice = readCommand('probe.countTwice', (sql, { pauseMs }: { pauseMs: number }): [number, number] => {
  const first = countEntries.run(sql, null);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  return [first, countEntries.run(sql, null)];
});

export const writeByReading = readCommand('probe.writeByReading', (sql, _: null): void => {
  addEntry.run(sql, { name: 'never' });
});

export const notServed = readCommand('probe.notServed', (_sql, _: null): number => 1);

export const probeCommands: readonly Command[] = [addEntry, addThenFail, addSlowly, addPart, dropEntries, dropEntry, dropWithUndo, restoreNames, failToRestore, purgeNames, returnFunction, writeAsynchronously, exitThread, readSettings, listNames, countEntries, countTwice, writeByReading];

export const probeMigrations: readonly Migration[] = [
  {
    id: '0001-create-entries',
    database: 'project',
    up: `
CREATE TABLE entries (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, data BLOB) STRICT;
CREATE TABLE parts (entry_id INTEGER NOT NULL REFERENCES entries (id), text TEXT NOT NULL) STRICT;
`,
  },
];
