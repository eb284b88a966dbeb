import type { TracedCandidate } from '../../types.ts';
import type { Found } from './findChunks.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import type { RankedChunk } from './rankCandidates.ts';
import type { RanksOf } from './searchIndex.ts';
import type { Selected } from './selectPassages.ts';

/** The three lists hold up to 450 chunks; those far down all of them tell nothing. */
const MOST_TRACED = 300;

/** Every chunk that a stage looked at: what was ranked first, then the rest as they were fused. */
export function traceCandidates(index: KnowledgeIndex, { ranked, lists }: Found, shown: { readonly selected: readonly Selected[]; readonly ranksOf: RanksOf }): TracedCandidate[] {
  const byKey = new Map(ranked.map((item) => [item.chunk.key, item]));
  const passages = new Map(shown.selected.flatMap(({ keys }, at) => keys.map((key) => [key, at + 1] as const)));
  const keys = [...new Set([...byKey.keys(), ...lists.fused])].slice(0, MOST_TRACED);
  return keys.flatMap((key): TracedCandidate[] => {
    const item = byKey.get(key);
    const chunk = item?.chunk ?? index.text.chunk(key);
    const document = item?.document ?? index.documentOf(key);
    if (!chunk || !document) return [];
    const { id, ordinal, start, end, text, headings, page } = chunk;
    return [
      {
        documentId: document.documentId,
        chunkId: id,
        ordinal,
        start,
        end,
        text,
        headings,
        ...(page === null ? {} : { page }),
        ranks: shown.ranksOf(key),
        passage: passages.get(key) ?? null,
        score: item?.score ?? null,
        features: item ? featuresOf(item) : {},
      },
    ];
  });
}

function featuresOf({ features, document }: RankedChunk): Record<string, number> {
  return Object.fromEntries([...Object.entries(features), ['prose', document.prose]].filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
