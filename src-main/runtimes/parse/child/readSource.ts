import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../../base/appError.ts';
import { formatBytes } from '../../../base/formatBytes.ts';

/** The largest file that is read whole, in bytes. */
export const MAX_SOURCE_BYTES = 200_000_000;

/**
 * Reads a regular file as it was at one moment. Pipes, devices and sockets are refused before they can block.
 * @throws AppError PATH_UNREADABLE (also when the file changes while it is read), DOCUMENT_TOO_LARGE
 */
export async function readSource(path: string, name: string): Promise<Uint8Array> {
  const kind = await stat(path).catch((error: unknown) => Promise.reject(unreadable(name, error)));
  if (!kind.isFile()) throw notAFile(name, kind);
  // O_NONBLOCK: should a pipe have taken the file's place since, opening it must not wait for a writer.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => Promise.reject(unreadable(name, error)));
  try {
    return await readWhole(handle, name);
  } finally {
    await handle.close();
  }
}

async function readWhole(handle: FileHandle, name: string): Promise<Uint8Array> {
  const before = await handle.stat();
  if (!before.isFile()) throw notAFile(name, before);
  if (before.size > MAX_SOURCE_BYTES) {
    throw new AppError('DOCUMENT_TOO_LARGE', `${name} has ${formatBytes(before.size)}: files up to ${formatBytes(MAX_SOURCE_BYTES)} are read`, { hint: 'Split it into smaller files.' });
  }
  const bytes = new Uint8Array(before.size);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length).catch((error: unknown) => Promise.reject(unreadable(name, error)));
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  const after = await handle.stat();
  if (length !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs || after.ino !== before.ino) {
    throw new AppError('PATH_UNREADABLE', `${name} changed while it was read: ${before.size} bytes before, ${after.size} after`, { hint: 'Ingest again when nothing writes to it.' });
  }
  return bytes;
}

interface FileKind {
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
}

function notAFile(name: string, kind: FileKind): AppError {
  const what = kind.isDirectory() ? 'a folder' : kind.isFIFO() ? 'a pipe' : kind.isSocket() ? 'a socket' : kind.isCharacterDevice() || kind.isBlockDevice() ? 'a device' : 'not a regular file';
  return new AppError('PATH_UNREADABLE', `${name} is ${what}: only regular files are read`);
}

function unreadable(name: string, error: unknown): AppError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  const why = code === 'ENOENT' ? 'it is not there any more' : code === 'EACCES' || code === 'EPERM' ? 'this account may not read it' : code === 'ELOOP' ? 'its links lead in a circle' : `the system says ${code}`;
  return new AppError('PATH_UNREADABLE', `${name} cannot be read: ${why}`, { details: { code }, cause: error });
}
