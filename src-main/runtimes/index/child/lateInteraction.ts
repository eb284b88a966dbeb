const DIMENSIONS = 64;
/** What the eight-bit values of a document's rows are multiplied with when they are made; see runtimes/onnx/child/compactTokens.ts. */
const SCALE = 254;
/** Tokens that are compared side by side: one sum alone waits for each addition. */
const SIDE_BY_SIDE = 4;

/**
 * Late interaction: each token of the question with its nearest row of the document, averaged over the question (MaxSim of Khattab and
 * Zaharia, 2020, divided by the number of tokens). About -1 to 1; 0 where either side has no rows.
 * `question` holds rows of 64 values of length 1, `document` rows of 64 eight-bit values.
 */
export function lateInteraction(question: Float32Array, document: Uint8Array | null): number {
  const tokens = question.length / DIMENSIONS;
  const rows = document === null ? 0 : document.length / DIMENSIONS;
  if (document === null || tokens === 0 || rows === 0) return 0;
  // Widening a value takes longer than multiplying it: each once, not once a product.
  const values = new Float64Array(rows * DIMENSIONS);
  values.set(new Int8Array(document.buffer, document.byteOffset, document.length));
  const lengths = lengthsOf(values, rows);
  const few = new Float64Array(SIDE_BY_SIDE * DIMENSIONS);
  let sum = 0;
  for (let token = 0; token < tokens; token += SIDE_BY_SIDE) {
    few.set(question.subarray(token * DIMENSIONS, (token + SIDE_BY_SIDE) * DIMENSIONS));
    const best = nearest(few, { values, lengths });
    for (let at = 0; at < SIDE_BY_SIDE && token + at < tokens; at++) sum += best[at] as number;
  }
  return sum / tokens;
}

/** Rounding changes a row's length a little. */
function lengthsOf(values: Float64Array, rows: number): Float32Array {
  const lengths = new Float32Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let square = 0;
    for (let d = 0; d < DIMENSIONS; d++, at++) {
      const value = values[at] as number;
      square += value * value;
    }
    lengths[row] = Math.sqrt(square) || SCALE;
  }
  return lengths;
}

/** The cosine of each of four tokens with its nearest row. Each token's products are added in their order, whatever stands beside it. */
function nearest(tokens: Float64Array, { values, lengths }: { readonly values: Float64Array; readonly lengths: Float32Array }): readonly number[] {
  let [bestFirst, bestSecond, bestThird, bestFourth] = [-1, -1, -1, -1];
  for (let row = 0, at = 0; row < lengths.length; row++) {
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let d = 0; d < DIMENSIONS; d++, at++) {
      const value = values[at] as number;
      first += (tokens[d] as number) * value;
      second += (tokens[d + DIMENSIONS] as number) * value;
      third += (tokens[d + 2 * DIMENSIONS] as number) * value;
      fourth += (tokens[d + 3 * DIMENSIONS] as number) * value;
    }
    const length = lengths[row] as number;
    bestFirst = Math.max(bestFirst, first / length);
    bestSecond = Math.max(bestSecond, second / length);
    bestThird = Math.max(bestThird, third / length);
    bestFourth = Math.max(bestFourth, fourth / length);
  }
  return [bestFirst, bestSecond, bestThird, bestFourth];
}
