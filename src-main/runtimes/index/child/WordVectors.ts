import type { StaticModel } from './staticModel.ts';

/** 8 MB at 256 dimensions. */
const CACHE_WORDS = 8192;

/** Unit vectors of single words, kept in one block of memory: the words of a collection repeat. */
export class WordVectors {
  readonly #model: StaticModel;
  readonly #rows = new Map<string, number>();
  readonly #block: Float32Array;

  constructor(model: StaticModel) {
    this.#model = model;
    this.#block = new Float32Array(CACHE_WORDS * model.dimensions);
  }

  /** Cosine of a word with each of some unit vectors. */
  similarities(word: string, vectors: readonly Float32Array[]): Float32Array {
    const start = this.#row(word) * this.#model.dimensions;
    return Float32Array.from(vectors, (vector) => {
      let sum = 0;
      for (let d = 0; d < vector.length; d++) sum += (vector[d] as number) * (this.#block[start + d] as number);
      return sum;
    });
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

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
