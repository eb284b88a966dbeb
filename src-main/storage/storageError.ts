import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError, hasErrorCode } from '../base/appError.ts';

/**
 * Owns the translation of what the disk and SQLite say into our errors: what happened, to which file, with numbers, and the next step.
 * `doing` completes "… while <doing>", e.g. "writing lathe.db".
 */
export function storageError(error: unknown, about: { readonly doing: string; readonly path: string }): AppError {
  if (hasErrorCode(error)) return error;
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (code.startsWith('SQLITE_')) return sqliteError(code, reason, { ...about, cause: error });
  // Neither the disk nor SQLite: a mistake in our own code.
  if (!/^E[A-Z0-9]+$/.test(code)) return new AppError('INTERNAL', `${reason} (while ${about.doing}, ${about.path})`, { cause: error });
  // Node's recursive mkdir answers ENOENT where the disk said that it is read-only.
  const told = code === 'ENOENT' ? codeOf(probeFolder(nearestFolder(about.path))) : code;
  return systemError(told, reason, { ...about, cause: error }) ?? failed(reason, { ...about, cause: error });
}

function nearestFolder(path: string): string {
  const parent = dirname(path);
  return parent === path || existsSync(parent) ? parent : nearestFolder(parent);
}

interface About {
  readonly doing: string;
  readonly path: string;
  readonly cause: unknown;
}

function sqliteError(code: string, reason: string, about: About): AppError {
  if (code === 'SQLITE_FULL') return diskFull(about);
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return databaseDamaged(about.path, reason, about.cause);
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|NOMEM|PERM|AUTH)/.test(code)) {
    // SQLite hides the system's reason, so ask the folder for it.
    const probed = probeFolder(dirname(about.path));
    const known = probed === null ? null : systemError(codeOf(probed), reason, about);
    if (known !== null) return known;
    if (/^SQLITE_(READONLY|PERM|CANTOPEN)/.test(code)) return readOnly(about);
    return failed(`${reason}, ${code}`, about);
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new AppError('STORAGE_FAILED', `${about.path} is locked by another program (while ${about.doing}).`, {
      hint: 'Close the other program that has this file open and try again.',
      cause: about.cause,
    });
  }
  return new AppError('INTERNAL', `${reason} (${code}, while ${about.doing} in ${about.path})`, { cause: about.cause });
}

function systemError(code: string, reason: string, about: About): AppError | null {
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(about);
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return readOnly(about);
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new AppError('STORAGE_FAILED', `Too many files are open (while ${about.doing}, ${about.path}). Nothing saved earlier is affected.`, {
      hint: 'Stop other jobs or raise the limit of open files (ulimit -n), then try again.',
      cause: about.cause,
    });
  }
  if (code === 'EIO') return failed(`the disk reports a read or write error (${reason})`, about);
  return null;
}

function diskFull(about: About): AppError {
  const folder = dirname(about.path);
  const free = freeBytes(folder);
  const left = free === null ? 'no space' : `${megabytes(free)} MB`;
  return new AppError('DISK_FULL', `Disk full: ${left} left on ${folder} (while ${about.doing}). Nothing saved earlier is affected.`, {
    hint: 'Free space and try again.',
    details: { folder, ...(free === null ? {} : { freeBytes: free }) },
    cause: about.cause,
  });
}

/** One decimal below ten, so that "0 MB" means none. */
function megabytes(bytes: number): number {
  const exact = bytes / (1024 * 1024);
  return exact < 10 ? Math.floor(exact * 10) / 10 : Math.floor(exact);
}

function readOnly(about: About): AppError {
  return new AppError('DISK_READ_ONLY', `${dirname(about.path)} cannot be written (while ${about.doing}). Nothing saved earlier is affected.`, {
    hint: 'Check the permissions of the folder and that its disk is not mounted read-only.',
    details: { folder: dirname(about.path) },
    cause: about.cause,
  });
}

function failed(reason: string, about: About): AppError {
  return new AppError('STORAGE_FAILED', `${about.path}: ${reason} (while ${about.doing}).`, {
    hint: 'Try again; if it stays so, check the disk.',
    cause: about.cause,
  });
}

export function databaseDamaged(file: string, reason: string, cause?: unknown): AppError {
  return new AppError('DATABASE_DAMAGED', `${file} is damaged: ${reason}. It was not changed.`, {
    hint: `Put a copy from ${join(dirname(file), 'copies')} back (a project's: \`project restore\`), or move the file away to begin with an empty one.`,
    details: { file },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Free bytes for this user on the disk of `folder`; null where the system does not say. */
export function freeBytes(folder: string): number | null {
  try {
    const facts = statfsSync(folder);
    return facts.bavail * facts.bsize;
  } catch {
    return null;
  }
}

/** Writes and removes 64 KiB in the folder; returns what the system answered, or null when it worked. */
function probeFolder(folder: string): unknown {
  const path = join(folder, `.lathe-probe-${process.pid}`);
  try {
    const descriptor = openSync(path, 'w', 0o600);
    try {
      writeSync(descriptor, Buffer.alloc(65_536));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
      rmSync(path, { force: true });
    }
    return null;
  } catch (error) {
    return error;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
