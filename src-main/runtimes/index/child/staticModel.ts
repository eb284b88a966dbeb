import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { AppError } from '../../../base/appError.ts';

/** Words kept with their token ids before the cache starts afresh. */
const CACHE_WORDS = 200_000;
const LONGEST_CACHED_WORD = 64;

/**
 * The static embedding: a table of token vectors; a text's vector is the mean over its tokens, normalised.
 * White space is collapsed first. The tokenizer (SentencePiece-style BPE) never merges across a space, so a text's
 * tokens are those of its words, and each word is tokenised once.
 */
export interface StaticModel {
  readonly dimensions: number;
  /** Writes the normalised vector of `text` into `out` at `offset`; all zeros for a text without tokens. */
  embedInto(text: string, out: Float32Array, offset: number): void;
  embed(text: string): Float32Array;
  /** Token ids of one word (no white space inside). */
  tokensOf(word: string): Int32Array;
  /** Rows of `dimensions` values, one a token id; not normalised. */
  readonly table: Float32Array;
}

/** @param folder holds `model.safetensors` (one F16 or F32 matrix) and `tokenizer.json`. Throws MODEL_NOT_FOUND, MODEL_DAMAGED. */
export function loadStaticModel(folder: string): StaticModel {
  const { table, dimensions } = readMatrix(join(folder, 'model.safetensors'));
  const tokenizer = readTokenizer(join(folder, 'tokenizer.json'));
  const cache = new Map<string, Int32Array>();
  const encode = (word: string): Int32Array => Int32Array.from(tokenizer.encode(word, { add_special_tokens: false }).ids);

  function tokensOf(word: string): Int32Array {
    if (word.length > LONGEST_CACHED_WORD) return encode(word);
    const known = cache.get(word);
    if (known) return known;
    if (cache.size >= CACHE_WORDS) cache.clear();
    const tokens = encode(word);
    cache.set(word, tokens);
    return tokens;
  }

  function embedInto(text: string, out: Float32Array, offset: number): void {
    const sum = out.subarray(offset, offset + dimensions).fill(0);
    for (const word of text.split(/\s+/)) {
      if (word === '') continue;
      for (const token of tokensOf(word)) {
        const row = token * dimensions;
        for (let d = 0; d < dimensions; d++) sum[d] = (sum[d] as number) + (table[row + d] as number);
      }
    }
    normalise(sum);
  }

  function embed(text: string): Float32Array {
    const out = new Float32Array(dimensions);
    embedInto(text, out, 0);
    return out;
  }

  return { dimensions, embedInto, embed, tokensOf, table };
}

function normalise(vector: Float32Array): void {
  let square = 0;
  for (const value of vector) square += value * value;
  if (square === 0) return;
  const scale = 1 / Math.sqrt(square);
  for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] as number) * scale;
}

function readTokenizer(path: string): Tokenizer {
  if (!existsSync(path)) throw new AppError('MODEL_NOT_FOUND', `The static embedding has no tokenizer at ${path}`);
  try {
    return new Tokenizer(JSON.parse(readFileSync(path, 'utf8')) as object, {});
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
    if (!tensor?.data_offsets || !rows || !dimensions) throw new Error('Expected one matrix');
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
