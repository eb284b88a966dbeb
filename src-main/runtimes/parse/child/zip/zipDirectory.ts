import { AppError } from '../../../../base/appError.ts';

export interface DirectoryEntry {
  readonly name: string;
  readonly folder: boolean;
  readonly encrypted: boolean;
  /** 0 stored, 8 deflate; others are not read. */
  readonly method: number;
  /** Bytes as the directory states them. */
  readonly packedSize: number;
  readonly size: number;
  /** Where its own header is, and its packed bytes: [dataStart, dataEnd) of the archive. */
  readonly headerStart: number;
  readonly dataStart: number;
  readonly dataEnd: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
/** Bit 0 of an entry's flags: encrypted; bit 11: its name is UTF-8. */
const ENCRYPTED = 0x1;
const UTF8 = 0x800;

interface DirectoryPlace {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  /** Bytes that stand before the archive (a program that unpacks itself): added to every offset. */
  readonly shift: number;
}

/**
 * Reads the central directory. Every offset is checked against the file; entries whose bytes overlap are refused
 * (a known way to make a bomb).
 * @throws AppError DOCUMENT_DAMAGED, DOCUMENT_TOO_LARGE
 */
export function readDirectory(buffer: Buffer, name: string, most: number): DirectoryEntry[] {
  const place = findDirectory(buffer, name);
  if (place.count > most) throw new AppError('DOCUMENT_TOO_LARGE', `${name} holds ${place.count.toLocaleString('en')} entries: the limit is ${most.toLocaleString('en')}`);
  const entries: DirectoryEntry[] = [];
  let at = place.start;
  for (let index = 0; index < place.count; index++) {
    if (at + CENTRAL_SIZE > place.end || buffer.readUInt32LE(at) !== CENTRAL) throw damaged(name, `entry ${index + 1} of ${place.count} is missing from its directory`);
    const next = at + CENTRAL_SIZE + buffer.readUInt16LE(at + 28) + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
    if (next > place.end) throw damaged(name, `entry ${index + 1} of ${place.count} runs past its directory`);
    entries.push(readEntry(buffer, at, place, name));
    at = next;
  }
  refuseOverlaps(entries, name);
  return entries;
}

function findDirectory(buffer: Buffer, name: string): DirectoryPlace {
  const lowest = Math.max(0, buffer.length - END_SIZE - 0xffff);
  for (let at = buffer.length - END_SIZE; at >= lowest; at--) {
    if (buffer.readUInt32LE(at) !== END) continue;
    const place = at + END_SIZE + buffer.readUInt16LE(at + 20) <= buffer.length ? directoryAt(buffer, at) : null;
    if (place) return place;
  }
  throw damaged(name, 'its directory is not there or does not fit the file');
}

/** The place that the end record at `at` tells, or null where it cannot be true. */
function directoryAt(buffer: Buffer, at: number): DirectoryPlace | null {
  let count = buffer.readUInt16LE(at + 10);
  let size = buffer.readUInt32LE(at + 12);
  let offset = buffer.readUInt32LE(at + 16);
  let end = at;
  if ((count === 0xffff || size === 0xffff_ffff || offset === 0xffff_ffff) && at >= 20 && buffer.readUInt32LE(at - 20) === LOCATOR64) {
    const record = Number(buffer.readBigUInt64LE(at - 12));
    if (record + 56 > buffer.length || buffer.readUInt32LE(record) !== END64) return null;
    count = Number(buffer.readBigUInt64LE(record + 32));
    size = Number(buffer.readBigUInt64LE(record + 40));
    offset = Number(buffer.readBigUInt64LE(record + 48));
    end = record;
  }
  const start = end - size;
  if (start < 0 || offset > start || count * CENTRAL_SIZE > size) return null;
  if (count > 0 && buffer.readUInt32LE(start) !== CENTRAL) return null;
  return { count, start, end, shift: start - offset };
}

function readEntry(buffer: Buffer, at: number, place: DirectoryPlace, archive: string): DirectoryEntry {
  const flags = buffer.readUInt16LE(at + 8);
  const nameEnd = at + CENTRAL_SIZE + buffer.readUInt16LE(at + 28);
  const name = entryName(buffer.subarray(at + CENTRAL_SIZE, nameEnd), (flags & UTF8) !== 0);
  const claimed = { packed: buffer.readUInt32LE(at + 20), size: buffer.readUInt32LE(at + 24), offset: buffer.readUInt32LE(at + 42) };
  readZip64(buffer.subarray(nameEnd, nameEnd + buffer.readUInt16LE(at + 30)), claimed);
  const local = claimed.offset + place.shift;
  if (local + LOCAL_SIZE > place.start || buffer.readUInt32LE(local) !== LOCAL) throw damaged(archive, `the entry ${name} does not stand where its directory says`);
  const dataStart = local + LOCAL_SIZE + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
  const dataEnd = dataStart + claimed.packed;
  if (dataEnd > place.start) throw damaged(archive, `the entry ${name} runs past the end of the data`);
  return {
    name, dataStart, dataEnd,
    headerStart: local,
    folder: name.endsWith('/'),
    encrypted: ((flags | buffer.readUInt16LE(local + 6)) & ENCRYPTED) !== 0,
    method: buffer.readUInt16LE(at + 10),
    packedSize: claimed.packed,
    size: claimed.size,
  };
}

/** Sizes and offset of 4 GB and more stand in an extra field, in this order and only those that did not fit. */
function readZip64(extra: Buffer, claimed: { packed: number; size: number; offset: number }): void {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    const end = Math.min(extra.length, field + extra.readUInt16LE(at + 2));
    for (const key of ['size', 'packed', 'offset'] as const) {
      if (claimed[key] !== 0xffff_ffff || field + 8 > end) continue;
      claimed[key] = Number(extra.readBigUInt64LE(field));
      field += 8;
    }
    return;
  }
}

/** Names without the flag are code page 437 by the specification, but mostly UTF-8 in fact. */
function entryName(bytes: Buffer, utf8: boolean): string {
  const text = bytes.toString('utf8');
  const name = utf8 || !text.includes('\ufffd') ? text : bytes.toString('latin1');
  return name.replaceAll('\0', '');
}

/** Bytes that belong to two entries would be unpacked twice: a small file of them becomes endless. */
function refuseOverlaps(entries: readonly DirectoryEntry[], name: string): void {
  const placed = [...entries].sort((a, b) => a.headerStart - b.headerStart);
  for (const [index, entry] of placed.entries()) {
    const next = placed[index + 1];
    if (next && next.headerStart < entry.dataEnd) throw damaged(name, `the bytes of its entries ${entry.name} and ${next.name} overlap`);
  }
}

function damaged(name: string, why: string): AppError {
  return new AppError('DOCUMENT_DAMAGED', `${name} cannot be unpacked: ${why}`, { hint: 'It may be cut off: fetch or save it again.' });
}
