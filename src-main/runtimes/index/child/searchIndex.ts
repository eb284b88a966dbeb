import type { Passage, SearchRequest, SearchResult } from '../../types.ts';
import { analyzeQuestion, type AnalyzedQuestion } from './analyzeQuestion.ts';
import { confidenceFeatures, confidenceOf } from './confidence.ts';
import { ANSWERABLE_FROM } from './confidenceWeights.ts';
import { expandPassage } from './expandPassage.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import { rankCandidates, type RankedChunk } from './rankCandidates.ts';
import type { StoredDocument } from './textStore.ts';

/** Candidates that each list gives, and how many of the two together are scored in full: more of either changed no figure. */
const LIST_LENGTH = 150;
const SCORED = 100;
/** Chunks that the words of one question may match together. */
const MATCHED_CHUNKS = 12_000;
/** Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009). */
const RRF_CONSTANT = 60;
/** What each passage that a document has already given takes off the next one's score: several documents should be seen. */
const REPEATED_DOCUMENT = 0.4;

/** What a search found before anything is widened or left out. */
export interface Found {
  readonly question: AnalyzedQuestion;
  readonly ranked: readonly RankedChunk[];
  /** Keys of each list, best first. */
  readonly lists: { readonly text: readonly number[]; readonly vector: readonly number[]; readonly fused: readonly number[] };
  readonly timingsMs: Record<string, number>;
}

export async function findChunks(index: KnowledgeIndex, asked: string): Promise<Found> {
  const timingsMs: Record<string, number> = {};
  let mark = performance.now();
  const lap = (name: string): void => {
    timingsMs[name] = performance.now() - mark;
    mark = performance.now();
  };
  const hidden = index.hidden();
  const question = analyzeQuestion(asked, index.text, index.chunks);
  const query = matchQuery(question);
  const text = query === '' ? [] : index.text.match(query, LIST_LENGTH, hidden.length > 0 ? inRanges(hidden) : undefined);
  lap('text');
  const questionVector = index.model.embed(asked);
  const vector = await index.vectors.nearest(questionVector, LIST_LENGTH, hidden.map((document) => document.number));
  lap('vector');
  const fused = fuse([text, vector]);
  const candidates = fused.slice(0, SCORED);
  const similarities = new Map(vector.map((hit) => [hit.key, hit.similarity]));
  const ranked = rankCandidates(index, { text: asked, question, vector: questionVector, similarities }, candidates);
  lap('rank');
  return { question, ranked, lists: { text: text.map((hit) => hit.key), vector: vector.map((hit) => hit.key), fused }, timingsMs };
}

export async function searchIndex(index: KnowledgeIndex, request: SearchRequest): Promise<SearchResult> {
  const { question, ranked, lists, timingsMs } = await findChunks(index, request.question);
  const started = performance.now();
  const ranksOf = { text: rankMap(lists.text), vector: rankMap(lists.vector), fused: rankMap(lists.fused) };
  const passages = selectPassages(index, ranked, request.limit).map((passage): Passage => toPassage(passage, ranksOf));
  timingsMs.passages = performance.now() - started;
  const confidence = confidenceOf(confidenceFeatures(question, ranked, index.chunks));
  return {
    passages,
    confidence,
    answerable: passages.length > 0 && confidence >= ANSWERABLE_FROM,
    candidates: { text: lists.text.length, vector: lists.vector.length, fused: lists.fused.length, deep: null, ranked: ranked.length },
    timingsMs,
  };
}

/**
 * An FTS5 query for any of the question's terms, rarest first, as long as they match few enough chunks: what is left out
 * tells chunks apart the least and costs the most. The two rarest, identifiers and phrases are always in; ranking looks
 * at all terms again.
 */
function matchQuery(question: AnalyzedQuestion): string {
  const terms: string[] = [];
  let matched = 0;
  for (const { term, frequency } of [...question.terms].sort((a, b) => a.frequency - b.frequency)) {
    matched += frequency;
    if (matched > MATCHED_CHUNKS && terms.length >= 2) break;
    terms.push(`"${term}"`);
  }
  const exact = question.identifiers.filter(({ frequency }) => frequency <= MATCHED_CHUNKS).map(({ term }) => `"${term}"`);
  return [...terms, ...exact, ...question.phrases.map((phrase) => `"${phrase.join(' ')}"`)].join(' OR ');
}

function fuse(lists: readonly (readonly { key: number }[])[]): number[] {
  const scores = new Map<number, number>();
  for (const list of lists) list.forEach(({ key }, rank) => scores.set(key, (scores.get(key) ?? 0) + 1 / (RRF_CONSTANT + rank + 1)));
  return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([key]) => key);
}

interface Selected {
  readonly ranked: RankedChunk;
  readonly score: number;
  readonly span: ReturnType<typeof expandPassage>;
}

/** Widens the best chunks to passages that do not overlap. */
function selectPassages(index: KnowledgeIndex, ranked: readonly RankedChunk[], limit: number): Selected[] {
  const chosen: Selected[] = [];
  const taken = new Set<number>();
  const perDocument = new Map<number, number>();
  const worth = (item: RankedChunk): number => item.score - REPEATED_DOCUMENT * (perDocument.get(item.document.number) ?? 0);
  const take = (item: RankedChunk): void => {
    if (taken.has(item.chunk.key)) return;
    const span = expandPassage(item.chunk, (ordinal) => {
      const key = item.document.firstKey + ordinal;
      const inside = ordinal >= 0 && ordinal < item.document.chunks && !taken.has(key);
      return inside ? index.text.chunk(key) : undefined;
    });
    for (const ordinal of span.ordinals) taken.add(item.document.firstKey + ordinal);
    const score = worth(item);
    perDocument.set(item.document.number, (perDocument.get(item.document.number) ?? 0) + 1);
    chosen.push({ ranked: item, score, span });
  };
  const left = [...ranked];
  while (chosen.length < limit && left.length > 0) {
    let best = 0;
    for (let i = 1; i < left.length; i++) if (worth(left[i] as RankedChunk) > worth(left[best] as RankedChunk)) best = i;
    take(left.splice(best, 1)[0] as RankedChunk);
  }
  return chosen;
}

function toPassage({ ranked, score, span }: Selected, ranksOf: Record<'text' | 'vector' | 'fused', ReadonlyMap<number, number>>): Passage {
  const { chunk, document } = ranked;
  const rank = (list: 'text' | 'vector' | 'fused'): number | null => ranksOf[list].get(chunk.key) ?? null;
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
    ranks: { text: rank('text'), vector: rank('vector'), deep: null, fused: rank('fused'), ranked: null },
    aliases: [],
  };
}

function rankMap(keys: readonly number[]): Map<number, number> {
  return new Map(keys.map((key, index) => [key, index + 1]));
}

/** Whether a chunk's key belongs to one of these documents; they are in the order of their keys. */
function inRanges(documents: readonly StoredDocument[]): (key: number) => boolean {
  return (key) => {
    let low = 0;
    let high = documents.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { firstKey, chunks } = documents[middle] as StoredDocument;
      if (key < firstKey) high = middle - 1;
      else if (key >= firstKey + chunks) low = middle + 1;
      else return true;
    }
    return false;
  };
}
