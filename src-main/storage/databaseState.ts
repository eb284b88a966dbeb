import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { uuidv7 } from '../base/uuid.ts';
import type { Connection } from './sqliteConnection.ts';
import type { AppliedMigration } from './planMigrations.ts';
import { databaseDamaged } from './storageError.ts';

/**
 * Owns the tables that storage keeps about the database itself, and the mark beside it: `<file>-acknowledged` holds the number of the last
 * transaction whose success was told to anyone. A database that knows fewer than its mark has lost saved work (a deleted or damaged
 * write-ahead log, an old copy put in its place), which SQLite itself would pass over in silence.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS storage_migrations (id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS storage_state (id INTEGER PRIMARY KEY CHECK (id = 1), database_id TEXT NOT NULL, transactions INTEGER NOT NULL) STRICT;
`;

export function createStateTables(connection: Connection): void {
  if (hasTable(connection, 'storage_migrations') && hasTable(connection, 'storage_state')) return;
  connection.transaction(() => {
    connection.exec(TABLES);
    connection.prepare('INSERT OR IGNORE INTO storage_state (id, database_id, transactions) VALUES (1, ?, 0)').run(uuidv7());
  })();
}

export function hasTable(connection: Connection, name: string): boolean {
  return connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined;
}

export function readApplied(connection: Connection): AppliedMigration[] {
  if (!hasTable(connection, 'storage_migrations')) return [];
  return connection.prepare('SELECT id, sha256 FROM storage_migrations ORDER BY id').all() as AppliedMigration[];
}

export interface State {
  readonly databaseId: string;
  readonly transactions: number;
}

export function readState(connection: Connection): State | null {
  if (!hasTable(connection, 'storage_state')) return null;
  const row = connection.prepare('SELECT database_id AS databaseId, transactions FROM storage_state WHERE id = 1').get();
  return (row as State | undefined) ?? null;
}

const WIDTH = 16;

export function markPath(file: string): string {
  return `${file}-acknowledged`;
}

/** The mark beside the database, or null when there is none that can be read. */
export function readMark(file: string): State | null {
  if (!existsSync(markPath(file))) return null;
  const match = /^([0-9a-f-]{36}) (\d{16})\n$/.exec(readFileSync(markPath(file), 'latin1'));
  return match ? { databaseId: match[1] ?? '', transactions: Number(match[2]) } : null;
}

/** Throws DATABASE_DAMAGED when transactions that were acknowledged are not in the database. */
export function checkMark(file: string, state: State | null): void {
  const mark = readMark(file);
  if (mark === null || (state !== null && state.databaseId !== mark.databaseId)) return;
  const found = state?.transactions ?? 0;
  if (found >= mark.transactions) return;
  throw databaseDamaged(
    file,
    `the last ${mark.transactions - found} of ${mark.transactions} saved transactions are missing; ${file}-wal was deleted or damaged, or an older copy was put in its place (to go on with what is there, delete ${markPath(file)})`,
  );
}

export interface Mark {
  /** Not fsynced: it may lag behind the database after a power cut, never run ahead of it. */
  set(transactions: number): void;
  close(): void;
}

export function openMark(file: string, state: State): Mark {
  const path = markPath(file);
  if (readMark(file)?.databaseId !== state.databaseId) rmSync(path, { force: true });
  const descriptor = openSync(path, existsSync(path) ? 'r+' : 'w', 0o600);
  const set = (transactions: number) => {
    writeSync(descriptor, `${state.databaseId} ${String(transactions).padStart(WIDTH, '0')}\n`, 0, 'latin1');
  };
  set(state.transactions);
  return {
    set,
    close: () => closeSync(descriptor),
  };
}
