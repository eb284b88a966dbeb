import type { EmbeddingSettings } from '#contract/models.ts';

/** One vector of the tokens' (row-major), special tokens included, as the model was trained. */
export function poolTokens(hidden: Float32Array, dimensions: number, { pooling, normalise }: Pick<EmbeddingSettings, 'pooling' | 'normalise'>): Float32Array {
  const pooled = pooling === 'cls' ? hidden.slice(0, dimensions) : pooling === 'last' ? hidden.slice(hidden.length - dimensions) : meanOf(hidden, dimensions);
  return normalise ? toLengthOne(pooled) : pooled;
}

function meanOf(hidden: Float32Array, dimensions: number): Float32Array {
  const mean = new Float32Array(dimensions);
  const rows = hidden.length / dimensions;
  for (let row = 0; row < hidden.length; row += dimensions) {
    for (let at = 0; at < dimensions; at += 1) mean[at] = (mean[at] ?? 0) + (hidden[row + at] ?? 0);
  }
  return mean.map((value) => value / rows);
}

export function toLengthOne(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
