import { createHash } from 'node:crypto';
import { seededRandom } from '../../../helpers/seededRandom.ts';

/** A normalised vector that only this text has: what a transformer would give is not needed to test what is done with it. */
export function standinVector(text: string, dimensions: number): Float32Array {
  const { next } = seededRandom(createHash('sha256').update(text).digest().readUInt32LE(0));
  const vector = Float32Array.from({ length: dimensions }, () => next() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
