import { lengthOf } from './poolTokens.ts';

/** Dimensions of a compact token vector. */
export const COMPACT_DIMENSIONS = 64;
/** Neighbouring tokens of a document that are added up into one vector. */
const POOLED = 3;
/** Values of a vector of length 1 in 64 dimensions seldom exceed a half. */
const SCALE = 254;

/**
 * Late interaction (Khattab and Zaharia, 2020) wants a vector for every token: 230 kB a chunk as the model gives them. Turned by a
 * random orthogonal projection to 64 dimensions (Johnson and Lindenstrauss, 1984), three neighbours pooled into one (Clavié, Chaffin
 * and Adams, 2024) and rounded to eight bits they are about 4 kB and rank as well (docs/decisions/second-stage.md has the figures).
 */
export interface TokenCompactor {
  /** Rows of 64 eight-bit values, one for three neighbouring tokens, of vectors of any length. */
  ofDocument(tokens: readonly Float32Array[]): Int8Array;
  /** Rows of 64 values, one a token, each of length 1. */
  ofQuestion(tokens: readonly Float32Array[]): Float32Array;
}

/** `dimensions` of the model's own vectors. The projection depends on nothing else: vectors made anywhere compare. */
export function createTokenCompactor(dimensions: number): TokenCompactor {
  const width = Math.min(COMPACT_DIMENSIONS, dimensions);
  const projection = orthogonalRows(width, dimensions);
  const pooled = new Float64Array(dimensions);
  const row = new Float64Array(COMPACT_DIMENSIONS);

  /** Of some tokens' sum, each of length 1, into `row`. */
  function project(tokens: readonly Float32Array[], from: number, to: number): void {
    pooled.fill(0);
    for (let token = from; token < to; token++) addAtLengthOne(pooled, tokens[token] as Float32Array);
    for (let out = 0; out < width; out++) row[out] = dot(pooled, projection, out * dimensions);
    const length = lengthOf(row) || 1;
    for (let d = 0; d < width; d++) row[d] = (row[d] as number) / length;
  }

  return {
    ofDocument(tokens) {
      const rows = Math.ceil(tokens.length / POOLED);
      const compact = new Int8Array(rows * COMPACT_DIMENSIONS);
      for (let at = 0; at < rows; at++) {
        project(tokens, at * POOLED, Math.min(tokens.length, (at + 1) * POOLED));
        for (let d = 0; d < COMPACT_DIMENSIONS; d++) compact[at * COMPACT_DIMENSIONS + d] = Math.max(-127, Math.min(127, Math.round((row[d] as number) * SCALE)));
      }
      return compact;
    },
    ofQuestion(tokens) {
      const rows = new Float32Array(tokens.length * COMPACT_DIMENSIONS);
      for (let at = 0; at < tokens.length; at++) {
        project(tokens, at, at + 1);
        rows.set(row, at * COMPACT_DIMENSIONS);
      }
      return rows;
    },
  };
}

function addAtLengthOne(sum: Float64Array, vector: Float32Array): void {
  const factor = 1 / (lengthOf(vector) || 1);
  for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] as number) + (vector[d] as number) * factor;
}

/** Four sums side by side: a processor adds them at once, which one sum does not allow. Always in the same order. */
function dot(vector: Float64Array, rows: Float64Array, at: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let e = 0;
  let d = 0;
  for (; d + 3 < vector.length; d += 4) {
    a += (vector[d] as number) * (rows[at + d] as number);
    b += (vector[d + 1] as number) * (rows[at + d + 1] as number);
    c += (vector[d + 2] as number) * (rows[at + d + 2] as number);
    e += (vector[d + 3] as number) * (rows[at + d + 3] as number);
  }
  for (; d < vector.length; d++) a += (vector[d] as number) * (rows[at + d] as number);
  return a + b + (c + e);
}

/** Rows of length 1 at right angles (Gram-Schmidt over seeded normal values), row-major. */
function orthogonalRows(rows: number, columns: number): Float64Array {
  const matrix = new Float64Array(rows * columns);
  const normal = seededNormal(0x1a7e5eed);
  for (let row = 0; row < rows; row++) {
    const own = matrix.subarray(row * columns, (row + 1) * columns);
    for (let d = 0; d < columns; d++) own[d] = normal();
    for (let earlier = 0; earlier < row; earlier++) {
      const other = matrix.subarray(earlier * columns, (earlier + 1) * columns);
      const shared = own.reduce((sum, value, d) => sum + value * (other[d] as number), 0);
      for (let d = 0; d < columns; d++) own[d] = (own[d] as number) - shared * (other[d] as number);
    }
    const length = Math.hypot(...own) || 1;
    for (let d = 0; d < columns; d++) own[d] = (own[d] as number) / length;
  }
  return matrix;
}

/** Standard normal values (Box and Muller) from mulberry32: the same on every machine. */
function seededNormal(seed: number): () => number {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
