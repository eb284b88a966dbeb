import { inflateRawSync } from 'node:zlib';
import { AppError } from '../../../../base/appError.ts';
import { readDirectory, type DirectoryEntry } from './zipDirectory.ts';

/** SAFETY §3.3: what one archive may hold, in bytes after unpacking and in entries. */
export const ZIP_LIMITS = { entries: 100_000, output: 200_000_000, ratio: 200, ratioFrom: 4_000_000 } as const;

/** One entry as the directory tells of it: sizes are claims until it is read. */
export type ZipEntry = DirectoryEntry;

export interface Zip {
  /** In the directory's order; names as they are written (`..`, `\` and absolute paths included): never a path to write to. */
  readonly entries: readonly ZipEntry[];
  /** Names that more than one entry has. */
  readonly duplicates: readonly string[];
  /** The entry of that exact name; the last where there are several, as most readers do. Leading slashes do not count. */
  find(name: string): ZipEntry | undefined;
  /**
   * The entry's bytes, at most `cap` of them.
   * @throws AppError DOCUMENT_TOO_LARGE past `cap` or the archive's limits, _ENCRYPTED, _DAMAGED, _UNSUPPORTED (a compression other than deflate)
   */
  read(entry: ZipEntry, cap?: number): Buffer;
}

/** What was unpacked so far; share one between an archive and the archives inside it. */
export interface UnpackBudget {
  left: number;
}

export const newUnpackBudget = (): UnpackBudget => ({ left: ZIP_LIMITS.output });

/**
 * Opens a ZIP archive that lies in memory. Nothing is written anywhere; only the central directory is believed about
 * where entries are, and nothing about how large they become: unpacking itself is bounded.
 * @throws AppError DOCUMENT_DAMAGED, DOCUMENT_TOO_LARGE, with the reason in words
 */
export function openZip(bytes: Uint8Array, name: string, budget: UnpackBudget = newUnpackBudget()): Zip {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(buffer, name, ZIP_LIMITS.entries);
  const byName = new Map<string, ZipEntry>();
  const duplicates = new Set<string>();
  for (const entry of entries) {
    const key = entry.name.replace(/^\/+/, '');
    if (byName.has(key)) duplicates.add(entry.name);
    byName.set(key, entry);
  }
  return {
    entries,
    duplicates: [...duplicates],
    find: (wanted) => byName.get(wanted.replace(/^\/+/, '')),
    read: (entry, cap = ZIP_LIMITS.output) => readEntry(buffer, entry, cap, name, budget),
  };
}

function readEntry(buffer: Buffer, entry: ZipEntry, cap: number, name: string, budget: UnpackBudget): Buffer {
  const what = `${entry.name} in ${name}`;
  if (entry.encrypted) throw new AppError('DOCUMENT_ENCRYPTED', `${what} is protected by a password`, { hint: 'Save it without a password and add that copy.' });
  const packed = buffer.subarray(entry.dataStart, entry.dataEnd);
  const most = Math.min(cap, budget.left, Math.max(ZIP_LIMITS.ratioFrom, packed.length * ZIP_LIMITS.ratio));
  const plain = entry.method === 0 ? packed : inflate(packed, entry, most, what);
  if (plain === null || plain.length > most) throw tooLarge(what, most, packed.length);
  budget.left -= plain.length;
  return plain;
}

/** Null = it becomes larger than `most`. A stream that is cut or has rubbish in it is damage. */
function inflate(packed: Buffer, entry: ZipEntry, most: number, what: string): Buffer | null {
  if (entry.method !== 8) throw new AppError('DOCUMENT_UNSUPPORTED', `${what} is packed by method ${entry.method}, which cannot be read here`, { hint: 'Pack it again with an ordinary ZIP program.' });
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw new AppError('DOCUMENT_DAMAGED', `${what} cannot be unpacked: its compressed data is damaged`, { hint: 'It may be cut off: fetch or save it again.', details: { code }, cause: error });
  }
}

function tooLarge(what: string, most: number, packed: number): AppError {
  return new AppError('DOCUMENT_TOO_LARGE', `${what} becomes larger than ${most.toLocaleString('en')} bytes when it is unpacked (it has ${packed.toLocaleString('en')} packed): the limit is ${ZIP_LIMITS.ratio} to 1, and ${ZIP_LIMITS.output.toLocaleString('en')} bytes for a whole file`);
}
