import { dot } from './WordVectors.ts';

/** Axes that still turn after so many steps lie beside others of nearly the same length: either is a fair picture. */
const MOST_STEPS = 20;
const STILL = 1e-5;

export interface Projection {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Share of the variance that each axis explains. */
  readonly explained: readonly [number, number];
}

/**
 * The two main axes of some vectors (principal components, by orthogonal iteration on the rows), and where each vector stands on them.
 * The same vectors give the same picture: the start is fixed, and the value furthest from 0 on each axis is positive.
 */
export function principalAxes(vectors: readonly Float32Array[]): Projection {
  const rows = centred(vectors);
  const variance = rows.reduce((sum, row) => sum + dot(row, row), 0);
  const [x, y] = alongAxes(rows, mainPlane(rows));
  const share = (values: Float32Array): number => (variance === 0 ? 0 : dot(values, values) / variance);
  return { x: turned(x), y: turned(y), explained: [share(x), share(y)] };
}

type Pair = readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];

function centred(vectors: readonly Float32Array[]): Float32Array[] {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let d = 0; d < mean.length; d++) mean[d] = (mean[d] as number) + (vector[d] as number) / vectors.length;
  return vectors.map((vector) => vector.map((value, d) => value - (mean[d] as number)));
}

/** Two directions, at right angles, that span the plane of the largest variance. Both at once: one reading of the rows a step. */
function mainPlane(rows: readonly Float32Array[]): Pair {
  let plane = startOf(rows);
  for (let step = 0; step < MOST_STEPS; step++) {
    const next: Pair = [new Float32Array(plane[0].length), new Float32Array(plane[0].length)];
    for (const row of rows) {
      const [a, b] = [dot(row, plane[0]), dot(row, plane[1])];
      for (let d = 0; d < row.length; d++) {
        const value = row[d] as number;
        next[0][d] = (next[0][d] as number) + a * value;
        next[1][d] = (next[1][d] as number) + b * value;
      }
    }
    const before = plane;
    plane = rightAngled(next);
    // How much of the new directions lies outside of the plane before.
    const outside = plane.reduce((sum, axis) => sum + dot(axis, axis) - dot(axis, before[0]) ** 2 - dot(axis, before[1]) ** 2, 0);
    if (outside < STILL) break;
  }
  return plane;
}

/** The longest row lies near a long axis, and the longest of what is left of the others near another. */
function startOf(rows: readonly Float32Array[]): Pair {
  const longest = (from: readonly Float32Array[]): Float32Array<ArrayBuffer> => Float32Array.from(from.reduce((a, b) => (dot(b, b) > dot(a, a) ? b : a), from[0] ?? new Float32Array()));
  const first = unit(longest(rows));
  return rightAngled([first, longest(rows.map((row) => without(Float32Array.from(row), [first])))]);
}

function rightAngled([first, second]: Pair): Pair {
  const axis = unit(first);
  return [axis, unit(without(second, [axis]))];
}

/** Where the rows stand in the plane, turned so that the first axis is the longer and the two do not correlate. */
function alongAxes(rows: readonly Float32Array[], plane: Pair): [Float32Array, Float32Array] {
  const [u, v] = plane.map((axis) => Float32Array.from(rows, (row) => dot(row, axis))) as [Float32Array, Float32Array];
  const angle = 0.5 * Math.atan2(2 * dot(u, v), dot(u, u) - dot(v, v));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [u.map((value, at) => cos * value + sin * (v[at] as number)), v.map((value, at) => cos * value - sin * (u[at] as number))];
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
