import type { QuestionTerm } from './analyzeQuestion.ts';
import type { StaticModel } from './staticModel.ts';
import type { WordVectors } from './WordVectors.ts';

interface KnownWord {
  /** With each word of the question. */
  readonly similarities: Float32Array;
  /** The text that it was last met in: a word counts once a text. */
  lastText: number;
}

/**
 * How well a text's words cover a question's, by meaning: each word of the question takes the largest cosine with any
 * word of the text (1 when it is there), weighed by inverse document frequency. Between 0 and 1; late interaction as in
 * ColBERT (Khattab and Zaharia, 2020), over static word vectors.
 */
export class NearestWords {
  readonly #words: readonly { readonly word: string; readonly weight: number }[];
  /** Their unit vectors, one after the other. */
  readonly #unit: Float64Array;
  readonly #total: number;
  readonly #vectors: WordVectors;
  /** Words of the texts that were compared; texts share most of their words. */
  readonly #known = new Map<string, KnownWord>();
  #texts = 0;

  constructor(terms: readonly QuestionTerm[], using: { model: StaticModel; words: WordVectors }) {
    const weights = new Map<string, number>();
    for (const { word, idf } of terms) weights.set(word, Math.max(weights.get(word) ?? 0, idf));
    this.#words = [...weights].map(([word, weight]) => ({ word, weight }));
    const { dimensions } = using.model;
    this.#unit = new Float64Array(this.#words.length * dimensions);
    this.#words.forEach(({ word }, at) => this.#unit.set(using.model.embed(word), at * dimensions));
    this.#total = this.#words.reduce((sum, { weight }) => sum + weight, 0);
    this.#vectors = using.words;
  }

  coverage(text: string): number {
    if (this.#total === 0) return 0;
    const best = new Float32Array(this.#words.length);
    const now = ++this.#texts;
    for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
      const known = this.#know(word);
      if (known.lastText === now) continue;
      known.lastText = now;
      const { similarities } = known;
      for (let i = 0; i < best.length; i++) if ((similarities[i] as number) > (best[i] as number)) best[i] = similarities[i] as number;
    }
    return this.#words.reduce((sum, { weight }, i) => sum + weight * (best[i] as number), 0) / this.#total;
  }

  #know(word: string): KnownWord {
    const known = this.#known.get(word);
    if (known) return known;
    const made = { similarities: this.#vectors.similarities(word, this.#unit), lastText: 0 };
    this.#known.set(word, made);
    return made;
  }
}
