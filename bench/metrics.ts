import { holdsQuote } from '../src-main/capabilities/knowledge/questions/holdsQuote.ts';
import { round } from '../src-main/capabilities/knowledge/questions/metrics.ts';

/** Retrieval metrics over answered questions, the same for Lathe and for the plain script. */

export interface Question {
  readonly id: string;
  readonly question: string;
  readonly kind: 'paraphrase' | 'identifier' | 'table' | 'unanswerable';
  readonly split: 'tune' | 'held';
  readonly expected: readonly { readonly file: string; readonly quote: string }[];
}

export interface Answered {
  readonly id: string;
  /** Higher = more answerable. */
  readonly confidence: number;
  readonly results: readonly { readonly file: string; readonly text: string }[];
}

export interface Outcome {
  readonly id: string;
  readonly kind: Question['kind'];
  /** 1 / rank of the first result from an expected file, 0 past rank 10. */
  readonly reciprocalRank: number;
  readonly fileHit: number;
  readonly passageHit: number;
}

const HITS = 5;
const RANKS = 10;

export function judge(question: Question, answered: Answered | undefined): Outcome {
  const results = answered?.results.slice(0, RANKS) ?? [];
  const files = new Set(question.expected.map((item) => item.file));
  const rank = results.findIndex((result) => files.has(result.file));
  const top = results.slice(0, HITS);
  const found = top.some((result) => question.expected.some((item) => item.file === result.file && holdsQuote(result.text, item.quote)));
  return {
    id: question.id,
    kind: question.kind,
    reciprocalRank: rank < 0 ? 0 : 1 / (rank + 1),
    fileHit: rank >= 0 && rank < HITS ? 1 : 0,
    passageHit: found ? 1 : 0,
  };
}

export interface Summary {
  readonly questions: number;
  readonly mrr10: number;
  readonly fileHit5: number;
  readonly passageHit5: number;
}

export function summarise(outcomes: readonly Outcome[]): Summary {
  const mean = (pick: (outcome: Outcome) => number): number => round(outcomes.reduce((sum, outcome) => sum + pick(outcome), 0) / Math.max(1, outcomes.length));
  return { questions: outcomes.length, mrr10: mean((o) => o.reciprocalRank), fileHit5: mean((o) => o.fileHit), passageHit5: mean((o) => o.passageHit) };
}

/** Area under the ROC curve: the chance that an answerable question scores above an unanswerable one; ties count half. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  let wins = 0;
  for (const positive of positives) for (const negative of negatives) wins += positive > negative ? 1 : positive === negative ? 0.5 : 0;
  return round(wins / Math.max(1, positives.length * negatives.length));
}
