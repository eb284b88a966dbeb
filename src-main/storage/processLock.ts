import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { failpoint } from '../base/failpoint.ts';
import { storageError } from './storageError.ts';

/**
 * Owns "one process at a time". The operating system holds the lock (a file lock of SQLite), so the death of its holder frees it at once;
 * the JSON beside it only tells who holds it. Nothing else may open the lock file: on POSIX closing any handle of it would drop the lock.
 */
export interface LockInfo {
  readonly host: string;
  readonly pid: number;
  readonly startedAtMs: number;
  /** How to reach the holder. */
  readonly endpoint?: unknown;
}

export interface Lock {
  readonly info: LockInfo;
  /** Adds to what other processes can read about the holder. */
  update(info: Partial<LockInfo>): void;
  release(): void;
}

/** Bounds how long a loser waits; the winner of a race is decided in microseconds. */
const RACE_MS = 250;

/** Takes the lock, or returns null when another process (or another lock of this one) holds it. Throws DISK_READ_ONLY, DISK_FULL, DATABASE_DAMAGED or STORAGE_FAILED. */
export function tryLock(file: string): Lock | null {
  const connection = acquire(file);
  if (connection === null) return null;
  failpoint('lock.after-acquire');
  let info: LockInfo = { host: hostname(), pid: process.pid, startedAtMs: Date.now() };
  let held = true;
  try {
    writeInfo(file, info);
  } catch (error) {
    connection.close();
    throw storageError(error, { doing: 'taking the lock', path: file });
  }
  return {
    get info() {
      return info;
    },
    update: (more) => {
      info = { ...info, ...more };
      if (held) writeInfo(file, info);
    },
    release: () => {
      if (!held) return;
      held = false;
      failpoint('lock.before-release');
      rmSync(infoPath(file), { force: true });
      connection.close();
    },
  };
}

function acquire(file: string): Sqlite.Database | null {
  let connection: Sqlite.Database | null = null;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    connection = new Sqlite(file, { timeout: RACE_MS });
    // Not locking_mode = EXCLUSIVE: with it a loser keeps its shared lock while it waits, and two racing processes both lose.
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection?.close();
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw storageError(error, { doing: 'taking the lock', path: file });
  }
}

/** Who holds (or last held) the lock; null when nobody said so. The holder may be gone: only tryLock knows. */
export function readLockInfo(file: string): LockInfo | null {
  try {
    const found: unknown = JSON.parse(readFileSync(infoPath(file), 'utf8'));
    return isLockInfo(found) ? found : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return null;
    throw storageError(error, { doing: 'reading who holds the lock', path: file });
  }
}

function isLockInfo(value: unknown): value is LockInfo {
  return typeof value === 'object' && value !== null && 'host' in value && typeof value.host === 'string' && 'pid' in value && typeof value.pid === 'number' && 'startedAtMs' in value && typeof value.startedAtMs === 'number';
}

export function infoPath(file: string): string {
  return `${file}.json`;
}

function writeInfo(file: string, info: LockInfo): void {
  const partial = `${infoPath(file)}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(info)}\n`, { mode: 0o600 });
  // An older file of this name would have kept its mode.
  chmodSync(partial, 0o600);
  renameSync(partial, infoPath(file));
}
