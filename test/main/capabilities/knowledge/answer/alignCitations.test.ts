import { describe, expect, it } from 'vitest';
import type { ParsedDocument } from '../../../../../src-main/contract/document.ts';
import { alignCitations, quoteCandidates } from '../../../../../src-main/capabilities/knowledge/answer/alignCitations.ts';
import { MAX_QUOTE, quoteUnits } from '../../../../../src-main/capabilities/knowledge/answer/quoteUnits.ts';
import { documentOf } from './documentOf.ts';

const candidatesOf = (document: ParsedDocument) =>
  quoteCandidates(quoteUnits(document, { documentId: 'd', start: 0, end: document.text.length }, 0), { documentOf: () => document, contextOf: (unit) => ({ context: `${document.title}\n${unit.kind === 'table' ? 'Month | Hours' : ''}`, subject: '' }) });

const align = (document: ParsedDocument, sentence: string, question = '') => alignCitations({ question, sentences: [sentence], candidates: candidatesOf(document) })[0];

const lighthouse = documentOf([
  ['heading', 'The lighthouse of Harn'],
  ['paragraph', 'The lighthouse of Harn was built in 1821 by the harbour guild. It is 34 metres high and painted red. Visitors may not climb the tower in winter.'],
  ['list', 'Keeper: Anna Moor\nLamp: 400 watt\nRange: 12 miles'],
  ['table', 'Month | Hours\nMay | 6\nJune | 8'],
]);

describe('citations', () => {
  it('quotes word for word the span that carries a sentence', () => {
    const found = align(lighthouse, 'The tower is painted red and 34 metres high.');
    expect(found).toMatchObject({ supported: true, candidate: { text: 'It is 34 metres high and painted red.' } });
    expect(lighthouse.text.slice(found?.candidate?.start, found?.candidate?.end)).toBe(found?.candidate?.text);
  });

  it.each([
    ['The lighthouse was built in 1822 by the harbour guild.', 'number'],
    ['Visitors may climb the tower in winter.', 'negation'],
    ['The lighthouse of Harn was sold to a museum.', 'coverage'],
    ['Yes.', 'no-claim'],
    ['Here is the answer:', 'no-claim'],
  ])('does not carry %j (%s)', (sentence, objection) => {
    expect(align(lighthouse, sentence)).toMatchObject({ supported: false, objection });
  });

  it('takes an announcement for no claim, and a claim that ends with a colon for one', () => {
    const question = 'Who built the lighthouse of Harn?';
    expect(align(lighthouse, 'The lighthouse of Harn was built by the following:', question)).toMatchObject({ supported: false, objection: 'no-claim' });
    expect(align(lighthouse, 'The lighthouse of Harn was built in 1821 by the harbour guild:', question)).toMatchObject({ supported: true });
  });

  it('quotes a row of a table and an item of a list', () => {
    expect(align(lighthouse, 'The range is 12 miles.')?.candidate?.text).toBe('Range: 12 miles');
    expect(align(lighthouse, 'In June it is open 8 hours.', 'How many hours is it open in June?')).toMatchObject({ supported: true, candidate: { text: 'June | 8' } });
  });

  it('is not fooled by a longer quote around a near twin that says otherwise', () => {
    const twins = documentOf([['paragraph', 'If full() returns True a call to get() will not block. If full() returns False a call to put() will not block.']]);
    expect(align(twins, 'If full() returns False a call to put() will not block.')?.supported).toBe(true);
    expect(align(twins, 'If full() returns True a call to put() will block.')?.supported).toBe(false);
  });

  it('never quotes across something that was removed, a block or more than a quote may hold', () => {
    const text = 'Before the advert stands this half and after it the rest of the words follow here.';
    const cut = documentOf([['paragraph', text]], [text.indexOf('and after')]);
    const long = documentOf([['paragraph', `${'A clause that says a thing, '.repeat(60)}and the end.`]]);
    for (const document of [cut, long, lighthouse]) {
      const candidates = candidatesOf(document);
      expect(candidates.length).toBeGreaterThan(0);
      for (const candidate of candidates) {
        expect(document.text.slice(candidate.start, candidate.end)).toBe(candidate.text);
        expect(candidate.text.length).toBeLessThanOrEqual(MAX_QUOTE);
        expect(document.cuts.filter((at) => at > candidate.start && at < candidate.end)).toEqual([]);
        expect(document.blocks.some((block) => block.start <= candidate.start && candidate.end <= block.end)).toBe(true);
      }
    }
  });

  it('stays inside of the passage that was found', () => {
    const passage = { documentId: 'd', start: lighthouse.text.indexOf('It is 34'), end: lighthouse.text.indexOf(' Visitors') };
    expect(quoteUnits(lighthouse, passage, 0).map((unit) => unit.text)).toEqual(['It is 34 metres high and painted red.']);
  });
});
