import type { Tokenizer } from '@huggingface/tokenizers';

/** A character with the marks that are composed with it: what normalisation may change is inside one of these. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gsu;
const SPACE = /^[\s▁]$/u;
const PUNCTUATION = /^[\p{P}\p{S}]$/u;
/** What the tokenizers write before a piece that continues (##) or begins (▁) a word. */
const MARKER = /^(##|▁+)/u;

interface Letters {
  /** Normalised characters without spaces. */
  readonly letters: readonly string[];
  /** Of each: the span of the text it came from, and whether a word begins there. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly begins: readonly boolean[];
}

/**
 * Where each token stands in the text, [start, end) in UTF-16 units, two numbers a token. @huggingface/tokenizers gives no offsets, so the
 * pieces are laid along the normalised text. A token that stands for what the vocabulary does not know covers up to the next one that is found.
 */
export function tokenOffsets(tokenizer: Tokenizer, text: string, ids: readonly number[]): Uint32Array {
  const { letters, starts, ends, begins } = lettersOf(tokenizer, text);
  const pieces = ids.map((id) => [...(tokenizer.id_to_token(id) ?? '').replace(MARKER, '')]);
  const offsets = new Uint32Array(ids.length * 2);
  let at = 0;
  for (const [number, piece] of pieces.entries()) {
    const from = at;
    if (matches(letters, piece, at)) at += piece.length;
    else at = wordEnd({ letters, begins }, at, pieces[number + 1]);
    const last = Math.max(from, at - 1);
    offsets[number * 2] = starts[from] ?? text.length;
    offsets[number * 2 + 1] = at === from ? (starts[from] ?? text.length) : (ends[last] ?? text.length);
  }
  return offsets;
}

function lettersOf(tokenizer: Tokenizer, text: string): Letters {
  const letters: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const begins: boolean[] = [];
  let fresh = true;
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const normal = tokenizer.normalizer ? tokenizer.normalizer.normalize(cluster) : cluster;
    if (/^\s/u.test(cluster)) fresh = true;
    for (const letter of normal) {
      if (SPACE.test(letter)) {
        fresh = true;
        continue;
      }
      const alone = PUNCTUATION.test(letter);
      letters.push(letter);
      starts.push(index);
      ends.push(index + cluster.length);
      begins.push(fresh || alone);
      fresh = alone;
    }
  }
  return { letters, starts, ends, begins };
}

const matches = (letters: readonly string[], piece: readonly string[], at: number): boolean => piece.length > 0 && piece.every((letter, offset) => letters[at + offset] === letter);

/** End of an unknown word: where the next word begins, or sooner where the next piece is found inside a word. */
function wordEnd({ letters, begins }: Pick<Letters, 'letters' | 'begins'>, at: number, next: readonly string[] | undefined): number {
  let end = Math.min(at + 1, letters.length);
  while (end < letters.length && !begins[end] && !(next && matches(letters, next, end))) end += 1;
  return end;
}
