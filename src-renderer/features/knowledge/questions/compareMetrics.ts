import type { RetrievalMetrics } from '#contract/questions.ts';

export interface MetricLine {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly meaning: 'better' | 'worse' | 'same';
}

const METRICS: readonly { readonly key: keyof RetrievalMetrics; readonly name: string; readonly lowerIsBetter?: boolean }[] = [
  { key: 'hitAt1', name: 'hit@1' },
  { key: 'hitAt5', name: 'hit@5' },
  { key: 'mrr10', name: 'MRR@10' },
  { key: 'ndcg10', name: 'nDCG@10' },
  { key: 'abstained', name: 'Rightly declined' },
  { key: 'abstainedWrongly', name: 'Wrongly declined', lowerIsBetter: true },
];

/** Before and after, figure by figure; those of which neither side has a value are left out. */
export function compareMetrics({ before, after }: { readonly before: RetrievalMetrics; readonly after: RetrievalMetrics }): MetricLine[] {
  return METRICS.flatMap(({ key, name, lowerIsBetter = false }) => {
    const [a, b] = [before[key], after[key]];
    if (a === null && b === null) return [];
    const change = a === null || b === null ? 0 : b - a;
    const better = lowerIsBetter ? change < 0 : change > 0;
    const small = Math.abs(change) < 0.0005;
    return [{ name, before: a === null ? '–' : a.toFixed(3), after: b === null ? '–' : b.toFixed(3), change: small ? '' : `${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(3)}`, meaning: small ? 'same' : better ? 'better' : 'worse' }];
  });
}
