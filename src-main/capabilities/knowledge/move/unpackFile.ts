import { createHash } from 'node:crypto';
import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedTarEntry } from 'modern-tar';
import { AppError, hasErrorCode } from '../../../base/appError.ts';
import { formatBytes } from '../../../base/formatBytes.ts';
import { joinInside } from '../../../base/paths.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { freeBytes, storageError } from '../../../storage/storageError.ts';
import { damagedFile, MANIFEST, MANIFEST_BYTES, readManifest, type ManifestFacts, type Member } from './manifest.ts';
import { readTar } from './tarFile.ts';

/** A parsed form is held in memory as one text when it is read. */
const ARTIFACT_BYTES = 400 * 1024 * 1024;

export interface Unpacking {
  readonly file: string;
  /** Empty. */
  readonly into: string;
  readonly ctx: Pick<JobContext, 'signal' | 'progress'>;
}

/** In messages: where it lies is known to who named it. */
const nameOf = ({ file }: Pick<Unpacking, 'file'>): string => path.basename(file);

async function readWhole({ body, header }: ParsedTarEntry, work: Unpacking): Promise<string> {
  if (header.size > MANIFEST_BYTES) throw damagedFile(nameOf(work), `was refused: its manifest has ${formatBytes(header.size)}, more than ${formatBytes(MANIFEST_BYTES)}`);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** The tar is not compressed, so that what is in it cannot be larger than the file; what it becomes has to fit on the disk. */
function assertFits(work: Unpacking, { members }: ManifestFacts, fileBytes: number): void {
  const total = members.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > fileBytes) throw damagedFile(nameOf(work), `is cut off: it should hold ${formatBytes(total)} and has ${formatBytes(fileBytes)}`);
  const large = members.find(({ name, bytes }) => name.startsWith('artifacts/') && bytes > ARTIFACT_BYTES);
  if (large) throw damagedFile(nameOf(work), `was refused: a document in it has ${formatBytes(large.bytes)}, more than ${formatBytes(ARTIFACT_BYTES)}`);
  // Rows and parsed forms are written a second time, to where they belong.
  const twice = members.filter(({ name }) => /^artifacts\/|\.jsonl$/.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  const free = freeBytes(work.into);
  if (free !== null && free < total + twice) {
    throw new AppError('DISK_FULL', `Importing ${nameOf(work)} needs ${formatBytes(total + twice)} and ${formatBytes(free)} are free on ${work.into}. Nothing was imported`, { hint: 'Free space and try again.', details: { freeBytes: free } });
  }
}

/** Writes a member out while it is hashed; it has to be what the manifest says. */
async function takeOut({ body, header }: ParsedTarEntry, expected: Member | undefined, work: Unpacking): Promise<void> {
  const file = nameOf(work);
  if (header.type !== 'file') throw damagedFile(file, `was refused: ${JSON.stringify(header.name.slice(0, 200))} is not a file`);
  if (expected === undefined) throw damagedFile(file, `was refused: it holds ${JSON.stringify(header.name.slice(0, 200))}, which its manifest does not name, or twice`);
  if (header.size !== expected.bytes) throw damagedFile(file, `is damaged: ${expected.name} has ${header.size} bytes instead of ${expected.bytes}`);
  const place = joinInside(work.into, expected.name);
  await mkdir(path.dirname(place), { recursive: true });
  const hash = createHash('sha256');
  const handle = await open(place, 'wx', 0o600);
  try {
    for await (const piece of body) {
      work.ctx.signal.throwIfAborted();
      hash.update(piece);
      await handle.writeFile(piece);
    }
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') !== expected.sha256) throw damagedFile(file, `is damaged: ${expected.name} does not have the digest that was noted when it was exported`);
}

async function unpack(work: Unpacking, fileBytes: number): Promise<ManifestFacts> {
  let done = 0;
  const onBytes = (bytes: number): void => work.ctx.progress({ done: (done += bytes), total: fileBytes, unit: 'bytes', now: `Checking ${nameOf(work)}` });
  let manifest: ManifestFacts | null = null;
  let left = new Map<string, Member>();
  for await (const entry of readTar(work.file, { signal: work.ctx.signal, onBytes })) {
    if (manifest === null) {
      if (entry.header.name !== MANIFEST || entry.header.type !== 'file') throw damagedFile(nameOf(work), 'is not a knowledge base that Lathe exported');
      manifest = readManifest(nameOf(work), await readWhole(entry, work));
      assertFits(work, manifest, fileBytes);
      left = new Map(manifest.members.map((member) => [member.name, member]));
      continue;
    }
    await takeOut(entry, left.get(entry.header.name), work);
    left.delete(entry.header.name);
  }
  if (manifest === null) throw damagedFile(nameOf(work), 'is not a knowledge base that Lathe exported');
  const [missing] = left.keys();
  if (missing !== undefined) throw damagedFile(nameOf(work), `is cut off: ${left.size} of its ${manifest.members.length} parts are missing, ${missing} among them`);
  return manifest;
}

/**
 * Takes every part of a carried knowledge base out into a folder, and holds each to the name, the size and the digest that the manifest
 * says. Throws KNOWLEDGE_FILE_DAMAGED in words, DATABASE_NEWER, DISK_FULL, PATH_UNREADABLE.
 */
export async function unpackFile(work: Unpacking): Promise<ManifestFacts> {
  const facts = await stat(work.file).catch((cause: unknown) => {
    throw new AppError('PATH_UNREADABLE', `${work.file} cannot be read`, { hint: 'Check that it exists and that you may read it.', cause });
  });
  if (!facts.isFile()) throw new AppError('PATH_UNREADABLE', `${work.file} is not a file`, { hint: 'Name a file that `knowledge export` wrote.' });
  try {
    return await unpack(work, facts.size);
  } catch (error) {
    work.ctx.signal.throwIfAborted();
    if (hasErrorCode(error)) throw error;
    if (error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code))) throw storageError(error, { doing: `unpacking ${nameOf(work)}`, path: work.into });
    throw damagedFile(nameOf(work), `is damaged or cut off (${error instanceof Error ? error.message : String(error)})`, error);
  }
}
