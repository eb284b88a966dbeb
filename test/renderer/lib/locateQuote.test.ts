import { describe, expect, it } from 'vitest';
import { locateQuote } from '../../../src-renderer/lib/locateQuote.ts';

describe('locating a quote among the text runs of a page', () => {
  it('covers parts of runs, across line breaks', () => {
    expect(locateQuote(['The tank holds ', 'nineteen litres and', ' more.'], 'holds nineteen litres')).toEqual([
      { run: 0, from: 9 / 15, to: 14 / 15 },
      { run: 1, from: 0, to: 15 / 19 },
    ]);
  });

  it('leaves white space, hyphens at line ends, ligatures and case out of the comparison', () => {
    expect(locateQuote(['the e\uFB03cient index-', 'ing of les'], 'The efficient  indexing')?.map(({ run }) => run)).toEqual([0, 1]);
    expect(locateQuote(['re\u00adtrieval'], 'retrieval')).toHaveLength(1);
  });

  it('says nothing when the page does not hold the quote', () => {
    expect(locateQuote(['something else'], 'nineteen litres')).toBeNull();
    expect(locateQuote(['anything'], ' - ')).toBeNull();
    expect(locateQuote([], 'x')).toBeNull();
  });
});
