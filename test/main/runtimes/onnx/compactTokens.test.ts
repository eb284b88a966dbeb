import { describe, expect, test } from 'vitest';
import { lateInteraction } from '../../../../src-main/runtimes/index/child/lateInteraction.ts';
import { COMPACT_DIMENSIONS, createTokenCompactor } from '../../../../src-main/runtimes/onnx/child/compactTokens.ts';
import { seededRandom } from '../../../helpers/seededRandom.ts';

const random = seededRandom(3);

function direction(dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random.next() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0) / (Math.hypot(...a) * Math.hypot(...b));
const bytes = (rows: Int8Array): Uint8Array => new Uint8Array(rows.buffer, rows.byteOffset, rows.length);

describe('compact token vectors', () => {
  test('keep the angles between vectors as a projection to 64 dimensions does', () => {
    const { ofQuestion } = createTokenCompactor(384);
    const errors = Array.from({ length: 200 }, () => {
      const a = direction(384);
      const b = direction(384).map((value, at) => value + 0.8 * (a[at] ?? 0));
      return cosine(ofQuestion([a]), ofQuestion([b])) - cosine(a, b);
    });
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(spread).toBeLessThan(0.13);
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(0.03);
  });

  test('are the same from every compactor: vectors made on two machines compare', () => {
    const tokens = Array.from({ length: 7 }, () => direction(384));
    expect(createTokenCompactor(384).ofDocument(tokens)).toEqual(createTokenCompactor(384).ofDocument(tokens));
  });

  test('take one row of 64 bytes for three tokens of a document, and one a token of a question', () => {
    const compactor = createTokenCompactor(384);
    const tokens = Array.from({ length: 7 }, () => direction(384));
    expect(compactor.ofDocument(tokens)).toHaveLength(3 * COMPACT_DIMENSIONS);
    expect(compactor.ofQuestion(tokens)).toHaveLength(7 * COMPACT_DIMENSIONS);
    expect(compactor.ofDocument([])).toHaveLength(0);
  });

  test('serve models whose vectors have fewer dimensions than they', () => {
    const compactor = createTokenCompactor(16);
    const token = direction(16);
    expect(lateInteraction(compactor.ofQuestion([token]), bytes(compactor.ofDocument([token])))).toBeCloseTo(1, 2);
  });
});

describe('late interaction', () => {
  test('is 1 for a question whose every token stands in the document, less for one with other tokens', () => {
    const compactor = createTokenCompactor(384);
    const shared = Array.from({ length: 4 }, () => direction(384));
    // Three times each: pooling leaves them as they are.
    const document = bytes(compactor.ofDocument([...shared, direction(384)].flatMap((token) => [token, token, token])));
    expect(lateInteraction(compactor.ofQuestion(shared), document)).toBeGreaterThan(0.99);
    expect(lateInteraction(compactor.ofQuestion(shared.map(() => direction(384))), document)).toBeLessThan(0.6);
  });

  test('is the mean over the question of the best row for each of its tokens', () => {
    const unit = (at: number): Float32Array => Float32Array.from({ length: 64 }, (_, d) => (d === at ? 1 : 0));
    const rows = new Int8Array(128);
    rows[0] = 127;
    rows[64 + 1] = 127;
    const question = new Float32Array(128);
    question.set(unit(0), 0);
    question.set(unit(2), 64);
    expect(lateInteraction(question, bytes(rows))).toBeCloseTo(0.5, 5);
  });

  test('has nothing to say without a question or without rows', () => {
    expect(lateInteraction(new Float32Array(0), new Uint8Array(64))).toBe(0);
    expect(lateInteraction(new Float32Array(64), null)).toBe(0);
    expect(lateInteraction(new Float32Array(64), new Uint8Array(0))).toBe(0);
  });
});
