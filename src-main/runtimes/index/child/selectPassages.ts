import { expandPassage, type Span } from './expandPassage.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import type { RankedChunk } from './rankCandidates.ts';
import { SeenTexts } from './sameText.ts';

/** What each passage that a document has already given takes off the next one's score: several documents should be seen. */
const REPEATED_DOCUMENT = 0.4;

export interface Selected {
  readonly ranked: RankedChunk;
  readonly score: number;
  readonly span: Span;
  /** Chunks whose passage would read the same. */
  readonly aliases: RankedChunk[];
  /** Keys of all chunks that it shows, whole or in part, and those of its aliases. */
  readonly keys: number[];
}

/** Widens the best chunks to passages that do not overlap; one that reads like another is listed with that and not shown again. */
export function selectPassages(index: KnowledgeIndex, ranked: readonly RankedChunk[], limit: number): Selected[] {
  const chosen: Selected[] = [];
  const taken = new Set<number>();
  const perDocument = new Map<number, number>();
  const seen = new SeenTexts<Selected>();
  const worth = (item: RankedChunk): number => item.score - REPEATED_DOCUMENT * (perDocument.get(item.document.number) ?? 0);
  const take = (item: RankedChunk): void => {
    if (taken.has(item.chunk.key)) return;
    const span = expandPassage(item.chunk, (ordinal) => {
      const key = item.document.firstKey + ordinal;
      const inside = ordinal >= 0 && ordinal < item.document.chunks && !taken.has(key);
      return inside ? index.text.chunk(key) : undefined;
    });
    const keys = span.ordinals.map((ordinal) => item.document.firstKey + ordinal);
    for (const key of keys) taken.add(key);
    const selected: Selected = { ranked: item, score: worth(item), span, aliases: [], keys };
    const same = seen.sameAs(span.text, selected);
    if (same) {
      same.aliases.push(item);
      same.keys.push(...keys);
      return;
    }
    perDocument.set(item.document.number, (perDocument.get(item.document.number) ?? 0) + 1);
    chosen.push(selected);
  };
  const left = [...ranked];
  while (chosen.length < limit && left.length > 0) {
    let best = 0;
    for (let i = 1; i < left.length; i++) if (worth(left[i] as RankedChunk) > worth(left[best] as RankedChunk)) best = i;
    take(left.splice(best, 1)[0] as RankedChunk);
  }
  return chosen;
}
