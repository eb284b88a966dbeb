import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../base/appError.ts';
import { ownCopy } from '../../../base/ownCopy.ts';
import { createBpeTokenizer } from './bpeTokenizer.ts';

/** Words kept with their token ids before the cache starts afresh: about 12 MB. */
const CACHE_WORDS = 100_000;
const CACHE_TOKENS = 2 ** 20;
const LONGEST_CACHED_WORD = 64;

/**
 * The static embedding: a table of token vectors; a text's vector is their weighted mean, normalised.
 * A token weighs (1 + ln count) × ln(1 + id) / ln(vocabulary): repeats count less, and so do the tokens that a BPE
 * vocabulary lists first because they are frequent everywhere. Measured over three families of manuals this ranks
 * better than the plain mean (bench/results/retrieval.json).
 * White space is collapsed first. The tokenizer (SentencePiece-style BPE) never merges across a space, so a text's
 * tokens are those of its words, and each word is tokenised once.
 */
export interface StaticModel {
  readonly dimensions: number;
  /** Writes the normalised vector of `text` into `out` (`dimensions` values); all zeros for a text without tokens. */
  embedInto(text: string, out: Float32Array): void;
  embed(text: string): Float32Array;
}

/** @param folder holds `model.safetensors` (one F16 or F32 matrix) and `tokenizer.json`. Throws MODEL_NOT_FOUND, MODEL_DAMAGED. */
export function loadStaticModel(folder: string): StaticModel {
  const { table, dimensions } = readMatrix(join(folder, 'model.safetensors'));
  const encode = readTokenizer(join(folder, 'tokenizer.json'));
  const tokens = tokenCache(encode);
  const vocabulary = table.length / dimensions;
  const weights = Float32Array.from({ length: vocabulary }, (_, token) => Math.log(1 + token) / Math.log(vocabulary));
  const counts = new Uint32Array(vocabulary);
  const touched = new Uint32Array(vocabulary);
  const shares = new Float32Array(vocabulary);

  /** Fills `touched` and `counts` with the text's tokens; answers how many differ. */
  function countTokens(text: string): number {
    let distinct = 0;
    for (const word of text.split(/\s+/)) {
      if (word === '') continue;
      const { pool, start, end } = tokens(word);
      for (let i = start; i < end; i++) {
        const token = pool[i] as number;
        if (counts[token] === 0) touched[distinct++] = token;
        counts[token] = (counts[token] as number) + 1;
      }
    }
    return distinct;
  }

  function embedInto(text: string, out: Float32Array): void {
    const distinct = countTokens(text);
    for (let i = 0; i < distinct; i++) {
      const token = touched[i] as number;
      shares[i] = (weights[token] as number) * (1 + Math.log(counts[token] as number));
      counts[token] = 0;
      touched[i] = token * dimensions;
    }
    // Four dimensions at a time stay in registers over all tokens: half the time of adding whole rows into `out`.
    for (let d = 0; d < dimensions; d += 4) {
      let [a, b, c, e] = [0, 0, 0, 0];
      for (let i = 0; i < distinct; i++) {
        const row = (touched[i] as number) + d;
        const share = shares[i] as number;
        a += share * (table[row] as number);
        b += share * (table[row + 1] as number);
        c += share * (table[row + 2] as number);
        e += share * (table[row + 3] as number);
      }
      out[d] = a;
      out[d + 1] = b;
      out[d + 2] = c;
      out[d + 3] = e;
    }
    normalise(out);
  }

  function embed(text: string): Float32Array {
    const out = new Float32Array(dimensions);
    embedInto(text, out);
    return out;
  }

  return { dimensions, embedInto, embed };
}

interface WordTokens {
  /** Valid until the next call. */
  pool: Int32Array;
  start: number;
  end: number;
}

/** Remembers the token ids of words, all in one block: an array a word would keep the garbage collector busy. */
function tokenCache(encode: (word: string) => Int32Array): (word: string) => WordTokens {
  const places = new Map<string, number>();
  const block = new Int32Array(CACHE_TOKENS);
  const found: WordTokens = { pool: block, start: 0, end: 0 };
  let used = 0;

  function remember(word: string, tokens: Int32Array): number {
    if (places.size >= CACHE_WORDS || used + tokens.length >= CACHE_TOKENS) {
      places.clear();
      used = 0;
    }
    const place = used;
    places.set(ownCopy(word), place);
    block[place] = tokens.length;
    block.set(tokens, place + 1);
    used += tokens.length + 1;
    return place;
  }

  return (word) => {
    if (word.length > LONGEST_CACHED_WORD) {
      found.pool = encode(word);
      found.start = 0;
      found.end = found.pool.length;
      return found;
    }
    const place = places.get(word) ?? remember(word, encode(word));
    found.pool = block;
    found.start = place + 1;
    found.end = found.start + (block[place] as number);
    return found;
  };
}

/** Scales a vector to length 1 in place; zeros stay zeros. */
export function normalise(vector: Float32Array): void {
  let square = 0;
  for (const value of vector) square += value * value;
  if (square === 0) return;
  const scale = 1 / Math.sqrt(square);
  for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] as number) * scale;
}

function readTokenizer(path: string): (word: string) => Int32Array {
  if (!existsSync(path)) throw new AppError('MODEL_NOT_FOUND', `The static embedding has no tokenizer at ${path}`);
  try {
    return createBpeTokenizer(JSON.parse(readFileSync(path, 'utf8')) as Parameters<typeof createBpeTokenizer>[0]);
  } catch (cause) {
    throw new AppError('MODEL_DAMAGED', `The static embedding's tokenizer at ${path} cannot be read`, { cause });
  }
}

/** https://github.com/huggingface/safetensors: 8 bytes header length, JSON header, data. */
function readMatrix(path: string): { table: Float32Array; dimensions: number } {
  if (!existsSync(path)) throw new AppError('MODEL_NOT_FOUND', `The static embedding has no weights at ${path}`);
  const bytes = readFileSync(path);
  try {
    const headerLength = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<string, { dtype?: string; shape?: number[]; data_offsets?: [number, number] }>;
    const tensor = Object.entries(header).find(([name]) => name !== '__metadata__')?.[1];
    const [rows, dimensions] = tensor?.shape ?? [];
    if (!tensor?.data_offsets || !rows || !dimensions || dimensions % 4 !== 0) throw new Error('Expected one matrix, its rows a multiple of four values long');
    const start = 8 + headerLength + tensor.data_offsets[0];
    const width = tensor.dtype === 'F16' ? 2 : 4;
    if (bytes.length < start + rows * dimensions * width) throw new Error(`Expected ${rows} × ${dimensions} values but the file ends early`);
    return { table: decode(bytes, { start, count: rows * dimensions, half: width === 2 }), dimensions };
  } catch (cause) {
    throw new AppError('MODEL_DAMAGED', `The static embedding at ${path} cannot be read`, { cause, hint: 'Remove it and let Lathe fetch it again.' });
  }
}

function decode(bytes: Buffer, from: { start: number; count: number; half: boolean }): Float32Array {
  const out = new Float32Array(from.count);
  for (let i = 0; i < from.count; i++) {
    out[i] = from.half ? halfToFloat(bytes.readUInt16LE(from.start + i * 2)) : bytes.readFloatLE(from.start + i * 4);
  }
  return out;
}

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
