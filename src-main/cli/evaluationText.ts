import type { Evaluation, RetrievalMetrics, SavedQuestion } from '#contract/questions.ts';
import type { SnapshotComparison } from '#contract/snapshots.ts';
import { nameOnOneLine, table } from './terminal.ts';

/** Questions of one kind that a reader is shown; all of them are in the JSON. */
const SHOWN = 20;

/** A share or a mean with two places; a dash where no question of that kind is saved. */
const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

function metricRows(metrics: readonly RetrievalMetrics[]): string[][] {
  const row = (name: string, pick: (one: RetrievalMetrics) => number | null): string[] => [name, ...metrics.map((one) => figure(pick(one)))];
  return [
    row('hit@1', (one) => one.hitAt1),
    row('hit@5', (one) => one.hitAt5),
    row('hit@10', (one) => one.hitAt10),
    row('file hit@5', (one) => one.fileHitAt5),
    row('MRR@10', (one) => one.mrr10),
    row('nDCG@10', (one) => one.ndcg10),
    row('abstained rightly', (one) => one.abstained),
    row('abstained wrongly', (one) => one.abstainedWrongly),
  ];
}

function shown(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `  and ${lines.length - SHOWN} more; all of them with --json`];
}

/** What an evaluation measured, and the questions that it went wrong with. What each question expects is in the saved ones, not in the evaluation. */
export function evaluationLines({ metrics, outcomes, snapshotId, vectorsComplete, notes = [] }: Evaluation, questions: readonly SavedQuestion[]): string[] {
  const saved = new Map(questions.map((question) => [question.id, question]));
  const missed: string[] = [];
  const answered: string[] = [];
  for (const { questionId, question, outcome } of outcomes) {
    const expects = saved.get(questionId)?.expected.length;
    if (expects === undefined) continue;
    if (expects === 0 && outcome.answerable) answered.push(`  declared answerable, nothing is expected: ${nameOnOneLine(question)}`);
    else if (expects > 0 && outcome.passageRank === null) missed.push(`  ${outcome.fileRank === null ? 'not found' : `file at place ${outcome.fileRank}, not the passage`}: ${nameOnOneLine(question)}`);
  }
  return [
    `${metrics.answerable} questions with an answer, ${metrics.unanswerable} without; snapshot ${snapshotId}${vectorsComplete ? '' : ', without transformer vectors'}`,
    ...notes,
    table(['metric', 'value'], metricRows([metrics])),
    ...shown(missed),
    ...shown(answered),
  ];
}

/** Passages that a question expects and that no document holds: they cannot be found, whatever the index is like. */
export function expectedInVain(questions: readonly SavedQuestion[]): string[] {
  const lines = questions.flatMap(({ question, expected, found }) =>
    expected.flatMap(({ file, quote }, at) => {
      if (found[at] === undefined || found[at] === 'there') return [];
      const what = found[at] === 'file-missing' ? `the file ${nameOnOneLine(file)} is not in the knowledge base` : `these words are not in ${nameOnOneLine(file)}: “${nameOnOneLine(quote.slice(0, 80))}${quote.length > 80 ? '…' : ''}”`;
      return [`  expected in vain by “${nameOnOneLine(question)}”: ${what}`];
    }),
  );
  return shown(lines);
}

/** Two indexes side by side. */
export function comparisonLines({ questions, metrics, gain, gained, lost, vectorsComplete, notes }: SnapshotComparison): string[] {
  const without = (['before', 'after'] as const).filter((side) => !vectorsComplete[side]);
  return [
    `${questions} saved questions`,
    ...(without.length === 0 ? [] : [`${without.join(' and ')}: searched without transformer vectors, which are not complete there; \`knowledge snapshot list\` says why`]),
    ...(['before', 'after'] as const).flatMap((side) => (notes?.[side] ?? []).map((note) => `${side}: ${note}`)),
    table(['metric', 'before', 'after'], metricRows([metrics.before, metrics.after])),
    `gain of the reciprocal rank ${gain.mean.toFixed(3)}, 95 % between ${gain.low.toFixed(3)} and ${gain.high.toFixed(3)}`,
    ...gained.map(({ question }) => `  gained: ${nameOnOneLine(question)}`),
    ...lost.map(({ question }) => `  lost: ${nameOnOneLine(question)}`),
  ];
}
