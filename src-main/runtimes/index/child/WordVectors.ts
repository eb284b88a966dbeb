import { normalise, type StaticModel } from './staticModel.ts';

/** 12 MB at 256 dimensions. */
const CACHE_WORDS = 12_000;

/** Unit vectors of single words, kept: the words of a collection repeat. */
export class WordVectors {
  readonly #model: StaticModel;
  readonly #cache = new Map<string, Float32Array>();

  constructor(model: StaticModel) {
    this.#model = model;
  }

  of(word: string): Float32Array {
    const known = this.#cache.get(word);
    if (known) return known;
    if (this.#cache.size >= CACHE_WORDS) this.#cache.clear();
    const vector = this.#model.embed(word);
    normalise(vector);
    this.#cache.set(word, vector);
    return vector;
  }
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
