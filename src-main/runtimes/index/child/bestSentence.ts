import type { StaticModel } from './staticModel.ts';
import { dot } from './WordVectors.ts';

/** Shorter lines and sentences are joined with what follows: a few words have no direction of their own. */
const SHORTEST_PIECE = 60;
const ENDS = /(?<=[.!?;:])\s+|\n+/;

/**
 * Cosine of a question with the sentence of a text that is nearest to it. A chunk is a paragraph or more and its vector a
 * mean of all of it: one sentence that answers is drowned there and stands out here.
 */
export class BestSentence {
  readonly #model: StaticModel;
  readonly #question: Float32Array;
  readonly #scratch: Float32Array;

  constructor(question: Float32Array, model: StaticModel) {
    this.#model = model;
    this.#question = question;
    this.#scratch = new Float32Array(model.dimensions);
  }

  similarity(text: string): number {
    let best = -1;
    for (const sentence of cutSentences(text)) {
      this.#model.embedInto(sentence, this.#scratch);
      best = Math.max(best, dot(this.#scratch, this.#question));
    }
    return best;
  }
}

/** Lines and sentences in order, each of at least 60 characters but the last. */
export function cutSentences(text: string): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const piece of text.split(ENDS)) {
    open = `${open} ${piece}`.trim();
    if (open.length < SHORTEST_PIECE) continue;
    sentences.push(open);
    open = '';
  }
  return open === '' ? sentences : [...sentences, open];
}
