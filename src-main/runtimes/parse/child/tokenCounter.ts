import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { ownCopy } from '../../../base/ownCopy.ts';

/** Words kept with their token counts before the cache starts afresh; about 30 MB. */
const CACHE_WORDS = 200_000;
const LONGEST_CACHED_WORD = 64;
/** WordPiece makes one unknown token of a longer run: it counts by its length, or megabytes without a space were one chunk. */
const LONGEST_KNOWN_WORD = 100;

/**
 * A counter of the embedder's own tokens, special tokens not counted. Exact for BERT tokenizers: they split at white
 * space and punctuation first, so the counts of words add up and each word is encoded once.
 */
export function loadTokenCounter(tokenizerPath: string): (text: string) => number {
  const tokenizer = new Tokenizer(JSON.parse(readFileSync(tokenizerPath, 'utf8')) as object, {});
  const special = new Set([...tokenizer.get_added_tokens_decoder().values()].map((token) => token.content));
  const cache = new Map<string, number>();

  const encode = (word: string): number => tokenizer.encode(word, { add_special_tokens: false }).ids.length;

  function countWord(word: string): number {
    if (word.length > LONGEST_KNOWN_WORD) return Math.max(encode(word), Math.ceil(word.length / 4));
    if (word.length > LONGEST_CACHED_WORD) return encode(word);
    const known = cache.get(word);
    if (known !== undefined) return known;
    if (cache.size >= CACHE_WORDS) cache.clear();
    const count = encode(word);
    cache.set(ownCopy(word), count);
    return count;
  }

  /** Not encoded when it is long: that would take time by the square of its length to say "unknown". */
  const countRun = (word: string): number => (word.length > LONGEST_KNOWN_WORD ? Math.ceil(word.length / 4) : countWord(word));

  /** ASCII only: a run of letters and digits is one word, every other mark is one token. */
  function countAscii(piece: string): number {
    let count = 0;
    let wordStart = -1;
    for (let i = 0; i < piece.length; i++) {
      if (isAsciiWord(piece.charCodeAt(i))) {
        if (wordStart < 0) wordStart = i;
        continue;
      }
      if (wordStart >= 0) count += countRun(piece.slice(wordStart, i));
      wordStart = -1;
      count++;
    }
    return wordStart >= 0 ? count + countRun(piece.slice(wordStart)) : count;
  }

  const holdsSpecial = (piece: string): boolean => piece.includes('[') && [...special].some((token) => piece.includes(token));

  return (text) => {
    let count = 0;
    for (const piece of text.split(/\s+/)) {
      if (piece === '') continue;
      count += isPrintableAscii(piece) && !holdsSpecial(piece) ? countAscii(piece) : countWord(piece);
    }
    return count;
  };
}

function isAsciiWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

function isPrintableAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 33 || code > 126) return false;
  }
  return true;
}
