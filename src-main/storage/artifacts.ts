import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Digest } from '#contract/ids.ts';
import { AppError } from '../base/appError.ts';
import { sha256 } from '../base/canonicalJson.ts';
import { failpoint } from '../base/failpoint.ts';
import { fileDigest } from '../base/fileDigest.ts';
import { isMissing } from '../base/isMissing.ts';
import { uuidv7 } from '../base/uuid.ts';
import { storageError } from './storageError.ts';
import { syncFolder } from './syncFolder.ts';

/**
 * Owns files named by the SHA-256 of their bytes, in 256 folders by the first two digits. A file under its name is whole:
 * written to a temporary name, fsynced, renamed, its folder fsynced. Does not know who refers to a file (see sweepArtifacts).
 */
export interface Artifacts {
  readonly folder: string;
  /** Resolves when the bytes are on disk. Putting what is there is free. */
  put(bytes: Uint8Array): Promise<Digest>;
  /** As put, of a file on the same disk that nobody writes any more: it is moved, not read into memory. */
  adopt(path: string): Promise<Digest>;
  /** As put, for many at once: one folder fsync for all that fall in the same folder. */
  putMany(list: readonly Uint8Array[]): Promise<Digest[]>;
  /** Rejects with ARTIFACT_MISSING, or ARTIFACT_DAMAGED when the bytes are no longer those that were put. */
  get(digest: Digest): Promise<Uint8Array>;
  has(digest: Digest): Promise<boolean>;
  /** Whether the bytes are still those that were put, read from the disk. Rejects with ARTIFACT_MISSING. */
  isWhole(digest: Digest): Promise<boolean>;
  /** Absolute path of the file, there or not. Throws INPUT_INVALID for anything but 64 lower-case hex digits. */
  pathOf(digest: Digest): string;
  /** Bytes; rejects with ARTIFACT_MISSING. */
  sizeOf(digest: Digest): Promise<number>;
  /** Removing what is not there is no error. */
  remove(digest: Digest): Promise<void>;
  /** Removes it unless it was put at or after this time (UTC milliseconds). True when it was removed. */
  removeIfPutBefore(digest: Digest, ms: number): Promise<boolean>;
  list(): Promise<ArtifactEntry[]>;
}

export interface ArtifactEntry {
  readonly digest: Digest;
  readonly bytes: number;
  /** Of the last put, UTC milliseconds. */
  readonly putAtMs: number;
}

const AT_ONCE = 32;
const TEMPORARY = 'temporary';

/** Opens (and creates) the store; removes what an earlier process left half-written. Throws DISK_READ_ONLY, DISK_FULL or STORAGE_FAILED. */
export function openArtifacts(folder: string): Artifacts {
  const temporary = join(folder, TEMPORARY);
  try {
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(temporary)) if (!name.startsWith(`${process.pid}-`)) rmSync(join(temporary, name), { force: true });
  } catch (error) {
    throw storageError(error, { doing: 'opening the artifacts', path: temporary });
  }
  // Files that failed their check: the next put of the same bytes writes them again.
  const damaged = new Set<string>();

  function pathOf(digest: Digest): string {
    if (!Digest.safeParse(digest).success) {
      throw new AppError('INPUT_INVALID', `Expected 64 lower-case hex digits but got ${JSON.stringify(digest)}.`);
    }
    return join(folder, digest.slice(0, 2), digest);
  }

  /** Returns the folder that needs an fsync, or null when the file was there. */
  async function write(bytes: Uint8Array, digest: Digest): Promise<string | null> {
    const path = pathOf(digest);
    if (!damaged.has(digest) && (await touch(path, bytes.length))) return null;
    const shard = join(folder, digest.slice(0, 2));
    if ((await mkdir(shard, { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(folder);
    const partial = join(temporary, `${process.pid}-${uuidv7()}`);
    try {
      failpoint('artifact.before-write');
      await writeDurably(partial, bytes);
      await rename(partial, path);
      failpoint('artifact.after-rename');
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
    damaged.delete(digest);
    return shard;
  }

  async function putMany(list: readonly Uint8Array[]): Promise<Digest[]> {
    const digests = list.map((bytes) => sha256(bytes));
    const unique = new Map(digests.map((digest, index) => [digest, list[index] as Uint8Array]));
    const shards = new Set<string>();
    try {
      await eachAtOnce([...unique], async ([digest, bytes]) => {
        const shard = await write(bytes, digest);
        if (shard !== null) shards.add(shard);
      });
      await eachAtOnce([...shards], syncFolder);
      failpoint('artifact.after-folder-fsync');
    } catch (error) {
      throw storageError(error, { doing: `saving ${list.length === 1 ? 'an artifact' : `${list.length} artifacts`}`, path: join(folder, TEMPORARY) });
    }
    return digests;
  }

  async function adopt(from: string): Promise<Digest> {
    try {
      const digest = await fileDigest(from);
      const path = pathOf(digest);
      const { size } = await stat(from);
      if (!damaged.has(digest) && (await touch(path, size))) {
        await unlink(from);
        return digest;
      }
      const shard = join(folder, digest.slice(0, 2));
      if ((await mkdir(shard, { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(folder);
      await syncFile(from);
      failpoint('artifact.after-fsync');
      await rename(from, path);
      failpoint('artifact.after-rename');
      damaged.delete(digest);
      await syncFolder(shard);
      failpoint('artifact.after-folder-fsync');
      return digest;
    } catch (error) {
      throw storageError(error, { doing: 'saving an artifact', path: from });
    }
  }

  async function get(digest: Digest): Promise<Uint8Array> {
    const path = pathOf(digest);
    const bytes = await readFile(path).catch((error: unknown) => {
      throw isMissing(error) ? missing(digest) : storageError(error, { doing: 'reading an artifact', path });
    });
    const found = sha256(bytes);
    if (found === digest) return bytes;
    damaged.add(digest);
    throw new AppError('ARTIFACT_DAMAGED', `The artifact ${digest} is damaged: its ${bytes.length} bytes have the digest ${found}.`, {
      hint: 'Make it again from its source; the damaged file is replaced then.',
      details: { digest, path },
    });
  }

  async function isWhole(digest: Digest): Promise<boolean> {
    await sizeOf(digest);
    const found = await fileDigest(pathOf(digest));
    if (found !== digest) damaged.add(digest);
    return found === digest;
  }

  async function sizeOf(digest: Digest): Promise<number> {
    const path = pathOf(digest);
    const facts = await stat(path).catch((error: unknown) => {
      throw isMissing(error) ? missing(digest) : storageError(error, { doing: 'reading an artifact', path });
    });
    return facts.size;
  }

  async function remove(digest: Digest): Promise<void> {
    const path = pathOf(digest);
    failpoint('artifact.before-remove');
    await unlink(path).catch((error: unknown) => {
      if (!isMissing(error)) throw storageError(error, { doing: 'removing an artifact', path });
    });
    failpoint('artifact.after-remove');
  }

  return {
    folder,
    put: async (bytes) => (await putMany([bytes]))[0] as Digest,
    putMany,
    adopt,
    get,
    has: (digest) => sizeOf(digest).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'ARTIFACT_MISSING') return false;
        throw error;
      },
    ),
    isWhole,
    pathOf,
    sizeOf,
    remove,
    removeIfPutBefore: async (digest, ms) => {
      const facts = await stat(pathOf(digest)).catch(() => null);
      if (facts === null || facts.mtimeMs >= ms) return false;
      await remove(digest);
      return true;
    },
    list: () => listFiles(folder),
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    failpoint('artifact.after-write');
    await handle.sync();
    failpoint('artifact.after-fsync');
  } finally {
    await handle.close();
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** True when the file is there in full; then its time is renewed, so that a sweep in progress leaves it alone. */
async function touch(path: string, bytes: number): Promise<boolean> {
  const facts = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (facts === null || facts.size !== bytes) return false;
  const now = new Date();
  await utimes(path, now, now);
  return true;
}

async function listFiles(folder: string): Promise<ArtifactEntry[]> {
  const shards = (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name)).toSorted();
  const entries: ArtifactEntry[] = [];
  for (const shard of shards) {
    const names = (await readdir(join(folder, shard))).filter((name) => Digest.safeParse(name).success);
    await eachAtOnce(names, async (name) => {
      const facts = await stat(join(folder, shard, name));
      entries.push({ digest: name as Digest, bytes: facts.size, putAtMs: facts.mtimeMs });
    });
  }
  return entries.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
}

/** Runs the work on every item, a bounded number at once. After a failure the others are waited for, so that nothing runs on unseen. */
async function eachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
    while (next < items.length) {
      const item = items[next] as T;
      next += 1;
      await work(item);
    }
  });
  const ended = await Promise.allSettled(lanes);
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
}

function missing(digest: Digest): AppError {
  return new AppError('ARTIFACT_MISSING', `The artifact ${digest} is not there.`, {
    hint: 'Make it again from its source.',
    details: { digest },
  });
}
