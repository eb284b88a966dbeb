import { inflateRawSync } from 'node:zlib';
import { AppError } from '../../../../base/appError.ts';
import { openZip, type UnpackBudget } from '../zip/readZip.ts';
import { zipKind } from '../zip/zipFormat.ts';
import type { ArchiveEntry, OpenedArchive } from './archiveEntry.ts';
import { EXPAND_LIMITS } from './memberWriter.ts';
import { isTar, readTar } from './readTar.ts';
import { unpackStream } from './unpackStream.ts';

const UNREAD: readonly (readonly [string, string])[] = [
  ['377abcaf271c', 'a 7z archive'], ['526172211a07', 'a RAR archive'], ['fd377a585a', 'an xz archive'], ['425a68', 'a bzip2 archive'], ['1f9d', 'a compress archive'],
  ['04224d18', 'an LZ4 archive'], ['4d534346', 'a Windows cabinet'], ['213c617263683e0a', 'an ar archive'], ['303730373031', 'a cpio archive'], ['303730373032', 'a cpio archive'], ['303730373037', 'a cpio archive'],
];

/**
 * Opens an archive that lies in memory; null = the bytes are none (a document that is packed as a ZIP archive is none either).
 * @throws AppError DOCUMENT_UNSUPPORTED for archives that cannot be unpacked here, DOCUMENT_DAMAGED, DOCUMENT_TOO_LARGE
 */
export function openArchive(bytes: Uint8Array, name: string, budget: UnpackBudget): OpenedArchive | null {
  const magic = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  if (magic.startsWith('504b0304') || magic.startsWith('504b0506')) return openZipped(bytes, name, budget);
  if (magic.startsWith('1f8b08')) return openStream(bytes, name, { kind: 'gzip', budget });
  if (magic.startsWith('28b52ffd')) return openStream(bytes, name, { kind: 'zstandard', budget });
  if (isTar(bytes)) return readTar(bytes, 'tar');
  const unread = UNREAD.find(([start]) => magic.startsWith(start));
  if (unread) throw new AppError('DOCUMENT_UNSUPPORTED', `${name} is ${unread[1]}, which cannot be unpacked here`, { hint: 'Unpack it and add the folder.' });
  return null;
}

function openStream(bytes: Uint8Array, name: string, { kind, budget }: { readonly kind: 'gzip' | 'zstandard'; readonly budget: UnpackBudget }): OpenedArchive {
  const { plain, cut } = unpackStream(bytes, kind, { name, budget });
  const problems = cut ? [{ name: 'the archive', reason: 'It is cut off: what could be read was taken' }] : [];
  if (isTar(plain)) {
    const tar = readTar(plain, kind === 'gzip' ? 'tar.gz' : 'tar.zst');
    return { ...tar, problems: [...problems, ...tar.problems] };
  }
  const own = name.slice(name.lastIndexOf('/') + 1).replace(/\.(?:gz|zst|z)$/i, '').replace(/\.(tgz|svgz)$/i, (_, end: string) => (end.toLowerCase() === 'tgz' ? '.tar' : '.svg'));
  return { kind, entries: [{ name: own, modifiedMs: null, read: () => plain }], problems };
}

function openZipped(bytes: Uint8Array, name: string, budget: UnpackBudget): OpenedArchive | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6])) < Math.max(0, buffer.length - 22 - 0xffff)) return salvageZip(buffer, budget);
  const zip = openZip(bytes, name, budget);
  if (zipKind(zip) !== 'archive') return null;
  const problems: { name: string; reason: string }[] = [];
  const entries: ArchiveEntry[] = [];
  for (const entry of zip.entries) {
    if (entry.folder) continue;
    // Unix keeps a file's type in the upper half of the external attributes.
    if (zipLinks(buffer).has(entry.headerStart)) problems.push({ name: entry.name, reason: 'A symbolic link is not followed' });
    else entries.push({ name: entry.name, modifiedMs: dosTime(buffer, entry.headerStart), read: () => zip.read(entry, EXPAND_LIMITS.inMemory) });
  }
  return { kind: 'zip', entries, problems };
}

const linksOf = new WeakMap<Buffer, ReadonlySet<number>>();

/** Places of the headers of entries that the directory calls symbolic links or devices. */
function zipLinks(buffer: Buffer): ReadonlySet<number> {
  const known = linksOf.get(buffer);
  if (known) return known;
  const links = new Set<number>();
  const signature = Buffer.from([0x50, 0x4b, 1, 2]);
  for (let at = buffer.indexOf(signature); at >= 0 && at + 46 <= buffer.length; at = buffer.indexOf(signature, at + 46)) {
    const type = (buffer.readUInt16LE(at + 40) & 0xf000) >> 12;
    if (type !== 0 && type !== 8 && type !== 4 && buffer[at + 5] === 3) links.add(buffer.readUInt32LE(at + 42));
  }
  linksOf.set(buffer, links);
  return links;
}

/** A ZIP archive's local time, taken as UTC: it says no zone. */
function dosTime(buffer: Buffer, header: number): number | null {
  const time = buffer.readUInt16LE(header + 10);
  const date = buffer.readUInt16LE(header + 12);
  if (date === 0) return null;
  return Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2);
}

/** What can be read of a ZIP archive without its directory (it is cut off): each file up to the next one. */
function salvageZip(buffer: Buffer, budget: UnpackBudget): OpenedArchive {
  const local = Buffer.from([0x50, 0x4b, 3, 4]);
  const entries: ArchiveEntry[] = [];
  const problems = [{ name: 'the archive', reason: 'It is cut off: its directory is missing. What could be read was taken' }];
  for (let at = buffer.indexOf(local); at >= 0 && at + 30 <= buffer.length && entries.length < EXPAND_LIMITS.members;) {
    const start = at + 30 + buffer.readUInt16LE(at + 26) + buffer.readUInt16LE(at + 28);
    const name = buffer.toString('utf8', at + 30, at + 30 + buffer.readUInt16LE(at + 26));
    const method = buffer.readUInt16LE(at + 8);
    const packed = buffer.readUInt32LE(at + 18);
    const streamed = (buffer.readUInt16LE(at + 6) & 8) !== 0;
    const next = buffer.indexOf(local, streamed ? start : start + packed);
    const end = streamed ? (next < 0 ? buffer.length : next) : start + packed;
    const whole = end <= buffer.length && (buffer.readUInt16LE(at + 6) & 1) === 0 && (method === 0 || method === 8);
    if (!whole) problems.push({ name, reason: 'It is cut off or protected, and was left out' });
    else if (!name.endsWith('/')) entries.push({ name, modifiedMs: dosTime(buffer, at), read: () => salvaged(buffer.subarray(start, end), method, { name, budget }) });
    at = next;
  }
  return { kind: 'zip', entries, problems };
}

function salvaged(packed: Buffer, method: number, { name, budget }: { readonly name: string; readonly budget: UnpackBudget }): Buffer {
  if (method === 0) return packed;
  const most = Math.max(1, Math.min(EXPAND_LIMITS.inMemory, budget.left, Math.max(EXPAND_LIMITS.ratioFrom, packed.length * EXPAND_LIMITS.ratio)));
  try {
    const plain = inflateRawSync(packed, { maxOutputLength: most });
    budget.left -= plain.length;
    return plain;
  } catch (error) {
    throw new AppError('DOCUMENT_DAMAGED', `${name} cannot be unpacked: it is cut off, damaged or larger than ${most.toLocaleString('en')} bytes`, { cause: error });
  }
}
