import { z } from 'zod';
import type { Job } from '#contract/jobs.ts';
import { KnowledgeId } from '#contract/ids.ts';
import { saySentences } from '../../client/problem.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { formatThings } from '../../lib/formatCount.ts';
import type { MoveJob } from './moveJobs.ts';

const Exported = z.object({ file: z.string(), bytes: z.number(), documents: z.number() });
const Imported = z.object({ knowledgeId: KnowledgeId, name: z.string(), documents: z.number(), notes: z.array(z.string()) });

/** How a move ended, in the words of a notice. */
export interface MoveEnd {
  readonly text: string;
  readonly meaning: 'good' | 'bad';
  /** The knowledge base that can be shown now. */
  readonly shows: KnowledgeId | null;
  /** The file that can be imported once more, under another name than the one that is taken. */
  readonly renames: { readonly from: string; readonly taken: string } | null;
}

/** Null while the job runs, and for one that the user cancelled: that was no surprise. */
export function prepareMoveEnd(move: MoveJob, { state, error, result }: Pick<Job, 'state' | 'error' | 'result'>): MoveEnd | null {
  if (error !== null && state !== 'cancelled') {
    const renames = move.what === 'import' && error.code === 'KNOWLEDGE_EXISTS' ? { from: move.from, taken: takenName(error.details) } : null;
    // The hint of a taken name is for the command line: here the button stands beside it.
    return { text: saySentences(error.message, renames === null ? error.hint : null), meaning: 'bad', shows: null, renames };
  }
  if (state !== 'done') return null;
  if (move.what === 'export') {
    const parsed = Exported.safeParse(result);
    return parsed.success ? { text: `Exported ${formatThings(parsed.data.documents, 'document')} to ${parsed.data.file}, ${formatBytes(parsed.data.bytes)}.`, meaning: 'good', shows: null, renames: null } : null;
  }
  const parsed = Imported.safeParse(result);
  if (!parsed.success) return null;
  const { name, documents, notes, knowledgeId } = parsed.data;
  return { text: [`Imported ${name} with ${formatThings(documents, 'document')}.`, ...notes].join(' '), meaning: 'good', shows: knowledgeId, renames: null };
}

/** The name that a refusal was about; empty where it does not say. */
export function takenName(details: Readonly<Record<string, unknown>> | undefined): string {
  const name = details?.['name'];
  return typeof name === 'string' ? name : '';
}

/** `Manuals` → `Manuals 2`, or the first number that is free. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name} ${number}`)) number += 1;
  return `${name} ${number}`;
}
