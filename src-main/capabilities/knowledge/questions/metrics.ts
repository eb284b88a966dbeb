import type { QuestionOutcome, RetrievalMetrics, StoredQuestion } from '#contract/questions.ts';
import { holdsQuote } from './holdsQuote.ts';

/** Results that are looked at: past the tenth nobody reads. */
export const RANKS = 10;
/** A passage in the first five reaches a prompt. */
const HITS = 5;

/** What one search gave for a question. */
export interface SearchedQuestion {
  readonly answerable: boolean;
  readonly confidence: number;
  /** Best first. */
  readonly results: readonly { readonly file: string; readonly text: string }[];
}

/** `standsFor` names, for a file that is an alias, the file that is searched in its place. */
export function judgeQuestion(question: Pick<StoredQuestion, 'expected'>, searched: SearchedQuestion, standsFor: ReadonlyMap<string, string> = new Map()): QuestionOutcome {
  const results = searched.results.slice(0, RANKS);
  const expected = question.expected.map(({ file, quote }) => ({ files: [file, standsFor.get(file) ?? file], quote }));
  const rank = (holds: (result: { file: string; text: string }) => boolean): number | null => {
    const at = results.findIndex(holds);
    return at < 0 ? null : at + 1;
  };
  return {
    fileRank: rank((result) => expected.some(({ files }) => files.includes(result.file))),
    passageRank: rank((result) => expected.some(({ files, quote }) => files.includes(result.file) && holdsQuote(result.text, quote))),
    answerable: searched.answerable,
    confidence: searched.confidence,
  };
}

export interface JudgedQuestion {
  readonly expected: StoredQuestion['expected'];
  readonly outcome: QuestionOutcome;
}

/**
 * Any one expected passage answers its question, so one result has a gain and the ideal order has it first:
 * a question's nDCG is 1 / log2(rank + 1).
 */
export function metricsOf(judged: readonly JudgedQuestion[]): RetrievalMetrics {
  const answerable = judged.filter(({ expected }) => expected.length > 0).map(({ outcome }) => outcome);
  const unanswerable = judged.filter(({ expected }) => expected.length === 0).map(({ outcome }) => outcome);
  const within = (rank: number | null, most: number): number => (rank !== null && rank <= most ? 1 : 0);
  return {
    answerable: answerable.length,
    unanswerable: unanswerable.length,
    hitAt1: mean(answerable, ({ passageRank }) => within(passageRank, 1)),
    hitAt5: mean(answerable, ({ passageRank }) => within(passageRank, HITS)),
    hitAt10: mean(answerable, ({ passageRank }) => within(passageRank, RANKS)),
    fileHitAt5: mean(answerable, ({ fileRank }) => within(fileRank, HITS)),
    mrr10: mean(answerable, reciprocalRank),
    ndcg10: mean(answerable, ({ passageRank }) => (within(passageRank, RANKS) === 0 ? 0 : 1 / Math.log2((passageRank ?? 0) + 1))),
    abstained: mean(unanswerable, (outcome) => (outcome.answerable ? 0 : 1)),
    abstainedWrongly: mean(answerable, (outcome) => (outcome.answerable ? 0 : 1)),
  };
}

export function reciprocalRank({ passageRank }: Pick<QuestionOutcome, 'passageRank'>): number {
  return passageRank !== null && passageRank <= RANKS ? 1 / passageRank : 0;
}

/** Among the first five results. */
export function isHit({ passageRank }: Pick<QuestionOutcome, 'passageRank'>): boolean {
  return passageRank !== null && passageRank <= HITS;
}

function mean<T>(items: readonly T[], value: (item: T) => number): number | null {
  return items.length === 0 ? null : round(items.reduce((sum, item) => sum + value(item), 0) / items.length);
}

/** 95 % interval of the mean difference, resampling questions in pairs; the seed is fixed so that a result can be repeated. Nothing to resample is no difference. */
export function pairedBootstrap(differences: readonly number[], rounds = 10_000): { mean: number; low: number; high: number } {
  if (differences.length === 0) return { mean: 0, low: 0, high: 0 };
  let state = 12345;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
  const means = Array.from({ length: rounds }, () => {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) sum += differences[Math.floor(random() * differences.length)] as number;
    return sum / differences.length;
  }).sort((a, b) => a - b);
  const at = (share: number): number => round(means[Math.floor(share * rounds)] as number);
  return { mean: round(differences.reduce((sum, value) => sum + value, 0) / differences.length), low: at(0.025), high: at(0.975) };
}

export function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
