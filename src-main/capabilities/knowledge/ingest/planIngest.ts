import type { KnownFile } from '../documentStore.ts';
import type { ScannedFile } from './scanSources.ts';

export interface PlannedFile {
  readonly scanned: ScannedFile;
  /** The row that the file has already; null for a new file. */
  readonly known: KnownFile | null;
}

export interface IngestPlan {
  readonly work: readonly PlannedFile[];
  readonly unchanged: number;
  /** Rows whose file is gone from a source that was scanned. */
  readonly missing: readonly KnownFile[];
}

/**
 * A stat that equals the recorded one means an unchanged file, unless the file was written so close to the moment
 * we looked that a second write could hide in the clock's grain (git's "racy" rule).
 */
const RACY_WINDOW_MS = 2_000;

export function isUnchanged(file: ScannedFile, known: KnownFile, chunker: string): boolean {
  if (known.state === 'queued' || known.state === 'parsing' || known.state === 'missing') return false;
  if (known.state === 'ready' && known.chunker !== chunker) return false;
  const same = known.bytes === file.bytes && known.mtime_ns === file.mtimeNs && known.inode === file.inode;
  return same && Number(BigInt(file.mtimeNs) / 1_000_000n) < known.checked_at_ms - RACY_WINDOW_MS;
}

/** Compares what is on disk with what is known: which files to read, which to leave, which are gone. */
export function planIngest(files: readonly ScannedFile[], known: readonly KnownFile[], chunker: string): IngestPlan {
  const key = (root: string, file: string): string => `${root}\0${file}`;
  const rows = new Map(known.map((row) => [key(row.root, row.file), row]));
  const work: PlannedFile[] = [];
  let unchanged = 0;
  for (const scanned of files) {
    const row = rows.get(key(scanned.root, scanned.file)) ?? null;
    rows.delete(key(scanned.root, scanned.file));
    if (row && isUnchanged(scanned, row, chunker)) unchanged += 1;
    else work.push({ scanned, known: row });
  }
  return { work, unchanged, missing: [...rows.values()] };
}
