import { describe, expect, test } from 'vitest';
import { holdsQuote, placeOfQuote } from '../../../../../src-main/capabilities/knowledge/questions/holdsQuote.ts';
import { judgeQuestion, metricsOf, pairedBootstrap } from '../../../../../src-main/capabilities/knowledge/questions/metrics.ts';

const expected = [{ file: 'pump.md', quote: 'The pump runs at 50 Hz.' }];
const passage = (file: string, text = 'Nothing of that.') => ({ file, text });
const right = passage('pump.md', 'Before. The pump\nruns at  50 Hz. After.');
const searched = (results: { file: string; text: string }[], answerable = true) => ({ answerable, confidence: 0.5, results });

describe('what became of a saved question', () => {
  test('the first result of its file and the first that holds its quote are told apart', () => {
    expect(judgeQuestion({ expected }, searched([passage('fan.md'), passage('pump.md'), right]))).toMatchObject({ fileRank: 2, passageRank: 3 });
  });

  test('the quote in another file does not count, but in the document that stands for a copy it does', () => {
    const copy = passage('copy/pump.md', right.text);
    expect(judgeQuestion({ expected }, searched([copy]))).toMatchObject({ fileRank: null, passageRank: null });
    expect(judgeQuestion({ expected }, searched([copy]), new Map([['pump.md', 'copy/pump.md']]))).toMatchObject({ fileRank: 1, passageRank: 1 });
  });

  test('the eleventh result is not looked at', () => {
    const many = [...Array.from({ length: 10 }, () => passage('fan.md')), right];
    expect(judgeQuestion({ expected }, searched(many))).toMatchObject({ fileRank: null, passageRank: null });
  });
});

describe('the metrics of a set of questions', () => {
  test('equal the values worked out by hand', () => {
    const outcome = (fileRank: number | null, passageRank: number | null, answerable = true) => ({ fileRank, passageRank, answerable, confidence: 0 });
    const judged = [
      { expected, outcome: outcome(1, 1) },
      { expected, outcome: outcome(1, 3) },
      { expected, outcome: outcome(4, 7) },
      { expected, outcome: outcome(6, null, false) },
      { expected: [], outcome: outcome(null, null, false) },
      { expected: [], outcome: outcome(null, null, true) },
      { expected: [], outcome: outcome(null, null, false) },
    ];
    expect(metricsOf(judged)).toEqual({
      answerable: 4,
      unanswerable: 3,
      hitAt1: 0.25,
      hitAt5: 0.5,
      hitAt10: 0.75,
      fileHitAt5: 0.75,
      // (1 + 1/3 + 1/7 + 0) / 4
      mrr10: 0.369,
      // (1/log2(2) + 1/log2(4) + 1/log2(8) + 0) / 4 = (1 + 1/2 + 1/3) / 4
      ndcg10: 0.4583,
      // 2 of 3
      abstained: 0.6667,
      abstainedWrongly: 0.25,
    });
  });

  test('are null, not zero, where there is no question of that kind', () => {
    expect(metricsOf([])).toMatchObject({ answerable: 0, hitAt5: null, mrr10: null, abstained: null });
  });
});

describe('the interval of a difference', () => {
  test('lies around the mean, is above zero where every question gains, and spans it where they go both ways', () => {
    expect(pairedBootstrap(Array.from({ length: 30 }, () => 0.5))).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    const mixed = pairedBootstrap([1, -1, 1, -1, 0, 0, 1, -1]);
    expect(mixed.mean).toBe(0);
    expect(mixed.low).toBeLessThan(0);
    expect(mixed.high).toBeGreaterThan(0);
    expect(pairedBootstrap([])).toEqual({ mean: 0, low: 0, high: 0 });
  });
});

describe('a quote in a text', () => {
  test('is found over line breaks, broken words, ligatures and accents written in two ways, with its span as it stands there', () => {
    const text = 'Zuerst. Die docu-\nmentation of the e\u0301lite o\ufb03ce   ends here. Danach.';
    const place = placeOfQuote(text, 'The documentation of the élite office ends'.slice(4));
    expect(text.slice(place?.start, place?.end)).toBe('docu-\nmentation of the e\u0301lite o\ufb03ce   ends');
    expect(holdsQuote(text, 'documentation of the élite office')).toBe(true);
    expect(placeOfQuote(text, 'documentation of no office')).toBeNull();
    expect(placeOfQuote(text, '  ')).toBeNull();
  });
});
