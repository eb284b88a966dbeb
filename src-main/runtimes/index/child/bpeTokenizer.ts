/** Longer runs without white space (encoded data) are cut: merging costs the square of the length and such a run has no meaning. */
const LONGEST_PIECE = 100;
/** A merge is looked up by its two token ids in one number. */
const SHIFT = 2 ** 20;

interface TokenizerFile {
  readonly model: {
    readonly type?: string;
    readonly byte_fallback?: boolean;
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (string | readonly [string, string])[];
  };
}

/**
 * Encodes single words with the SentencePiece-style BPE of a `tokenizer.json` (https://huggingface.co/docs/tokenizers):
 * "▁" before the word, then the earliest listed merge first, bytes for characters that the vocabulary lacks.
 * Ours rather than the library's because it holds ids only: 4 MB instead of about 60.
 * Throws an Error when the file describes another kind of tokenizer.
 */
export function createBpeTokenizer(file: TokenizerFile): (word: string) => Int32Array {
  const { model } = file;
  if (model.type !== 'BPE' || model.byte_fallback !== true) throw new Error('Expected a BPE tokenizer with byte fallback');
  const id = (piece: string): number => {
    const found = model.vocab[piece];
    if (found === undefined) throw new Error(`The vocabulary lacks "${piece}"`);
    return found;
  };
  const characters = new Map<string, number>();
  for (const [piece, number] of Object.entries(model.vocab)) if ([...piece].length === 1) characters.set(piece, number);
  const bytes = Int32Array.from({ length: 256 }, (_, byte) => id(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`));
  const ranks = new Map<number, number>();
  const merged: number[] = [];
  for (const [rank, merge] of model.merges.entries()) {
    const [left, right] = typeof merge === 'string' ? (merge.split(' ') as [string, string]) : merge;
    ranks.set(id(left) * SHIFT + id(right), rank);
    merged.push(id(left + right));
  }
  const encoder = new TextEncoder();

  function initial(piece: string): number[] {
    const ids: number[] = [];
    for (const character of piece) {
      const known = characters.get(character);
      if (known === undefined) for (const byte of encoder.encode(character)) ids.push(bytes[byte] as number);
      else ids.push(known);
    }
    return ids;
  }

  function mergeAll(ids: number[]): number[] {
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      let at = -1;
      for (let i = 0; i + 1 < ids.length; i++) {
        const rank = ranks.get((ids[i] as number) * SHIFT + (ids[i + 1] as number));
        if (rank !== undefined && rank < best) {
          best = rank;
          at = i;
        }
      }
      if (at < 0) return ids;
      ids.splice(at, 2, merged[best] as number);
    }
  }

  return (word) => {
    const whole = `▁${word}`;
    if (whole.length <= LONGEST_PIECE) return Int32Array.from(mergeAll(initial(whole)));
    const pieces = whole.match(new RegExp(`.{1,${LONGEST_PIECE}}`, 'gsu')) ?? [];
    return Int32Array.from(pieces.flatMap((piece) => mergeAll(initial(piece))));
  };
}
