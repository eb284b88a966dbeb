/** Owns the folder of a fetched source: contents by their digest, and a manifest that says what each is. No URL is ever a path. */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../base/appError.ts';
import type { FetchedFile } from './fetchedFiles.ts';

const MirrorEntry = z.object({
  /** What tells it from the others of its source: URL without what does not matter, path in the repository, id of the item. */
  key: z.string(),
  name: z.string(),
  /** Name in the folder `content`: digest and ending. */
  file: z.string().regex(/^[0-9a-f]{64}(\.[a-z0-9]{1,8})?$/),
  bytes: z.number().int(),
  url: z.string().nullable(),
  title: z.string().nullable(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  modifiedMs: z.number().nullable(),
  fetchedAtMs: z.number(),
  /** HTTP status of the last answer; null where there is none. */
  status: z.number().int().nullable(),
});
export type MirrorEntry = z.infer<typeof MirrorEntry>;

const Manifest = z.object({ version: z.literal(1), root: z.string(), entries: z.array(MirrorEntry) });

export interface Mirror {
  /** What the last manifest holds and the folder still has. */
  readonly former: readonly MirrorEntry[];
  /** Writes a content where it is not there yet; `ending` such as `.html`. */
  keep(bytes: Uint8Array, ending: string): Promise<Pick<MirrorEntry, 'file' | 'bytes'>>;
  read(entry: Pick<MirrorEntry, 'file'>): Promise<Buffer>;
  /** The new manifest; a kill leaves the former one or this one. */
  save(entries: readonly MirrorEntry[]): Promise<void>;
  /** Removes the contents that the last saved manifest does not name. */
  sweep(): Promise<void>;
  toFile(entry: MirrorEntry): FetchedFile;
}

const MANIFEST = 'manifest.json';

/** `root` is what the folder is a mirror of: a manifest of something else counts as none. */
export async function openMirror(folder: string, root: string): Promise<Mirror> {
  const contents = path.join(folder, 'content');
  await mkdir(contents, { recursive: true }).catch(failed(folder));
  const former = await readManifest(folder, root);
  let named = new Set(former.map(({ file }) => file));
  return {
    former,
    keep: async (bytes, ending) => {
      const file = `${createHash('sha256').update(bytes).digest('hex')}${/^\.[a-z0-9]{1,8}$/.test(ending) ? ending : ''}`;
      const target = path.join(contents, file);
      const facts = await stat(target).catch(() => null);
      if (facts?.size !== bytes.length) await writeWhole(target, bytes);
      return { file, bytes: bytes.length };
    },
    read: ({ file }) => readFile(path.join(contents, file)),
    save: async (entries) => {
      await writeWhole(path.join(folder, MANIFEST), Buffer.from(`${JSON.stringify({ version: 1, root, entries }, null, 1)}\n`));
      named = new Set(entries.map(({ file }) => file));
    },
    sweep: async () => {
      for (const name of await readdir(contents)) if (!named.has(name)) await rm(path.join(contents, name), { force: true });
    },
    toFile: (entry) => ({ name: entry.name, path: path.join(contents, entry.file), url: entry.url, modifiedMs: entry.modifiedMs, bytes: entry.bytes }),
  };
}

/** A manifest that cannot be read costs fetching anew, nothing else. */
async function readManifest(folder: string, root: string): Promise<MirrorEntry[]> {
  const text = await readFile(path.join(folder, MANIFEST), 'utf8').catch(() => null);
  const manifest = Manifest.safeParse(text === null ? null : parseJson(text));
  if (!manifest.success || manifest.data.root !== root) return [];
  const sizes = await Promise.all(manifest.data.entries.map(({ file }) => stat(path.join(folder, 'content', file)).then(({ size }) => size, () => -1)));
  return manifest.data.entries.filter(({ bytes }, index) => sizes[index] === bytes);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function writeWhole(target: string, bytes: Uint8Array): Promise<void> {
  const partial = `${target}.part`;
  try {
    const file = await open(partial, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, target);
  } catch (error) {
    failed(target)(error);
  }
}

function failed(target: string): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOSPC') throw new AppError('DISK_FULL', `The disk is full: ${target} cannot be written.`, { hint: 'Free some space and ingest again: what was fetched before is kept.', cause: error });
    throw new AppError('STORAGE_FAILED', `${target} cannot be written: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  };
}
