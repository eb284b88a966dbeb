import { describe, expect, it } from 'vitest';
import { quoteInText } from '../../../../../src-main/capabilities/knowledge/answer/quoteInText.ts';

describe('a quote in a text', () => {
  const text = 'The  quick\nbrown fox reads docu-\nmentation about well-known co-operation.';
  it.each([
    ['quick brown fox', true],
    ['reads documentation about', true],
    ['reads docu- mentation about', true],
    ['well-known co-operation.', true],
    ['wellknown', false],
    ['quick red fox', false],
    ['Quick brown fox', false],
    ['', false],
    ['  ', false],
  ])('%j: %s', (quote, expected) => {
    expect(quoteInText(quote, text)).toBe(expected);
  });
});
