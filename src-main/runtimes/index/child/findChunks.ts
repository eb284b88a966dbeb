import type { DeepQuestion, SearchRequest } from '../../types.ts';
import { analyzeQuestion, type AnalyzedQuestion } from './analyzeQuestion.ts';
import { openDeepSearch, type DeepSearch } from './deepSearch.ts';
import { nearestAmong, type DocumentFilter } from './documentFilter.ts';
import { fuse } from './fuse.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import { rankCandidates, type RankedChunk } from './rankCandidates.ts';
import type { VectorHit } from './vectorStore.ts';

/** Candidates that each list gives, and how many of them together are scored: more of either changed no figure. */
const LIST_LENGTH = 150;
const SCORED = 100;
/** Chunks that the words of one question may match together; with transformer vectors half as many lose no passage. */
const MATCHED_CHUNKS = { byWords: 12_000, withTransformer: 6_000 } as const;

export type FindRequest = Pick<SearchRequest, 'question' | 'only' | 'deep'>;

/** What a search found before anything is widened or left out. */
export interface Found {
  readonly question: AnalyzedQuestion;
  /** What full text was asked for; empty = nothing. */
  readonly query: string;
  readonly ranked: readonly RankedChunk[];
  readonly lists: Lists;
  readonly timingsMs: Record<string, number>;
}

/** Keys of each list, best first. */
export interface Lists {
  readonly text: readonly number[];
  readonly vector: readonly number[];
  /** null while transformer vectors are not asked for, or not complete. */
  readonly deep: readonly number[] | null;
  readonly fused: readonly number[];
}

/** @param added chunks that are ranked besides what was found: where they would stand. */
export async function findChunks(index: KnowledgeIndex, request: FindRequest, added: readonly number[] = []): Promise<Found> {
  const timingsMs: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    timingsMs[name] = performance.now() - startedAt;
    return result;
  };
  const filter = index.filter(request.only);
  const question = analyzeQuestion(request.question, index.text, index.chunks);
  const questionVector = index.model.embed(request.question);
  if (filter.nothing) return { question, query: '', ranked: [], lists: { text: [], vector: [], deep: request.deep ? [] : null, fused: [] }, timingsMs };
  const query = matchQuery(question, request.deep ? MATCHED_CHUNKS.withTransformer : MATCHED_CHUNKS.byWords);
  // LanceDB works in threads of its own: while it looks for the second list of vectors, this one looks for words.
  const byVector = timed('vector', () => nearestAmong(index.vectors, { vector: questionVector, limit: LIST_LENGTH }, filter));
  const [vector, text, [deepSearch, deep]] = await Promise.all([
    byVector,
    byVector.then(() => timed('text', () => (query === '' ? [] : index.text.match(query, LIST_LENGTH, filter.isHidden)))),
    nearestDeep(index, request.deep, { filter, timed }),
  ]);
  const fused = fuse(deep === null ? [text, vector] : [text, vector, deep]);
  const similarities = new Map(vector.map((hit) => [hit.key, hit.similarity]));
  const asked = { text: request.question, question, vector: questionVector, similarities, always: new Set(added), ...(deepSearch === null ? {} : { deep: deepSearch }) };
  const ranked = await timed('rank', () => rankCandidates(index, asked, [...new Set([...fused.slice(0, SCORED), ...added])]));
  return { question, query, ranked, lists: { text: keysOf(text), vector: keysOf(vector), deep: deep && keysOf(deep), fused }, timingsMs };
}

type Timed = <T>(name: string, work: () => Promise<T>) => Promise<T>;

async function nearestDeep(index: KnowledgeIndex, asked: DeepQuestion | undefined, { filter, timed }: { readonly filter: DocumentFilter; readonly timed: Timed }): Promise<readonly [DeepSearch | null, VectorHit[] | null]> {
  if (asked === undefined) return [null, null];
  return timed('deep', async () => {
    const search = await openDeepSearch(index, asked);
    return [search, (await search?.nearest(LIST_LENGTH, filter)) ?? null] as const;
  });
}

function keysOf(hits: readonly { readonly key: number }[]): number[] {
  return hits.map((hit) => hit.key);
}

/**
 * An FTS5 query for any of the question's terms, rarest first, as long as they match at most `most` chunks together: what is left out
 * tells chunks apart the least and costs the most. The two rarest, identifiers and phrases are always in; ranking looks
 * at all terms again.
 */
function matchQuery(question: AnalyzedQuestion, most: number): string {
  const terms: string[] = [];
  let together = 0;
  for (const { term, frequency } of [...question.terms].sort((a, b) => a.frequency - b.frequency)) {
    together += frequency;
    if (together > most && terms.length >= 2) break;
    terms.push(`"${term}"`);
  }
  const exact = question.identifiers.filter(({ frequency }) => frequency <= most).map(({ term }) => `"${term}"`);
  return [...terms, ...exact, ...question.phrases.map((phrase) => `"${phrase.join(' ')}"`)].join(' OR ');
}
