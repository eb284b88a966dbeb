import { describe, expect, test } from 'vitest';
import { bandsOf, minHash, SIGNATURE_BINS } from '../../../../src-main/runtimes/parse/child/minHash.ts';
import { likeness } from '../../../../src-main/runtimes/parse/likeness.ts';
import { seededRandom } from '../../../helpers/seededRandom.ts';

const random = seededRandom(11);
const word = (): string => `w${Math.floor(random.next() * 5_000)}`;
const words = (count: number): string[] => Array.from({ length: count }, word);

/** Shingles shared by two lists of words, against all of both. */
function jaccard(a: readonly string[], b: readonly string[]): number {
  const shingles = (list: readonly string[]): Set<string> => new Set(list.slice(4).map((_, at) => list.slice(at, at + 5).join(' ')));
  const [left, right] = [shingles(a), shingles(b)];
  const both = [...left].filter((item) => right.has(item)).length;
  return both / (left.size + right.size - both);
}

function changed(list: readonly string[], share: number): string[] {
  return list.map((item) => (random.next() < share ? word() : item));
}

function signatureOf(list: readonly string[]): Uint32Array {
  const signature = minHash(list.join(' '));
  if (signature === null) throw new Error(`Expected a signature of ${list.length} words`);
  return signature;
}

function sharesBand(a: Uint32Array, b: Uint32Array | undefined): boolean {
  const bands = b ? bandsOf(b) : [];
  return bandsOf(a).some((hash, at) => hash === bands[at]);
}

describe('MinHash', () => {
  test('estimates the share of common shingles within its sampling error', () => {
    for (const share of [0, 0.01, 0.03, 0.1, 0.3]) {
      const errors = Array.from({ length: 20 }, () => {
        const original = words(600);
        const other = changed(original, share);
        return likeness(signatureOf(original), signatureOf(other)) - jaccard(original, other);
      });
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      expect(Math.abs(mean)).toBeLessThan(0.04);
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.17);
    }
  });

  test('brings near copies of texts of any length into a common band, and strangers into none', () => {
    for (const length of [60, 300, 3_000]) {
      const originals = Array.from({ length: 40 }, () => words(length));
      const signatures = originals.map(signatureOf);
      const copies = originals.map((list) => signatureOf(changed(list, 0.01)));
      const met = copies.filter((copy, at) => sharesBand(copy, signatures[at])).length;
      expect(met).toBeGreaterThanOrEqual(38);
      const strangers = signatures.filter((signature, at) => sharesBand(signature, signatures[(at + 1) % signatures.length])).length;
      expect(strangers).toBe(0);
    }
  });

  test('does not see case, punctuation and line breaks', () => {
    const text = words(200);
    expect(minHash(text.join(' '))).toEqual(minHash(`${text.join(',\n').toUpperCase()}.`));
  });

  test('has no opinion on a text of a few words', () => {
    expect(minHash('')).toBeNull();
    expect(minHash('too short to say anything')).toBeNull();
    expect(minHash(words(60).join(' '))).toHaveLength(SIGNATURE_BINS);
  });

  test('reads a long text without keeping it', () => {
    expect(minHash(words(400_000).join(' '))).toHaveLength(SIGNATURE_BINS);
  });
});
