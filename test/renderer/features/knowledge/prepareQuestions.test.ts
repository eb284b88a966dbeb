import { describe, expect, test } from 'vitest';
import { autopsyTitle, describePlaces, describeTrial } from '../../../../src-renderer/features/knowledge/autopsy/prepareAutopsy.ts';
import { compareMetrics } from '../../../../src-renderer/features/knowledge/questions/compareMetrics.ts';
import { describeEvaluations, filterQuestions, outcomeOf, prepareHistory, prepareQuestions } from '../../../../src-renderer/features/knowledge/questions/prepareQuestions.ts';
import { makeAutopsy, makeEvaluations, makeMetrics, makeQuestion } from '../../fakeKnowledge.ts';
import { NOW } from '../../fakeData.ts';

const questions = Array.from({ length: 24 }, (_, index) => makeQuestion(index));
const outcome = { fileRank: 1, passageRank: 2, answerable: true, confidence: 0.5 };
const expected = [{ file: 'a.md', quote: 'A quote.' }];

describe('saved questions', () => {
  test('are found, low, only in the file, lost, or rightly and wrongly declined', () => {
    const words = [
      outcomeOf({ expected, outcome }),
      outcomeOf({ expected, outcome: { ...outcome, passageRank: 7 } }),
      outcomeOf({ expected, outcome: { ...outcome, passageRank: null } }),
      outcomeOf({ expected, outcome: { ...outcome, passageRank: null, fileRank: null } }),
      outcomeOf({ expected, outcome: { ...outcome, answerable: false } }),
      outcomeOf({ expected: [], outcome: { ...outcome, answerable: false } }),
      outcomeOf({ expected: [], outcome }),
      outcomeOf({ expected, outcome: null }),
    ];
    expect(words.map(({ word, meaning }) => `${word} ${meaning}`)).toEqual(['Found good', 'Low warning', 'File only warning', 'Lost bad', 'Declined bad', 'Declined good', 'Not declined bad', 'Not run empty']);
  });

  test('say what changed since the run before, and what is wrong with what they expect', () => {
    const rows = prepareQuestions(questions, makeEvaluations(questions));
    expect(rows[0]).toMatchObject({ change: 'gained', rank: '1', problem: '' });
    expect(rows[6]?.problem).toBe('Passage gone');
    expect(rows[4]).toMatchObject({ expected: 'no answer', rank: '' });
    expect(prepareQuestions(questions, []).every(({ change }) => change === '')).toBe(true);
  });

  test('are narrowed to those that were not found at once, those with a problem, and those with the words', () => {
    const rows = prepareQuestions(questions, []);
    expect(filterQuestions(rows, 'lost', '').every(({ meaning }) => meaning === 'bad' || meaning === 'warning')).toBe(true);
    expect(filterQuestions(rows, 'problem', '').map(({ id }) => id)).toEqual([6, 13, 20].map((index) => questions[index]?.id));
    expect(filterQuestions(rows, 'all', ' COOLANT ').length).toBe(5);
  });

  test('have a history from the oldest run on, with the runs where another index began to serve', () => {
    const history = prepareHistory(makeEvaluations(questions));
    expect(history.map(({ atMs }) => atMs)).toEqual(history.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(history.flatMap(({ swapped }, index) => (swapped ? [index] : []))).toEqual([3]);
    expect(history.filter(({ partial }) => partial)).toHaveLength(1);
    expect(describeEvaluations(makeEvaluations(questions, 1), NOW)).toMatch(/^hit@5 0\.700 · MRR@10 0\.580 · 75 % of what has no answer declined · run 10 min ago$/);
    expect(describeEvaluations([], NOW)).toBe('Not run yet');
  });
});

describe('figures before and after', () => {
  test('call a rise better, but for answers that were declined wrongly, and a change in the fourth place none', () => {
    const before = makeMetrics(0);
    const lines = compareMetrics({ before, after: { ...before, hitAt1: 0.6, abstainedWrongly: 0.1, mrr10: 0.5801, ndcg10: null } });
    expect(lines.map(({ name, change, meaning }) => `${name} ${change} ${meaning}`)).toEqual(['hit@1 +0.100 better', 'hit@5  same', 'MRR@10  same', 'nDCG@10  same', 'Rightly declined  same', 'Wrongly declined +0.050 worse']);
  });
});

describe('a missing passage', () => {
  test('is named by the stage that lost it, with its places in the whole index', () => {
    const autopsy = makeAutopsy('Why?', 'a.md');
    expect(autopsyTitle(autopsy)).toEqual({ title: 'It ranks too low, by words and by meaning', meaning: 'bad' });
    expect(autopsyTitle({ stage: 'found' }).meaning).toBe('good');
    expect(describePlaces(autopsy)).toBe('Its places of 14,203: 143 by words, 61 by static vectors, 24 by transformer');
    expect(describePlaces({ of: 9, ranks: { text: null, vector: null, deep: null, fused: null, ranked: null, passage: null } })).toBe('');
  });

  test('says what a fix does for the marked passage, with the prompt where that is what changes', () => {
    expect(describeTrial({ passageRank: null, prompt: null })).toBe('The passage would still not be among those that are found.');
    const prompt = { holds: false, passages: 5, tokens: 1_740, contextTokens: 2_048 };
    expect(describeTrial({ passageRank: 13, prompt })).toBe('The passage would be at place 13. The prompt of 5 passages with 1,740 of the 2,048 tokens that the model takes would still not hold it.');
    expect(describeTrial({ passageRank: 3, prompt: { ...prompt, holds: true } })).toContain('would hold it.');
  });
});
