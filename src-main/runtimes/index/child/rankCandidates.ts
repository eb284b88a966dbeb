import type { AnalyzedQuestion, QuestionTerm } from './analyzeQuestion.ts';
import { analyzeText } from './analyzeText.ts';
import { BestSentence } from './bestSentence.ts';
import { chunkEmbedder } from './chunkEmbedder.ts';
import type { DeepFeatures } from './deepFeatures.ts';
import type { DeepSearch } from './deepSearch.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import { NearestWords } from './nearestWords.ts';
import { BM25, DEEP_RANKING_WEIGHTS, RANKING_WEIGHTS, type RankingWeights } from './rankingWeights.ts';
import { startsLine } from './startsLine.ts';
import type { StoredChunk, StoredDocument } from './textStore.ts';
import { roundSimilarity } from './vectorStore.ts';
import { dot } from './WordVectors.ts';

/** What one chunk's score is made of; see RANKING_WEIGHTS. */
export interface Features {
  readonly words: number;
  /** Share of the question's weight that stands in text, headings or title. */
  readonly covered: number;
  readonly vector: number;
  readonly sentence: number;
  readonly nearestWords: number;
  readonly document: number;
  /** Share of the question's identifiers, by weight, that begin a line. */
  readonly definition: number;
  /** 1 for a document's first chunk. */
  readonly opening: number;
  /** Share of the question's identifiers, by weight, that stand in text or headings exactly. */
  readonly identifiers: number;
  readonly phrase: number;
  /** Cosine of the transformer vectors; null where they were not asked for. */
  readonly deep: number | null;
  /** Late interaction of the transformer's token vectors; null as `deep`. */
  readonly late: number | null;
}

export interface RankedChunk {
  readonly chunk: StoredChunk;
  readonly document: StoredDocument;
  readonly features: Features;
  /** The question's terms that stand neither in its text nor in headings or title. */
  readonly missing: readonly QuestionTerm[];
  readonly score: number;
}

export interface Asked {
  readonly text: string;
  readonly question: AnalyzedQuestion;
  readonly vector: Float32Array;
  /** Cosines of the nearest chunks' vectors with it, by key; of the other candidates, those that are compared in full are embedded again. */
  readonly similarities: ReadonlyMap<number, number>;
  /** Absent where there are no transformer vectors. */
  readonly deep?: Pick<DeepSearch, 'featuresOf'>;
  /** Keys that are compared in full wherever they stand. */
  readonly always?: ReadonlySet<number>;
}

const RELEASE_NOTES = /what.?s.?new|change.?log|release.?(note|log|history)|\bnews\b|\brelease[- ]\d|chronology/i;
const SOURCE_COPY = /(^|\/)_sources\//;
const ASKS_FOR_VERSIONS = /\b(versions?|releases?|released|change ?log|what.?s new|new in|chang(e|es|ed)|since|history|introduced|added|removed)\b|\d+\.\d+/i;
const MOST_PROSE = 0.3;
/** Place of the candidate that a neighbour must beat to lend its support. */
const UNREMARKABLE = 30;
const INSIDE_NAMES = /[\p{L}\p{N}_-]/u;

/**
 * Candidates whose every word and sentence is compared with the question: these two features take most of the time,
 * and what stands further down without them does not come near the top with them.
 */
const COMPARED = 48;
/** The transformer orders them well enough before: comparing twice as many gained nothing (docs/decisions/second-stage.md). */
const COMPARED_AFTER_TRANSFORMER = 24;

/**
 * Scores candidates by their text and their document, best first; equal scores in the order of keys. The best 48 (24 with transformer
 * vectors) stand before the rest, which is scored roughly.
 */
export function rankCandidates(index: KnowledgeIndex, asked: Asked, keys: readonly number[]): RankedChunk[] {
  const { question } = asked;
  const scratch = new Float32Array(index.model.dimensions);
  const nearest = new NearestWords(question.terms, index);
  const sentences = new BestSentence(asked.vector, index.model);
  // What is not among the nearest is no nearer than the last of them: near enough for the rough order, and nothing to embed.
  const farthest = asked.similarities.size === 0 ? null : Math.min(...asked.similarities.values());
  const definitions = question.identifiers.map(({ term, idf }) => ({ idf, isIn: startsLine(term) }));
  const fresh = keys.flatMap((key) => {
    const chunk = index.text.chunk(key);
    const document = chunk && index.byNumber.get(chunk.document);
    return chunk && document ? [{ chunk, document, ...ownFeatures({ chunk, document }) }] : [];
  });
  const byDocument = documentScores(fresh);
  const deepOf = deepSimilarities(asked, fresh);
  const weights = deepOf === null ? RANKING_WEIGHTS : DEEP_RANKING_WEIGHTS;
  const most = deepOf === null ? COMPARED : COMPARED_AFTER_TRANSFORMER;
  const wantsVersions = ASKS_FOR_VERSIONS.test(asked.text);
  const rough = fresh.map(({ chunk, document, features, missing }): RankedChunk => scored({ chunk, document, missing, features: { ...features, document: byDocument.get(document.number) ?? 0, sentence: features.vector, nearestWords: features.covered, deep: null, late: null, ...deepOf?.(chunk) } }));
  rough.sort(byScore);
  const isCompared = (item: RankedChunk, at: number): boolean => at < most || (asked.always?.has(item.chunk.key) ?? false);
  const compared = rough.filter(isCompared).map((item) => scored({ ...item, features: { ...item.features, ...meanings(item) } })).sort(byScore);
  const best = deepOf === null ? withNeighbours(compared).sort(byScore) : compared;
  return [...best, ...rough.filter((item, at) => !isCompared(item, at))];

  function scored(item: Omit<RankedChunk, 'score'>): RankedChunk {
    return { ...item, score: scoreOf(item.features, { document: item.document, wantsVersions, weights }) };
  }

  function ownFeatures({ chunk, document }: { chunk: StoredChunk; document: StoredDocument }): { features: Omit<Features, 'document' | 'sentence' | 'nearestWords' | 'deep' | 'late'>; missing: QuestionTerm[] } {
    const headings = chunk.headings.join(' ');
    const { words, covered, missing } = scoreWords(question, { chunk, headings: analyzeText(headings).terms, title: index.titleTerms(document) });
    const written = `${headings}\n${chunk.text}`.toLowerCase();
    const features = {
      words,
      covered,
      vector: asked.similarities.get(chunk.key) ?? farthest ?? similarity({ chunk, document }),
      definition: weighedShare(definitions, ({ isIn }) => isIn(written)),
      opening: chunk.ordinal === 0 ? 1 : 0,
      identifiers: weighedShare(question.identifiers, ({ term }) => holdsExactly(written, term)),
      phrase: question.phrases.length === 0 ? 0 : question.phrases.filter((phrase) => chunk.terms.includes(` ${phrase.join(' ')} `)).length / question.phrases.length,
    };
    return { features, missing };
  }

  function meanings({ chunk, document }: Pick<RankedChunk, 'chunk' | 'document'>): Pick<Features, 'vector' | 'sentence' | 'nearestWords'> {
    return { vector: asked.similarities.get(chunk.key) ?? similarity({ chunk, document }), sentence: sentences.similarity(chunk.text), nearestWords: nearest.coverage(`${document.title} ${chunk.headings.join(' ')} ${chunk.text}`) };
  }

  function similarity({ chunk, document }: { chunk: StoredChunk; document: StoredDocument }): number {
    chunkEmbedder(index.model, document.title)(chunk, scratch);
    return roundSimilarity(dot(scratch, asked.vector));
  }
}

/**
 * Similarities by transformer vectors; null when no candidate has one. Before the second stage is done, a candidate without a vector counts
 * as the mean of the others: neither found nor lost by it.
 */
function deepSimilarities(asked: Asked, candidates: readonly { readonly chunk: StoredChunk }[]): ((chunk: StoredChunk) => DeepFeatures) | null {
  const known = new Map<number, DeepFeatures>();
  for (const { chunk } of candidates) {
    const features = asked.deep?.featuresOf(chunk);
    if (features) known.set(chunk.key, features);
  }
  if (known.size === 0) return null;
  const meanOf = (pick: (features: DeepFeatures) => number): number => [...known.values()].reduce((sum, features) => sum + pick(features), 0) / known.size;
  const mean = { deep: meanOf(({ deep }) => deep), late: meanOf(({ late }) => late) };
  return (chunk) => known.get(chunk.key) ?? mean;
}

function scoreOf(features: Features, { document, wantsVersions, weights: w }: { document: StoredDocument; wantsVersions: boolean; weights: RankingWeights }): number {
  const isNotes = !wantsVersions && RELEASE_NOTES.test(`${document.title} ${document.file}`);
  return (
    w.words * features.words + w.vector * features.vector + w.sentence * features.sentence + w.nearestWords * features.nearestWords + w.document * features.document +
    w.prose * Math.min(document.prose, MOST_PROSE) + (isNotes ? w.releaseNotes : 0) + (SOURCE_COPY.test(document.file) ? w.sourceCopy : 0) + w.definition * features.definition +
    w.opening * features.opening + w.identifiers * features.identifiers + w.phrase * features.phrase + w.deep * (features.deep ?? 0) + w.late * (features.late ?? 0)
  );
}

function byScore(a: RankedChunk, b: RankedChunk): number {
  return b.score - a.score || a.chunk.key - b.chunk.key;
}

/**
 * What stands beside a good chunk is read with it: each gains a share of its better neighbour's lead over an unremarkable candidate.
 * Of the first stage alone: with transformer vectors it loses passages (docs/decisions/second-stage.md).
 */
function withNeighbours(ranked: readonly RankedChunk[]): RankedChunk[] {
  const plain = ranked[UNREMARKABLE];
  if (!plain) return [...ranked];
  const leads = new Map(ranked.map(({ chunk, score }) => [chunk.key, score - plain.score]));
  return ranked.map((item) => ({ ...item, score: item.score + RANKING_WEIGHTS.neighbour * Math.max(0, ...neighboursOf(item).map((key) => leads.get(key) ?? 0)) }));
}

function neighboursOf({ chunk, document }: RankedChunk): number[] {
  return [chunk.key - 1, chunk.key + 1].filter((key) => key >= document.firstKey && key < document.firstKey + document.chunks);
}

/** BM25 with fields (BM25F: term frequencies are added up over the fields first), divided by the question's weight. */
function scoreWords(question: AnalyzedQuestion, fields: { chunk: StoredChunk; headings: readonly string[]; title: ReadonlySet<string> }): { words: number; covered: number; missing: QuestionTerm[] } {
  const headings = new Set(fields.headings);
  const norm = BM25.k1 * (1 - BM25.b + (BM25.b * fields.chunk.termCount) / BM25.averageTerms);
  let words = 0;
  let covered = 0;
  let total = 0;
  const missing: QuestionTerm[] = [];
  for (const asked of question.terms) {
    const { term, idf } = asked;
    total += idf;
    const frequency = occurrences(fields.chunk.terms, term) + (headings.has(term) ? BM25.heading : 0) + (fields.title.has(term) ? BM25.title : 0);
    if (frequency === 0) {
      missing.push(asked);
      continue;
    }
    words += (idf * frequency * (BM25.k1 + 1)) / (frequency + norm);
    covered += idf;
  }
  return total === 0 ? { words: 0, covered: 0, missing } : { words: words / total, covered: covered / total, missing };
}

/** Mean of `words` over each document's three best candidates (missing ones count 0). */
function documentScores(candidates: readonly { document: StoredDocument; features: { words: number } }[]): Map<number, number> {
  const lists = new Map<number, number[]>();
  for (const { document, features } of candidates) {
    const list = lists.get(document.number);
    if (list) list.push(features.words);
    else lists.set(document.number, [features.words]);
  }
  const top = (list: number[]): number => list.sort((a, b) => b - a).slice(0, 3).reduce((sum, value) => sum + value, 0) / 3;
  return new Map([...lists].map(([number, list]) => [number, top(list)]));
}

function weighedShare<T extends { idf: number }>(items: readonly T[], holds: (item: T) => boolean): number {
  const total = items.reduce((sum, { idf }) => sum + idf, 0);
  return total === 0 ? 0 : items.filter(holds).reduce((sum, { idf }) => sum + idf, 0) / total;
}

/** How often a term stands in a text of terms that are parted by spaces. */
function occurrences(terms: string, term: string): number {
  const sought = ` ${term} `;
  let count = 0;
  for (let at = terms.indexOf(sought); at >= 0; at = terms.indexOf(sought, at + sought.length - 1)) count++;
  return count;
}

/** Whether a compound stands in a lower-case text as a whole, not as a part of a longer name. */
function holdsExactly(text: string, identifier: string): boolean {
  for (let at = text.indexOf(identifier); at >= 0; at = text.indexOf(identifier, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + identifier.length] ?? ' ';
    if (!INSIDE_NAMES.test(before) && !INSIDE_NAMES.test(after)) return true;
  }
  return false;
}
