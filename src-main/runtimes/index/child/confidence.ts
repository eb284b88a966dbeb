import type { AnalyzedQuestion, QuestionTerm } from './analyzeQuestion.ts';
import { CONFIDENCE_BIAS, CONFIDENCE_WEIGHTS } from './confidenceWeights.ts';
import type { RankedChunk } from './rankCandidates.ts';

/** What tells an answerable question from one that only sounds like the documents; all between 0 and about 1. */
export interface ConfidenceFeatures {
  /** Share of the question's weight that stands in the best chunk. */
  readonly coveredByFirst: number;
  /** The question's words against their nearest words, best of the first five. */
  readonly nearestWords: number;
  /** How weighty the weightiest word is that the best covered chunk lacks, against the rarest possible word. */
  readonly missing: number;
  /** Share of the question's weight in words that no chunk holds. */
  readonly unknown: number;
  /** 1 when the question names something (a compound, a constant) that no chunk holds. */
  readonly unknownName: number;
  /** How far the first score stands above the tenth to thirtieth. */
  readonly lead: number;
}

/** Too few passages to stand above: neither what an answer leads by nor what a miss does. */
const UNTOLD_LEAD = 0.5;
/** Passages at the top that are looked at. */
const TOP = 5;
const RAREST_IDF_OF = 0.5;

export function confidenceFeatures(question: AnalyzedQuestion, ranked: readonly RankedChunk[], chunks: number): ConfidenceFeatures {
  const top = ranked.slice(0, TOP);
  const best = (pick: (item: RankedChunk) => number): number => Math.max(0, ...top.map(pick));
  const total = sumIdf(question.terms);
  const rarest = Math.log(1 + (chunks + RAREST_IDF_OF) / RAREST_IDF_OF);
  const fullest = top.reduce<RankedChunk | undefined>((a, b) => (!a || b.features.covered > a.features.covered ? b : a), undefined);
  const background = ranked.slice(9, 30);
  const backgroundScore = background.reduce((sum, item) => sum + item.score, 0) / Math.max(1, background.length);
  const told = vocabularyTells(chunks);
  const named = question.identifiers.filter(({ term }) => isName(term));
  return {
    coveredByFirst: ranked[0]?.features.covered ?? 0,
    nearestWords: best((item) => item.features.nearestWords),
    missing: told * (fullest && rarest > 0 ? Math.max(0, ...fullest.missing.map(({ idf }) => idf)) / rarest : 1),
    unknown: told * (total === 0 ? 1 : sumIdf(question.terms.filter(({ frequency }) => frequency === 0)) / total),
    unknownName: named.some(({ frequency }) => frequency === 0) ? 1 : 0,
    lead: top[0] && background.length > 0 ? Math.tanh((top[0].score - backgroundScore) / 4) : UNTOLD_LEAD,
  };
}

const TELLING_CHUNKS = 1_000;

/**
 * What the absence of a word says: much in a manual, little in two notes, which cannot hold every word that a person
 * asks with. 1 from a thousand chunks on (the fit has only such), a quarter for a handful.
 */
function vocabularyTells(chunks: number): number {
  return Math.min(1, Math.max(0.1, Math.log10(Math.max(1, chunks)) / Math.log10(TELLING_CHUNKS)));
}

/** 0 to 1, higher = more answerable. Logistic regression; see confidenceWeights.ts. */
export function confidenceOf(features: ConfidenceFeatures): number {
  let sum = CONFIDENCE_BIAS;
  for (const [name, weight] of Object.entries(CONFIDENCE_WEIGHTS)) sum += weight * features[name as keyof ConfidenceFeatures];
  return 1 / (1 + Math.exp(-sum));
}

function sumIdf(terms: readonly QuestionTerm[]): number {
  return terms.reduce((sum, { idf }) => sum + idf, 0);
}

/** A compound that only code would write: plain hyphenated words and capitals do not count. */
function isName(identifier: string): boolean {
  return /[_.:/$>]|^-|\p{L}\p{N}|\p{N}\p{L}/u.test(identifier);
}
