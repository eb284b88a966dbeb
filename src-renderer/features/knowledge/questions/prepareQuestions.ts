import type { Evaluation, QuestionOutcome, SavedQuestion } from '#contract/questions.ts';
import { formatCount, formatThings } from '../../../lib/formatCount.ts';
import { formatExact, formatRelative } from '../../../lib/formatTime.ts';
import type { Meaning } from '../../../ui/StateMark.tsx';

export interface QuestionRow {
  readonly id: string;
  readonly question: string;
  /** Documents that are expected; words where none is. */
  readonly expected: string;
  readonly meaning: Meaning;
  readonly word: string;
  /** Against the evaluation before the newest; empty where nothing changed. */
  readonly change: string;
  readonly rank: string;
  readonly confidence: string;
  /** What is wrong with what it expects; empty when nothing is. */
  readonly problem: string;
}

/** Found at which place, lost, rightly or wrongly declined. */
export function outcomeOf({ expected, outcome }: Pick<SavedQuestion, 'expected' | 'outcome'>): { readonly meaning: Meaning; readonly word: string } {
  if (outcome === null) return { meaning: 'empty', word: 'Not run' };
  if (expected.length === 0) return outcome.answerable ? { meaning: 'bad', word: 'Not declined' } : { meaning: 'good', word: 'Declined' };
  if (!outcome.answerable) return { meaning: 'bad', word: 'Declined' };
  if (outcome.passageRank === null) return outcome.fileRank === null ? { meaning: 'bad', word: 'Lost' } : { meaning: 'warning', word: 'File only' };
  return outcome.passageRank <= 5 ? { meaning: 'good', word: 'Found' } : { meaning: 'warning', word: 'Low' };
}

function changeOf(now: QuestionOutcome | null, before: QuestionOutcome | undefined): string {
  if (now === null || before === undefined || now.passageRank === before.passageRank) return '';
  if (before.passageRank === null) return 'gained';
  if (now.passageRank === null) return 'lost';
  return now.passageRank < before.passageRank ? `up from ${before.passageRank}` : `down from ${before.passageRank}`;
}

export function prepareQuestions(questions: readonly SavedQuestion[], evaluations: readonly Evaluation[]): QuestionRow[] {
  const [newest, ...older] = evaluations;
  const previous = older.find(({ snapshotId }) => snapshotId === newest?.snapshotId) ?? older[0];
  const before = new Map(previous?.outcomes.map(({ questionId, outcome }) => [questionId, outcome]));
  return questions.map((question) => {
    const { id, expected, found, outcome } = question;
    const files = [...new Set(expected.map(({ file }) => file))];
    const gone = found.filter((state) => state === 'file-missing').length;
    const changed = found.filter((state) => state === 'quote-missing').length;
    return {
      id,
      question: question.question,
      expected: files.length === 0 ? 'no answer' : files.length === 1 ? (files[0] ?? '') : `${files[0] ?? ''} +${files.length - 1}`,
      ...outcomeOf(question),
      change: changeOf(outcome, before.get(id)),
      rank: expected.length === 0 || outcome?.passageRank == null ? '' : formatCount(outcome.passageRank),
      confidence: outcome === null ? '' : outcome.confidence.toFixed(2),
      problem: gone > 0 ? 'Document gone' : changed > 0 ? 'Passage gone' : '',
    };
  });
}

export type QuestionFilter = 'all' | 'lost' | 'problem';

/** `lost`: neither found nor rightly declined. */
export function filterQuestions(rows: readonly QuestionRow[], filter: QuestionFilter, words: string): QuestionRow[] {
  const wanted = words.trim().toLowerCase();
  return rows.filter((row) => (filter === 'all' || (filter === 'lost' ? row.meaning === 'bad' || row.meaning === 'warning' : row.problem !== '')) && (wanted === '' || row.question.toLowerCase().includes(wanted) || row.expected.toLowerCase().includes(wanted)));
}

export interface HistoryPoint {
  readonly atMs: number;
  readonly hitAt5: number | null;
  readonly mrr10: number | null;
  readonly title: string;
  /** Another index served than at the point before. */
  readonly swapped: boolean;
  readonly partial: boolean;
}

/** Oldest first, for a line from left to right. */
export function prepareHistory(evaluations: readonly Evaluation[]): HistoryPoint[] {
  const oldest = evaluations.toReversed();
  return oldest.map(({ atMs, metrics, snapshotId, vectorsComplete }, index) => ({
    atMs,
    hitAt5: metrics.hitAt5,
    mrr10: metrics.mrr10,
    swapped: index > 0 && oldest[index - 1]?.snapshotId !== snapshotId,
    partial: !vectorsComplete,
    title: `${formatExact(atMs)}: hit@5 ${figure(metrics.hitAt5)}, MRR@10 ${figure(metrics.mrr10)}, ${formatThings(metrics.answerable + metrics.unanswerable, 'question')}${vectorsComplete ? '' : ', transformer vectors not complete'}`,
  }));
}

export const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

/** The headline over the table. */
export function describeEvaluations(evaluations: readonly Evaluation[], nowMs: number): string {
  const newest = evaluations[0];
  if (newest === undefined) return 'Not run yet';
  const { hitAt5, mrr10, abstained } = newest.metrics;
  const parts = [`hit@5 ${figure(hitAt5)}`, `MRR@10 ${figure(mrr10)}`];
  if (abstained !== null) parts.push(`${Math.round(abstained * 100)} % of what has no answer declined`);
  parts.push(`run ${formatRelative(newest.atMs, nowMs)}`);
  return parts.join(' · ');
}
