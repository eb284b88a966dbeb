import type { StaticModel } from './staticModel.ts';

/** 25 MB at 256 dimensions: the words of a few questions' candidates, most of which the next question meets again. */
const CACHE_WORDS = 24_576;

/** Unit vectors of single words, kept in one block of memory: the words of a collection repeat. */
export class WordVectors {
  readonly #model: StaticModel;
  readonly #rows = new Map<string, number>();
  readonly #block: Float32Array;
  /** The word that is compared, widened: that takes longer than multiplying, and each value is multiplied once a vector. */
  readonly #wide: Float64Array;

  constructor(model: StaticModel) {
    this.#model = model;
    this.#block = new Float32Array(CACHE_WORDS * model.dimensions);
    this.#wide = new Float64Array(model.dimensions);
  }

  /** Cosine of a word with each of some unit vectors, which are given one after the other. */
  similarities(word: string, vectors: Float64Array): Float32Array {
    const { dimensions } = this.#model;
    const start = this.#row(word) * dimensions;
    this.#wide.set(this.#block.subarray(start, start + dimensions));
    const found = new Float32Array(vectors.length / dimensions);
    for (let i = 0; i < found.length; i++) found[i] = dotAt(this.#wide, vectors, i * dimensions);
    return found;
  }

  #row(word: string): number {
    const known = this.#rows.get(word);
    if (known !== undefined) return known;
    if (this.#rows.size >= CACHE_WORDS) this.#rows.clear();
    const row = this.#rows.size;
    this.#rows.set(word, row);
    const { dimensions } = this.#model;
    this.#model.embedInto(word, this.#block.subarray(row * dimensions, (row + 1) * dimensions));
    return row;
  }
}

/** Inner product of two vectors of one length. Four sums at a time: one alone waits for each addition. */
export function dot(a: Float32Array, b: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let d = 0;
  for (; d + 3 < a.length; d += 4) {
    first += (a[d] as number) * (b[d] as number);
    second += (a[d + 1] as number) * (b[d + 1] as number);
    third += (a[d + 2] as number) * (b[d + 2] as number);
    fourth += (a[d + 3] as number) * (b[d + 3] as number);
  }
  for (; d < a.length; d++) first += (a[d] as number) * (b[d] as number);
  return first + second + third + fourth;
}

/** Inner product with the values from a place on, summed up as `dot` does; the length is a multiple of four. */
function dotAt(vector: Float64Array, values: Float64Array, at: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let d = 0; d < vector.length; d += 4) {
    first += (vector[d] as number) * (values[at + d] as number);
    second += (vector[d + 1] as number) * (values[at + d + 1] as number);
    third += (vector[d + 2] as number) * (values[at + d + 2] as number);
    fourth += (vector[d + 3] as number) * (values[at + d + 3] as number);
  }
  return first + second + third + fourth;
}
