/** Longer runs without white space (encoded data) are cut: merging costs the square of the length and such a run has no meaning. */
const LONGEST_PIECE = 100;
/** A piece has at most this many ids before merging: four bytes for every character. */
const MOST_IDS = 4 * (LONGEST_PIECE + 1);
const NO_MERGE = 0x7fff_ffff;

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
 * Ours rather than the library's because it holds ids only: 4 MB instead of about 60. Ranks of neighbours are kept while
 * merging, and a pair is one small integer (an id squared stays below 2^31), so that looking one up allocates nothing.
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
  const size = Object.keys(model.vocab).length;
  const ranks = new Map<number, number>();
  const merged: number[] = [];
  for (const [rank, merge] of model.merges.entries()) {
    const [left, right] = typeof merge === 'string' ? (merge.split(' ') as [string, string]) : merge;
    ranks.set(id(left) * size + id(right), rank);
    merged.push(id(left + right));
  }
  const encoder = new TextEncoder();
  const ids = new Int32Array(MOST_IDS);
  /** Rank of the merge of ids[i] with ids[i + 1]. */
  const pairs = new Int32Array(MOST_IDS);
  const rankAt = (at: number): number => ranks.get((ids[at] as number) * size + (ids[at + 1] as number)) ?? NO_MERGE;

  /** Writes the piece's characters as ids; answers how many. */
  function spell(piece: string): number {
    let length = 0;
    for (const character of piece) {
      const known = characters.get(character);
      if (known === undefined) for (const byte of encoder.encode(character)) ids[length++] = bytes[byte] as number;
      else ids[length++] = known;
    }
    return length;
  }

  function earliest(length: number): number {
    let best = NO_MERGE;
    let at = -1;
    for (let i = 0; i + 1 < length; i++) {
      if ((pairs[i] as number) >= best) continue;
      best = pairs[i] as number;
      at = i;
    }
    return at;
  }

  function encodePiece(piece: string): Int32Array {
    let length = spell(piece);
    for (let i = 0; i + 1 < length; i++) pairs[i] = rankAt(i);
    for (let at = earliest(length); at >= 0; at = earliest(length)) {
      ids[at] = merged[pairs[at] as number] as number;
      ids.copyWithin(at + 1, at + 2, length);
      pairs.copyWithin(at + 1, at + 2, length - 1);
      length--;
      if (at > 0) pairs[at - 1] = rankAt(at - 1);
      if (at + 1 < length) pairs[at] = rankAt(at);
    }
    return ids.slice(0, length);
  }

  return (word) => {
    const whole = `▁${word}`;
    if (whole.length <= LONGEST_PIECE) return encodePiece(whole);
    const pieces = whole.match(new RegExp(`.{1,${LONGEST_PIECE}}`, 'gsu')) ?? [];
    return Int32Array.from(pieces.flatMap((piece) => [...encodePiece(piece)]));
  };
}
