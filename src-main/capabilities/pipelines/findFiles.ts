import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../base/appError.ts';
import { fileDigest } from '../../base/fileDigest.ts';
import { isInside, toPosix } from '../../base/paths.ts';
import type { FoundFile } from './cellKind.ts';
import type { PipelineDeps } from './pipelinePorts.ts';
import { fileRows, saveFileRows } from './pipelineStore.ts';
import type { FileRow } from './pipelineTables.ts';

/** A file that was written so shortly before it was read may change again without another time. */
const RACY_MS = 2_000;
const MOST_FILES = 100_000;

/** Files that a path stands for (itself, or those of a folder), in the order of their names. A digest is computed again only where size, time or inode differ. */
export async function findFiles({ projectFolder, database, clock }: Pick<PipelineDeps, 'projectFolder' | 'database' | 'clock'>, given: string, signal: AbortSignal): Promise<FoundFile[]> {
  const root = path.resolve(projectFolder, given);
  const facts = await stat(root).catch((cause: unknown) => {
    throw new AppError('PATH_UNREADABLE', `${given} does not exist or may not be read (looked for at ${root})`, { hint: 'Paths are absolute, or relative to the project folder.', cause });
  });
  const files = facts.isDirectory() ? (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => path.join(entry.parentPath, entry.name)) : [root];
  if (files.length > MOST_FILES) throw new AppError('INPUT_INVALID', `${given} holds ${files.length} files, more than ${MOST_FILES}`, { hint: 'Name a folder that holds fewer.' });
  files.sort((a, b) => (a < b ? -1 : 1));
  const known = new Map((await database.run(fileRows, files)).map((row) => [row.path, row]));
  const found: FoundFile[] = [];
  const fresh: FileRow[] = [];
  for (const file of files) {
    const { row, isFresh } = await digestOfFile(file, known.get(file), { nowMs: clock.now(), signal });
    if (isFresh) fresh.push(row);
    found.push({ path: file, digest: row.digest, shown: isInside(projectFolder, file) ? toPosix(path.relative(projectFolder, file)) : file });
  }
  if (fresh.length > 0) await database.run(saveFileRows, fresh);
  return found;
}

async function digestOfFile(file: string, known: FileRow | undefined, { nowMs, signal }: { nowMs: number; signal: AbortSignal }): Promise<{ row: FileRow; isFresh: boolean }> {
  const facts = await stat(file, { bigint: true });
  const now = { bytes: Number(facts.size), mtime_ns: `${facts.mtimeNs}`, inode: `${facts.ino}` };
  const isSame = known !== undefined && known.bytes === now.bytes && known.mtime_ns === now.mtime_ns && known.inode === now.inode;
  if (isSame && known.read_at_ms - Number(facts.mtimeMs) > RACY_MS) return { row: known, isFresh: false };
  return { row: { path: file, ...now, read_at_ms: nowMs, digest: await fileDigest(file, { signal }) }, isFresh: true };
}
