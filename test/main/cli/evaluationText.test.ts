import { describe, expect, test } from 'vitest';
import type { Evaluation, QuestionOutcome, RetrievalMetrics, SavedQuestion } from '#contract/questions.ts';
import type { SnapshotComparison } from '#contract/snapshots.ts';
import { comparisonLines, evaluationLines, expectedInVain } from '../../../src-main/cli/evaluationText.ts';

const metrics: RetrievalMetrics = { answerable: 2, unanswerable: 1, hitAt1: 0.5, hitAt5: 0.5, hitAt10: 0.5, fileHitAt5: 1, mrr10: 0.5, ndcg10: 0.5, abstained: 0, abstainedWrongly: null };
const missed: QuestionOutcome = { fileRank: null, passageRank: null, answerable: false, confidence: 0.1 };

function saved(id: string, question: string, expected: SavedQuestion['expected'] = [], found: SavedQuestion['found'] = []): SavedQuestion {
  return { id, question, expected, found, outcome: null };
}

const QUESTIONS = [
  saved('1', 'Who painted the Mona Lisa?'),
  saved('2', 'When is the lamp changed?', [{ file: 'lamp.md', quote: 'in November' }], ['there']),
  saved('3', 'What does the attic hold?', [{ file: 'gone.md', quote: 'old\nchairs' }, { file: 'lamp.md', quote: 'it flies' }], ['file-missing', 'quote-missing']),
];

describe('an evaluation as it is printed', () => {
  const evaluation = {
    snapshotId: 's',
    vectorsComplete: false,
    metrics,
    outcomes: [
      { questionId: '1', question: 'Who painted the Mona Lisa?', outcome: { ...missed, answerable: true } },
      { questionId: '2', question: 'When is the lamp changed?', outcome: { ...missed, fileRank: 2 } },
      { questionId: '3', question: 'What does the attic hold?', outcome: missed },
    ],
  } as unknown as Evaluation;
  const lines = evaluationLines(evaluation, QUESTIONS);

  test('names as missed the questions that expect a passage, however sure the search was', () => {
    expect(lines).toContain('  file at place 2, not the passage: When is the lamp changed?');
    expect(lines).toContain('  not found: What does the attic hold?');
    expect(lines.filter((line) => line.includes('not found'))).toHaveLength(1);
  });

  test('names a question without an answer that was declared to have one', () => {
    expect(lines).toContain('  declared answerable, nothing is expected: Who painted the Mona Lisa?');
  });

  test('says before its figures what searches went on without', () => {
    expect(evaluationLines({ ...evaluation, notes: ['The passages stay in their first order.'] }, QUESTIONS)[1]).toBe('The passages stay in their first order.');
  });

  test('heads every column of its table', () => {
    expect(lines[1]).toMatch(/^metric +value\nhit@1 +0\.50\n/);
    expect(lines[1]).toMatch(/abstained wrongly +–$/);
  });

  test('is told beside passages that no document holds', () => {
    expect(expectedInVain(QUESTIONS)).toEqual([
      '  expected in vain by “What does the attic hold?”: the file gone.md is not in the knowledge base',
      '  expected in vain by “What does the attic hold?”: these words are not in lamp.md: “it flies”',
    ]);
  });
});

test('a comparison says of which side the search went without transformer vectors', () => {
  const comparison = { questions: 3, metrics: { before: metrics, after: metrics }, gain: { mean: 0, low: 0, high: 0 }, gained: [], lost: [], vectorsComplete: { before: true, after: false } } as unknown as SnapshotComparison;
  expect(comparisonLines(comparison)[1]).toMatch(/^after: searched without transformer vectors/);
  expect(comparisonLines({ ...comparison, notes: { before: [], after: ['2 of 3 questions: Found by words alone.'] } })).toContain('after: 2 of 3 questions: Found by words alone.');
  expect(comparisonLines({ ...comparison, vectorsComplete: { before: true, after: true } }).join('\n')).not.toContain('without transformer vectors');
});
