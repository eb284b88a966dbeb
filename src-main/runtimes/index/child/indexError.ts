import { statfsSync } from 'node:fs';
import { AppError, hasErrorCode } from '../../../base/appError.ts';

const FULL = /SQLITE_FULL|ENOSPC|No space left|database or disk is full/i;
const READ_ONLY = /SQLITE_READONLY|EROFS|EACCES|Read-only file system|Permission denied|attempt to write a readonly/i;
/** What SQLite, LanceDB, Arrow and a Rust panic say of bytes that cannot be what they wrote. */
const DAMAGED = /SQLITE_CORRUPT|SQLITE_NOTADB|malformed|not a database|LanceError|lance error|Lance|failed to fill whole buffer|panicked|Invalid (?:file|magic)|corrupt|range end index|out of bounds|deserializ|protobuf|decode/i;

function freeMegabytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1e6);
}

/** One plain error for whatever the two stores below an index throw. */
export function indexError(error: unknown, folder: string): unknown {
  if (hasErrorCode(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = `${code} ${error instanceof Error ? error.message : String(error)}`;
  const short = said.trim().split('\n')[0]?.slice(0, 200) ?? '';
  if (FULL.test(said)) {
    return new AppError('DISK_FULL', `Disk full: ${freeMegabytes(folder)} MB left for the search index in ${folder}. Nothing saved earlier is affected.`, { hint: 'Free space and try again.', cause: error });
  }
  if (READ_ONLY.test(said)) return new AppError('DISK_READ_ONLY', `The search index in ${folder} cannot be written: ${short}`, { hint: 'Make the folder writable and try again.', cause: error });
  if (DAMAGED.test(said)) return new AppError('INDEX_DAMAGED', `The search index in ${folder} cannot be read (${short})`, { hint: 'It is built again from the parsed documents when it is opened next.', cause: error });
  return error;
}
