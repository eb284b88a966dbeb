import { stat } from 'node:fs/promises';
import { DEFAULT_CHUNKER } from '#contract/document.ts';
import { originalOf } from '../documentView.ts';
import type { DocumentRow } from '../knowledgeTables.ts';
import { placeOfRoot } from '../move/importedRoot.ts';
import { squeezed } from '../questions/holdsQuote.ts';
import type { AutopsyDeps } from './autopsyDeps.ts';

export interface RemovedQuote {
  /** What it was taken out as; null when it is not in what was taken out either. */
  readonly reason: string | null;
  /** The file is another one than what was read. */
  readonly changed: boolean;
  readonly detail: string;
}

/** Reads the original once more and looks for words among what cleaning takes out: the parsed form only keeps how much that was. */
export async function lookForRemoved(deps: Pick<AutopsyDeps, 'parse' | 'models' | 'gate' | 'sourcesFolder'>, { row, name, quote, signal }: { row: DocumentRow; name: string; quote: string; signal: AbortSignal }): Promise<RemovedQuote> {
  const path = await originalOf(deps, row);
  if (row.container !== null || (await stat(path).catch(() => null))?.isFile() !== true) return { reason: null, changed: false, detail: `The original of ${row.file} is not on this disk as a file of its own, so what was cleaned away cannot be looked at` };
  // The place comes from the project's own database, which may be a stranger's.
  if (row.copy === null) await deps.gate.assertTrusted(name, [placeOfRoot(row.root)]);
  const { tokenizerPath } = await deps.models.embedder(signal);
  const read = await deps.parse.parse({ path, name: row.file, chunker: DEFAULT_CHUNKER, tokenizerPath, keepRemoved: true }, { signal });
  const wanted = squeezed(quote);
  const held = read.removed?.find(({ text }) => squeezed(text).includes(wanted));
  const changed = read.sourceDigest !== row.source_digest;
  const counts = Object.entries(read.document.removed).map(([reason, characters]) => `${characters} as ${reason}`);
  const all = counts.length === 0 ? 'nothing was cleaned away' : `cleaned away: ${counts.join(', ')} characters`;
  return { reason: held?.reason ?? null, changed, detail: held ? `Taken out as ${held.reason}` : `Not among what was cleaned away (${all})` };
}
