import { statfsSync } from 'node:fs';
import { AppError, hasErrorCode } from '../../../base/appError.ts';

/**
 * What a failing store means for an index folder. SQLite's errors carry a code; LanceDB throws plain Errors, a Rust
 * panic included, so whatever of these is not the disk's fault is taken as damage. Mistakes of our own stay as they are.
 */
export function toIndexError(error: unknown, folder: string): unknown {
  if (hasErrorCode(error) || !(error instanceof Error)) return error;
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError || error.name === 'AbortError') return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const says = (pattern: RegExp): boolean => pattern.test(`${code} ${error.message}`);
  if (says(/SQLITE_FULL|ENOSPC|No space left|disk is full/i)) {
    return new AppError('DISK_FULL', `Disk full: ${freeMegabytes(folder)} MB left for the index at ${folder}. Nothing saved earlier is affected`, { hint: 'Free some space and try again.', cause: error });
  }
  if (says(/SQLITE_READONLY|SQLITE_CANTOPEN|EROFS|EACCES|Read-only file system|Permission denied/i)) {
    return new AppError('DISK_READ_ONLY', `The index at ${folder} cannot be written`, { hint: 'Check the permissions of the folder.', cause: error });
  }
  return new AppError('INDEX_DAMAGED', `The index at ${folder} cannot be read: ${firstLine(error.message)}`, { hint: 'Rebuild the index; documents are not affected.', cause: error });
}

function freeMegabytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1e6);
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').slice(0, 200);
}
