import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CatalogueModel } from '#contract/models.ts';
import { AppError } from '../../base/appError.ts';
import { fileDigest } from '../../base/fileDigest.ts';

/**
 * What a file looked like when its digest was checked. The same size, time and inode mean the same bytes, except for a file
 * changed within the clock's resolution: so a check counts only once the file had been left alone for two seconds.
 */
export const FileStamp = z.object({ sha256: z.string(), bytes: z.number(), modifiedMs: z.number(), inode: z.string() });
export type FileStamp = z.infer<typeof FileStamp>;

const Notes = z.record(z.string(), FileStamp);
const NOTES = '.verified.json';
/** A file left alone for less may have changed again within the clock's resolution. */
export const RACY_MS = 2_000;

/** Null when there is no such file. */
export async function stampOf(path: string, sha256: string): Promise<FileStamp | null> {
  const facts = await stat(path, { bigint: true }).catch(() => null);
  if (!facts?.isFile()) return null;
  return { sha256, bytes: Number(facts.size), modifiedMs: Number(facts.mtimeMs), inode: String(facts.ino) };
}

export function sameStamp(left: FileStamp | null | undefined, right: FileStamp | null | undefined): boolean {
  if (!left || !right) return false;
  return left.sha256 === right.sha256 && left.bytes === right.bytes && left.modifiedMs === right.modifiedMs && left.inode === right.inode;
}

async function readNotes(folder: string): Promise<z.infer<typeof Notes>> {
  const text = await readFile(join(folder, NOTES), 'utf8').catch(() => '{}');
  try {
    return Notes.catch({}).parse(JSON.parse(text));
  } catch {
    // A note that was cut off costs one more reading of the file.
    return {};
  }
}

export type FolderState = 'absent' | 'unchecked' | 'ready' | 'damaged';

/** What is known without reading the weights: `unchecked` files are there, but were never seen to be right. */
export async function peekFolder(folder: string, model: CatalogueModel): Promise<FolderState> {
  const notes = await readNotes(folder);
  let state: FolderState = 'ready';
  for (const file of model.files) {
    const stamp = await stampOf(join(folder, file.name), file.sha256);
    if (stamp === null) return 'absent';
    if (stamp.bytes !== file.bytes) return 'damaged';
    if (!sameStamp(stamp, notes[file.name])) state = 'unchecked';
  }
  return state;
}

/**
 * Reads every file that changed since it was last checked. Rejects with MODEL_DAMAGED naming the file, or CANCELLED.
 */
export async function verifyFolder(folder: string, model: CatalogueModel, signal?: AbortSignal): Promise<void> {
  const notes = await readNotes(folder);
  let changed = false;
  for (const file of model.files) {
    const path = join(folder, file.name);
    const stamp = await stampOf(path, file.sha256);
    if (sameStamp(stamp, notes[file.name])) continue;
    const digest = stamp?.bytes === file.bytes ? await fileDigest(path, signal ? { signal } : {}) : null;
    if (stamp === null || digest !== file.sha256) throw damaged(model, path, { bytes: stamp?.bytes ?? 0, expected: file.bytes });
    if (Date.now() - stamp.modifiedMs < RACY_MS) continue;
    notes[file.name] = stamp;
    changed = true;
  }
  if (changed) await writeNotes(folder, notes);
}

async function writeNotes(folder: string, notes: z.infer<typeof Notes>): Promise<void> {
  const path = join(folder, NOTES);
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, JSON.stringify(notes));
  await rename(fresh, path);
}

function damaged(model: CatalogueModel, path: string, sizes: { bytes: number; expected: number }): AppError {
  const why = sizes.bytes === sizes.expected ? 'its content changed since it was downloaded' : `it has ${sizes.bytes} bytes instead of ${sizes.expected}`;
  return new AppError('MODEL_DAMAGED', `${model.name} is damaged: ${path} is not the file of the catalogue, ${why}.`, {
    hint: `Fetch it again: lathe models get ${model.slug}`,
    details: { slug: model.slug, path },
  });
}
