import type { StaticModel } from './staticModel.ts';

/** 25 MB at 256 dimensions: the words of a few questions' candidates, most of which the next question meets again. */
const CACHE_WORDS = 24_576;

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
    const row = this.#block.subarray(start, start + this.#model.dimensions);
    const found = new Float32Array(vectors.length);
    for (let i = 0; i < vectors.length; i++) found[i] = dot(row, vectors[i] as Float32Array);
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
