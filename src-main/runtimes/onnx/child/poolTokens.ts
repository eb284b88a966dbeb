import type { EmbeddingSettings } from '#contract/models.ts';

/** One vector of the tokens' (row-major), special tokens included, as the model was trained. */
export function poolTokens(hidden: Float32Array, dimensions: number, { pooling, normalise }: Pick<EmbeddingSettings, 'pooling' | 'normalise'>): Float32Array {
  const pooled = pooling === 'cls' ? hidden.slice(0, dimensions) : pooling === 'last' ? hidden.slice(hidden.length - dimensions) : meanOf(hidden, dimensions);
  return normalise ? toLengthOne(pooled) : pooled;
}

/** Loops over places: spreading a vector into a call, or a function for each value, costs as much here as a layer of the model. */
function meanOf(hidden: Float32Array, dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions);
  for (let row = 0; row < hidden.length; row += dimensions) {
    for (let at = 0; at < dimensions; at += 1) sum[at] = (sum[at] as number) + (hidden[row + at] as number);
  }
  const rows = hidden.length / dimensions;
  for (let at = 0; at < dimensions; at += 1) sum[at] = (sum[at] as number) / rows;
  return new Float32Array(sum);
}

export function lengthOf(vector: Float32Array | Float64Array): number {
  let square = 0;
  for (let at = 0; at < vector.length; at += 1) square += (vector[at] as number) * (vector[at] as number);
  return Math.sqrt(square);
}

export function toLengthOne(vector: Float32Array): Float32Array {
  const length = lengthOf(vector) || 1;
  const scaled = new Float32Array(vector.length);
  for (let at = 0; at < vector.length; at += 1) scaled[at] = (vector[at] as number) / length;
  return scaled;
}
