import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { failpoint } from '../base/failpoint.ts';
import { openConnection, type Connection } from './sqliteConnection.ts';
import { databaseDamaged, storageError } from './storageError.ts';
import { syncFolderNow, syncPathNow } from './syncFolder.ts';

/** Owns copies of a database: consistent, checked after writing, whole or absent. */
const COPIES_KEPT = 3;

export function copiesFolder(file: string): string {
  return join(dirname(file), 'copies');
}

/** Writes a consistent copy to `to` (replacing it), proves that it opens, is sound and has the same rows, and only then names it. */
export function copyDatabase(connection: Connection, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const temporary = `${to}.partial`;
  rmSync(temporary, { force: true });
  try {
    connection.prepare('VACUUM INTO ?').run(temporary);
    failpoint('migration.after-copy-written');
    syncPathNow(temporary);
    const copied = contentDigest(temporary);
    const original = digestOfContent(connection);
    if (copied !== original) throw databaseDamaged(temporary, 'the copy does not hold the same rows as its original');
    renameSync(temporary, to);
    syncFolderNow(dirname(to));
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Checks a database file and returns the digest of its logical content. Throws DATABASE_DAMAGED. */
export function contentDigest(file: string): string {
  let connection: Connection | null = null;
  try {
    connection = openConnection(file, 'reader');
    const problems = findDamage(connection);
    if (problems.length > 0) throw databaseDamaged(file, problems.join('; '));
    return digestOfContent(connection);
  } catch (error) {
    throw storageError(error, { doing: 'checking it', path: file });
  } finally {
    connection?.close();
  }
}

/** Sentences about structural damage and broken references; empty when sound. */
export function findDamage(connection: Connection): string[] {
  const found = connection.pragma('integrity_check(10)') as { integrity_check: string }[];
  const broken = connection.pragma('foreign_key_check') as { table: string; parent: string }[];
  return [
    ...found.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...new Set(broken.map((row) => `rows of ${row.table} refer to missing rows of ${row.parent}`)),
  ];
}

/** SHA-256 over schema and rows: equal for equal content, however it lies on disk. */
export function digestOfContent(connection: Connection): string {
  const hash = createHash('sha256');
  const names = connection
    .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
    .all() as { name: string; sql: string | null }[];
  hash.update(JSON.stringify(names));
  const found = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name").pluck().all() as string[];
  for (const table of found) {
    const columns = connection.pragma(`table_info("${table}")`) as { cid: number; pk: number }[];
    // By primary key where there is one (its index does the sorting), else by everything.
    const key = columns.filter((column) => column.pk > 0);
    const order = (key.length > 0 ? key : columns).map((column) => column.cid + 1).join(', ');
    hash.update(`\n${table}\n`);
    for (const row of connection.prepare(`SELECT * FROM "${table}" ORDER BY ${order}`).safeIntegers().raw().iterate() as Iterable<unknown[]>) {
      hash.update(row.map(cell).join('\u0001'));
    }
  }
  return hash.digest('hex');
}

function cell(value: unknown): string {
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  return `${typeof value === 'bigint' ? 'i' : typeof value === 'number' ? 'r' : typeof value === 'string' ? 't' : 'n'}${String(value)}\u0000`;
}

/** Copies kept beside a database, newest first, as absolute paths. */
export function listCopies(file: string): string[] {
  const folder = copiesFolder(file);
  if (!existsSync(folder)) return [];
  const prefix = `${basename(file)}.`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.db'))
    .map((name) => join(folder, name))
    .map((path) => ({ path, madeAtMs: statSync(path).mtimeMs }))
    .toSorted((left, right) => right.madeAtMs - left.madeAtMs || (left.path < right.path ? 1 : -1))
    .map(({ path }) => path);
}

export function dropOldCopies(file: string): void {
  for (const old of listCopies(file).slice(COPIES_KEPT)) rmSync(old, { force: true });
}
