const DIMENSIONS = 64;
/** What the eight-bit values of a document's rows are multiplied with when they are made; see runtimes/onnx/child/compactTokens.ts. */
const SCALE = 254;

/**
 * Late interaction: each token of the question with its nearest row of the document, averaged over the question (MaxSim of Khattab and
 * Zaharia, 2020, divided by the number of tokens). About -1 to 1; 0 where either side has no rows.
 * `question` holds rows of 64 values of length 1, `document` rows of 64 eight-bit values.
 */
export function lateInteraction(question: Float32Array, document: Uint8Array | null): number {
  const tokens = question.length / DIMENSIONS;
  const rows = document === null ? 0 : document.length / DIMENSIONS;
  if (document === null || tokens === 0 || rows === 0) return 0;
  const values = new Int8Array(document.buffer, document.byteOffset, document.length);
  const lengths = lengthsOf(values, rows);
  let sum = 0;
  for (let token = 0; token < tokens; token++) sum += nearest(question.subarray(token * DIMENSIONS, (token + 1) * DIMENSIONS), values, lengths);
  return sum / tokens;
}

/** Rounding changes a row's length a little. */
function lengthsOf(values: Int8Array, rows: number): Float32Array {
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

function nearest(token: Float32Array, values: Int8Array, lengths: Float32Array): number {
  let best = -1;
  for (let row = 0, at = 0; row < lengths.length; row++) {
    let dot = 0;
    for (let d = 0; d < DIMENSIONS; d++, at++) dot += (token[d] as number) * (values[at] as number);
    best = Math.max(best, dot / (lengths[row] as number));
  }
  return best;
}
