import { describe, expect, it } from 'vitest';
import { expandPassage } from '../../../../src-main/runtimes/index/child/expandPassage.ts';
import type { StoredChunk } from '../../../../src-main/runtimes/index/child/textStore.ts';

interface Part {
  readonly text: string;
  readonly headings?: string[];
  readonly page?: number;
  /** Characters of the document that stand between the part before and this one. */
  readonly gap?: number;
}

function chunksOf(parts: readonly Part[]): StoredChunk[] {
  let at = 0;
  return parts.map(({ text, headings = [], page = null, gap = 0 }, ordinal) => {
    const start = at + gap;
    at = start + text.length;
    return { key: ordinal + 1, document: 1, ordinal, id: String(ordinal), start, end: at, text, terms: '', termCount: 0, headings, kind: 'paragraph', page, digest: Buffer.alloc(16) };
  });
}

const expand = (chunks: readonly StoredChunk[], hit: number) => expandPassage(chunks[hit] as StoredChunk, (ordinal) => chunks[ordinal]);
const words = (letter: string, length: number): string => `${`${letter.repeat(9)} `.repeat(length / 10 - 1)}${letter.repeat(8)}.\n`;

describe('a passage', () => {
  it('takes in the neighbours under the same heading first', () => {
    const chunks = chunksOf([{ text: words('a', 600), headings: ['A'] }, { text: words('b', 600), headings: ['A'] }, { text: words('c', 600), headings: ['C'] }]);
    expect(expand(chunks, 1)).toMatchObject({ start: 0, ordinals: [0, 1] });
    expect(expand(chunks, 1).text.startsWith('aaaa')).toBe(true);
  });

  it('stays on its page and does not jump a gap', () => {
    const pages = chunksOf([{ text: words('a', 100), page: 1 }, { text: words('b', 100), page: 2 }, { text: words('c', 100), page: 3 }]);
    expect(expand(pages, 1)).toMatchObject({ start: 100, end: 199, ordinals: [1] });
    const gap = chunksOf([{ text: words('a', 100) }, { text: words('b', 100), gap: 3 }]);
    expect(expand(gap, 0).ordinals).toEqual([0]);
  });

  it('fills up with whole sentences of the next chunk and never goes past 1,500 characters', () => {
    const chunks = chunksOf([{ text: words('a', 1000) }, { text: 'One sentence. '.repeat(80) }]);
    const { text, start, end } = expand(chunks, 0);
    expect(text.length).toBeLessThanOrEqual(1500);
    expect(text.length).toBeGreaterThan(1450);
    expect(text.endsWith('sentence.')).toBe(true);
    expect(text).toBe(chunks.map((chunk) => chunk.text).join('').slice(start, end));
  });

  it('cuts a single chunk that is too long, without white space at its ends', () => {
    const [only] = chunksOf([{ text: `\n\n${'A long line without an end '.repeat(100)}` }]);
    const { text, start } = expandPassage(only as StoredChunk, () => undefined);
    expect(text.length).toBeLessThanOrEqual(1500);
    expect(text.startsWith('A long')).toBe(true);
    expect(start).toBe(2);
  });
});
