import type { DeepQuestion } from '../../types.ts';
import { lateInteraction } from './lateInteraction.ts';
import type { StoredVector } from './vectorFile.ts';
import { roundSimilarity } from './vectorStore.ts';
import { dot } from './WordVectors.ts';

/** How near a chunk is to a question by the transformer. */
export interface DeepFeatures {
  /** Cosine of the two vectors. */
  readonly deep: number;
  /** Late interaction of their tokens. */
  readonly late: number;
}

export function deepFeatures(question: DeepQuestion, { vector, detail }: StoredVector): DeepFeatures {
  return { deep: roundSimilarity(cosine(question.vector, vector)), late: roundSimilarity(lateInteraction(question.tokens, detail)) };
}

/** 0 for a vector without length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}
