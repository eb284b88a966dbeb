import { dot } from './WordVectors.ts';

/** An axis that still turns after so many steps lies beside another of the same length: either is a fair picture. */
const MOST_STEPS = 60;
const STILL = 1e-7;

export interface Projection {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Share of the variance that each axis explains. */
  readonly explained: readonly [number, number];
}

/**
 * The two main axes of some vectors (principal components, by power iteration on the rows), and where each vector stands on them.
 * The same vectors give the same picture: the start is fixed, and the value furthest from 0 on each axis is positive.
 */
export function principalAxes(vectors: readonly Float32Array[]): Projection {
  const rows = centred(vectors);
  const variance = rows.reduce((sum, row) => sum + dot(row, row), 0);
  const first = mainAxis(rows, []);
  const second = mainAxis(rows, [first]);
  const [x, y] = [first, second].map((axis) => turned(Float32Array.from(rows, (row) => dot(row, axis)))) as [Float32Array, Float32Array];
  const share = (values: Float32Array): number => (variance === 0 ? 0 : dot(values, values) / variance);
  return { x, y, explained: [share(x), share(y)] };
}

function centred(vectors: readonly Float32Array[]): Float32Array[] {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let d = 0; d < mean.length; d++) mean[d] = (mean[d] as number) + (vector[d] as number) / vectors.length;
  return vectors.map((vector) => vector.map((value, d) => value - (mean[d] as number)));
}

function mainAxis(rows: readonly Float32Array[], others: readonly Float32Array[]): Float32Array {
  // The longest row lies near a long axis.
  let axis = Float32Array.from(rows.reduce((a, b) => (dot(b, b) > dot(a, a) ? b : a), rows[0] ?? new Float32Array()));
  axis = unit(without(axis, others));
  for (let step = 0; step < MOST_STEPS; step++) {
    const sum = new Float64Array(axis.length);
    for (const row of rows) {
      const weight = dot(row, axis);
      for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] as number) + weight * (row[d] as number);
    }
    const next = unit(without(Float32Array.from(sum), others));
    const turn = 1 - Math.abs(dot(next, axis));
    axis = next;
    if (turn < STILL) break;
  }
  return axis;
}

function without(vector: Float32Array<ArrayBuffer>, others: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  for (const other of others) {
    const share = dot(vector, other);
    for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] as number) - share * (other[d] as number);
  }
  return vector;
}

function unit(vector: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function turned(values: Float32Array): Float32Array {
  const furthest = values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return furthest < 0 ? values.map((value) => -value) : values;
}
