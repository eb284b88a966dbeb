import { toNfc } from '../../../base/paths.ts';
import type { KnownFile } from '../documentStore.ts';
import { importedRoot, isImported } from '../move/importedRoot.ts';
import type { Scan, ScannedFile, ScanProblem } from './scanSources.ts';

export interface PlannedFile {
  readonly scanned: ScannedFile;
  /** The row that the file has already; null for a new file. */
  readonly known: KnownFile | null;
  /** Rows of the documents that came out of it when it was read last. */
  readonly members: readonly KnownFile[];
}

export interface IngestPlan {
  readonly work: readonly PlannedFile[];
  /** Files that are left as they are, and documents in containers that are. */
  readonly unchanged: number;
  /** Rows whose file is gone from a source that was scanned. */
  readonly missing: readonly KnownFile[];
  /** The scan's problems; one that kept documents from being looked for says how many stay as they were. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * A stat that equals the recorded one means an unchanged file, unless the file was written so close to the moment
 * we looked that a second write could hide in the clock's grain (git's "racy" rule).
 */
const RACY_WINDOW_MS = 2_000;

/** Whether everything was done for it that there was to do. */
function isSettled(known: KnownFile, chunker: string): boolean {
  if (known.state === 'queued' || known.state === 'parsing' || known.state === 'missing') return false;
  return known.state !== 'ready' || known.chunker === chunker;
}

export function isUnchanged(file: ScannedFile, known: KnownFile, chunker: string): boolean {
  if (!isSettled(known, chunker)) return false;
  const same = known.bytes === file.bytes && known.mtime_ns === file.mtimeNs && known.inode === file.inode;
  return same && Number(BigInt(file.mtimeNs) / 1_000_000n) < known.checked_at_ms - RACY_WINDOW_MS;
}

function isBelow(row: KnownFile, unseen: ScanProblem['unseen']): boolean {
  if (unseen === undefined || unseen.root !== row.root) return false;
  const file = toNfc(row.file);
  return unseen.file === '' || file === unseen.file || file.startsWith(`${unseen.file}/`);
}

/** Compares what is on disk with what is known: which files to read, which to leave, which are gone. */
export function planIngest({ files, problems }: Pick<Scan, 'files' | 'problems'>, known: readonly KnownFile[], chunker: string): IngestPlan {
  const key = (root: string, file: string): string => `${root}\0${file}`;
  const rows = new Map(known.filter((row) => row.container === null).map((row) => [key(row.root, row.file), row]));
  const members = Map.groupBy(known.filter((row) => row.container !== null), (row) => key(row.root, row.container ?? ''));
  const work: PlannedFile[] = [];
  let unchanged = 0;
  for (const scanned of files) {
    const place = key(scanned.root, scanned.file);
    // What came in a carried base is the same document once its file is here too.
    const carried = key(importedRoot(scanned.root), scanned.file);
    const row = rows.get(place) ?? rows.get(carried) ?? null;
    const inside = members.get(place) ?? members.get(carried) ?? [];
    rows.delete(place);
    members.delete(place);
    if (row && !isImported(row.root) && isUnchanged(scanned, row, chunker) && inside.every((member) => isSettled(member, chunker))) unchanged += 1 + inside.length;
    else work.push({ scanned, known: row, members: inside });
  }
  // Documents of a carried base have no file here, and are not gone for that.
  const gone = [...rows.values(), ...[...members.values()].flat()].filter((row) => !isImported(row.root));
  const missing = gone.filter((row) => !problems.some(({ unseen }) => isBelow(row, unseen)));
  return { work, unchanged, missing, problems: problems.map((problem) => withKept(problem, gone.filter((row) => isBelow(row, problem.unseen)).length)) };
}

function withKept({ path, reason }: ScanProblem, kept: number): { path: string; reason: string } {
  return { path, reason: kept === 0 ? reason : `${reason}. ${kept === 1 ? '1 document stays' : `${kept} documents stay`} as read before` };
}
