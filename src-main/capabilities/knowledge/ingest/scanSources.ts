import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../base/appError.ts';
import { toNfc } from '../../../base/paths.ts';

export interface ScannedFile {
  /** Absolute, real. */
  readonly path: string;
  /** The source that it came from: absolute, real. */
  readonly root: string;
  /** Relative to `root`, POSIX separators, NFC. For a source that is a file: its name. */
  readonly file: string;
  readonly bytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
  /** The archive or export that it came out of, named as `file` is. */
  readonly container?: string;
  /** The copy that was fetched and is kept, relative to the folder of all such copies; absent for what lies in its root. */
  readonly copy?: string;
  /** Where a person can open it: the page that was fetched, the ticket that was exported. */
  readonly url?: string;
  /** Last change as its source says, in UTC milliseconds, where the file's own time says nothing. */
  readonly modifiedMs?: number;
}

export interface Scan {
  readonly files: readonly ScannedFile[];
  /** What was passed over, by reason, in files (a folder that was not entered counts as one). */
  readonly skipped: Readonly<Record<string, number>>;
  /** What could not be read, and links: each with its reason. */
  readonly problems: readonly ScanProblem[];
}

export interface ScanProblem {
  /** Relative to its source; the source itself where that is meant. */
  readonly path: string;
  readonly reason: string;
  /** What stands at or below this place was not seen: nothing says that it is gone. `file` is '' for a whole source. */
  readonly unseen?: { readonly root: string; readonly file: string };
}

const DEPENDENCIES = new Set(['node_modules', '__pycache__', 'site-packages', '.git']);
/** Sphinx writes its pages' sources and assets beside the pages: copies of the same text. */
const SPHINX_COPIES = new Set(['_sources', '_static', '_images', '_downloads']);

interface Walk {
  readonly root: string;
  readonly files: ScannedFile[];
  readonly skipped: Record<string, number>;
  readonly problems: ScanProblem[];
  readonly signal: AbortSignal;
}

/** Names in NFC where that is free: of two spellings of one name (NFC and NFD), in any order, each keeps its own. */
function nameFiles(files: readonly ScannedFile[]): ScannedFile[] {
  const keyOf = (root: string, file: string): string => `${root}\0${file}`;
  const taken = new Set(files.map(({ root, file }) => keyOf(root, file)));
  return files.map((scanned) => {
    const file = toNfc(scanned.file);
    if (file === scanned.file || taken.has(keyOf(scanned.root, file))) return scanned;
    taken.add(keyOf(scanned.root, file));
    return { ...scanned, file };
  });
}

function skip(walk: Walk, reason: string): void {
  walk.skipped[reason] = (walk.skipped[reason] ?? 0) + 1;
}

async function addFile(walk: Walk, absolute: string, file: string): Promise<void> {
  const facts = await lstat(absolute, { bigint: true });
  if (facts.isSymbolicLink()) {
    skip(walk, 'symbolic link');
    walk.problems.push({ path: file, reason: 'A symbolic link is not followed. Add the place that it points to as a source.' });
  } else if (!facts.isFile()) skip(walk, 'not a regular file');
  else walk.files.push({ path: absolute, root: walk.root, file, bytes: Number(facts.size), mtimeNs: String(facts.mtimeNs), inode: String(facts.ino) });
}

async function walkFolder(walk: Walk, folder: string, relative: string): Promise<string[]> {
  const names: { name: string; folder: boolean }[] = [];
  for await (const entry of await opendir(folder)) names.push({ name: entry.name, folder: entry.isDirectory() });
  names.sort((a, b) => (a.name < b.name ? -1 : 1));
  const sphinx = names.some((entry) => entry.name === 'objects.inv' || entry.name === 'searchindex.js');
  const below: string[] = [];
  for (const { name, folder: isFolder } of names) {
    walk.signal.throwIfAborted();
    const inside = relative === '' ? name : `${relative}/${name}`;
    if (DEPENDENCIES.has(name)) skip(walk, 'dependencies and version control');
    else if (name.startsWith('.')) skip(walk, 'hidden');
    else if (sphinx && (SPHINX_COPIES.has(name) || name === 'searchindex.js' || name === 'objects.inv')) skip(walk, 'generated copies beside their pages');
    else if (isFolder) below.push(inside);
    else await addFile(walk, path.join(folder, name), inside).catch((error: unknown) => unreadable(walk, inside, error));
  }
  return below;
}

function unreadable(walk: Walk, name: string, error: unknown): void {
  walk.signal.throwIfAborted();
  skip(walk, 'unreadable');
  // Node reads names as UTF-8: a name in other bytes cannot be asked for again.
  if (name.includes('\uFFFD')) walk.problems.push({ path: name, reason: 'Its name is not valid UTF-8. Rename it.' });
  else walk.problems.push({ path: name === '' ? walk.root : name, reason: `Cannot be read: ${error instanceof Error ? error.message : String(error)}`, unseen: { root: walk.root, file: toNfc(name) } });
}

async function walkRoot(walk: Walk): Promise<void> {
  const pending = [''];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const folder = next === '' ? walk.root : path.join(walk.root, ...next.split('/'));
    const below = await walkFolder(walk, folder, next).catch((error: unknown) => (unreadable(walk, next, error), []));
    pending.push(...below.reverse());
  }
}

/**
 * Lists the files of all sources without opening them. Hidden entries, dependencies and version control are passed over and counted;
 * symbolic links are named, never followed (a source that is itself a link is taken by its target).
 * Throws PATH_UNREADABLE when a source does not exist.
 */
export async function scanSources(sources: readonly string[], signal: AbortSignal): Promise<Scan> {
  const scan = { files: [] as ScannedFile[], skipped: {} as Record<string, number>, problems: [] as ScanProblem[] };
  const seen = new Set<string>();
  for (const source of sources) {
    let root: string;
    let folder: boolean;
    try {
      root = await realpath(source);
      folder = (await stat(root)).isDirectory();
    } catch (cause) {
      throw new AppError('PATH_UNREADABLE', `The source ${source} cannot be read`, { hint: 'Check that it exists and that you may read it.', cause });
    }
    const before = scan.files.length;
    const walk: Walk = { root: folder ? root : path.dirname(root), ...scan, signal };
    if (folder) await walkRoot(walk);
    else await addFile(walk, root, path.basename(root));
    // A file that two sources share is read once, under the first of them.
    const fresh = scan.files.splice(before).filter((file) => !seen.has(file.path));
    for (const file of fresh) {
      seen.add(file.path);
      scan.files.push(file);
    }
  }
  return { ...scan, files: nameFiles(scan.files) };
}
