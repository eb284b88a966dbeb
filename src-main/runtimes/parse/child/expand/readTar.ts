import type { ArchiveEntry, OpenedArchive } from './archiveEntry.ts';

const BLOCK = 512;
const NOT_FILES: Readonly<Record<string, string>> = { 1: 'A hard link', 2: 'A symbolic link', 3: 'A device', 4: 'A device', 6: 'A pipe' };

interface Extended {
  path?: string;
  size?: number;
  mtime?: number;
  sparse?: boolean;
}

export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && headerSound(asBuffer(bytes).subarray(0, BLOCK));
}

/**
 * Lists the files of a tar archive (ustar, pax, GNU). Links, devices and sparse files are told and left out; what
 * follows a header that cannot be is left out and told.
 */
export function readTar(bytes: Uint8Array, kind: string): OpenedArchive {
  const buffer = asBuffer(bytes);
  const entries: ArchiveEntry[] = [];
  const problems: { name: string; reason: string }[] = [];
  let extended: Extended = {};
  for (let at = 0; ;) {
    if (at + BLOCK > buffer.length) {
      if (at < buffer.length || entries.length === 0) problems.push({ name: 'the archive', reason: 'It is cut off: what could be read was taken' });
      break;
    }
    const header = buffer.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    if (!headerSound(header)) {
      problems.push({ name: 'the archive', reason: `It is damaged at byte ${at.toLocaleString('en')}: what stands before was taken` });
      break;
    }
    const type = header[156] === 0 ? '0' : String.fromCharCode(header[156] as number);
    const size = extended.size !== undefined && type !== 'x' && type !== 'g' ? extended.size : numberAt(header, 124, 12);
    const start = at + BLOCK;
    const name = extended.path ?? ownName(header);
    if (!Number.isSafeInteger(size) || size < 0 || start + size > buffer.length) {
      problems.push({ name, reason: 'It is cut off, or its size is not true: it was left out with what follows' });
      break;
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    const data = buffer.subarray(start, start + size);
    if (type === 'x') extended = { ...extended, ...readPax(data) };
    else if (type === 'L') extended = { ...extended, path: text(data) };
    else if (type === 'g' || type === 'K' || type === 'V') continue;
    else {
      if (type === 'S' || extended.sparse) problems.push({ name, reason: 'A sparse file: it is not unpacked. Unpack it and add the folder' });
      else if (NOT_FILES[type] !== undefined) problems.push({ name, reason: `${NOT_FILES[type]} is not followed` });
      else if (type !== '5' && !name.endsWith('/')) entries.push({ name, modifiedMs: (extended.mtime ?? numberAt(header, 136, 12)) * 1_000, read: () => data });
      extended = {};
    }
  }
  return { kind, entries, problems };
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function headerSound(header: Buffer): boolean {
  let sum = 8 * 32;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += header[at] as number;
  return header[0] !== 0 && sum === numberAt(header, 148, 8);
}

/** Octal digits, or base 256 where the first bit is set. */
function numberAt(header: Buffer, at: number, length: number): number {
  if (((header[at] as number) & 0x80) === 0) return Number.parseInt(header.toString('latin1', at, at + length).replaceAll(/[\0 ]/g, '') || '0', 8);
  let value = (header[at] as number) & 0x7f;
  for (let next = at + 1; next < at + length; next++) value = value * 256 + (header[next] as number);
  return value;
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  const own = end < 0 ? bytes : bytes.subarray(0, end);
  const utf8 = own.toString('utf8');
  return utf8.includes('\ufffd') ? own.toString('latin1') : utf8;
}

function ownName(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' && header[263] === 0x30 ? text(header.subarray(345, 500)) : '';
  const name = text(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Records of `length key=value\n`. */
function readPax(data: Buffer): Extended {
  const found: Extended = {};
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(data.toString('latin1', at, space));
    if (!Number.isInteger(length) || length <= space - at || at + length > data.length) break;
    const record = data.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === 'path') found.path = value;
    else if (key === 'size') found.size = Number(value);
    else if (key === 'mtime') found.mtime = Number(value);
    else if (key.startsWith('GNU.sparse')) found.sparse = true;
    at += length;
  }
  return found;
}
