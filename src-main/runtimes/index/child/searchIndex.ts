import type { Passage, PassageRanks, SearchRequest, SearchResult } from '../../types.ts';
import { confidenceFeatures, confidenceOf } from './confidence.ts';
import { ANSWERABLE_FROM } from './confidenceWeights.ts';
import { findChunks, type Found } from './findChunks.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import { selectPassages, type Selected } from './selectPassages.ts';
import { traceCandidates } from './traceCandidates.ts';

/** Candidates from the top of which passages are chosen: many may be alike or lie in one passage. */
const CONSIDERED = 48;

export type RanksOf = (key: number) => PassageRanks;

export async function searchIndex(index: KnowledgeIndex, request: SearchRequest): Promise<SearchResult> {
  const found = await findChunks(index, request);
  const { question, ranked, lists, timingsMs } = found;
  const started = performance.now();
  const ranksOf = ranksIn(found);
  const selected = selectPassages(index, ranked.slice(0, CONSIDERED), request.limit);
  const trace = request.trace === true ? { trace: traceCandidates(index, found, { selected, ranksOf }) } : {};
  timingsMs.passages = performance.now() - started;
  const confidence = confidenceOf(confidenceFeatures(question, ranked, index.chunks));
  return {
    passages: selected.map((passage) => toPassage(passage, ranksOf)),
    confidence,
    answerable: selected.length > 0 && confidence >= ANSWERABLE_FROM,
    candidates: { text: lists.text.length, vector: lists.vector.length, deep: lists.deep?.length ?? null, fused: lists.fused.length, ranked: ranked.length },
    ...trace,
    timingsMs,
  };
}

export function ranksIn({ lists, ranked }: Pick<Found, 'lists' | 'ranked'>): RanksOf {
  const [text, vector, deep, fused, order] = [lists.text, lists.vector, lists.deep ?? [], lists.fused, ranked.map(({ chunk }) => chunk.key)].map((keys) => new Map(keys.map((key, at) => [key, at + 1])));
  return (key) => ({ text: text?.get(key) ?? null, vector: vector?.get(key) ?? null, deep: deep?.get(key) ?? null, fused: fused?.get(key) ?? null, ranked: order?.get(key) ?? null });
}

function toPassage({ ranked, score, span, aliases }: Selected, ranksOf: RanksOf): Passage {
  const { chunk, document } = ranked;
  return {
    documentId: document.documentId,
    chunkId: chunk.id,
    ordinal: chunk.ordinal,
    start: span.start,
    end: span.end,
    text: span.text,
    hitStart: Math.max(span.start, chunk.start),
    hitEnd: Math.min(span.end, chunk.end),
    headings: chunk.headings,
    ...(chunk.page === null ? {} : { page: chunk.page }),
    score,
    ranks: ranksOf(chunk.key),
    aliases: aliases.map((alias) => ({ documentId: alias.document.documentId, chunkId: alias.chunk.id })),
  };
}
