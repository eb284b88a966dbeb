import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../../base/appError.ts';

export interface Embedder {
  /** Rows × dimensions, row-major, each row of length 1. An empty text is a row of its own like any other. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<{ dimensions: number; vectors: Float32Array }>;
}

/** all-MiniLM-L6-v2 was trained with 256; longer texts are cut, as its own library does. */
const MAX_TOKENS = 256;

/** Loads `model.onnx` and `tokenizer.json` of a folder. Rejects with MODEL_NOT_FOUND or MODEL_DAMAGED. */
export async function loadEmbedder(folder: string): Promise<Embedder> {
  const tokenizer = await loadTokenizer(folder);
  const session = await loadSession(folder);
  const closing = tokenizer.encode('', { add_special_tokens: true }).ids.at(-1);

  function encode(text: string): number[] {
    const ids = tokenizer.encode(text, { add_special_tokens: true }).ids;
    if (ids.length <= MAX_TOKENS) return ids;
    return [...ids.slice(0, MAX_TOKENS - 1), ...(closing === undefined ? [] : [closing])];
  }

  async function embedOne(text: string): Promise<Float32Array> {
    const ids = encode(text);
    const output = await session.run(inputTensors(ids, session.inputNames));
    const hidden = output['last_hidden_state'] ?? output[session.outputNames[0] ?? ''];
    if (!hidden || hidden.dims.length !== 3 || !(hidden.data instanceof Float32Array)) {
      throw new AppError('MODEL_UNSUPPORTED', `The embedding model in ${basename(folder)} gives no hidden states: its outputs are ${session.outputNames.join(', ')}`);
    }
    return meanOfTokens(hidden.data, hidden.dims[2] ?? 0);
  }

  return {
    async embed(texts, signal) {
      const rows: Float32Array[] = [];
      // One at a time: on a CPU a batch is slower (padding), and an int8 model's scales, and so its vectors, would depend on the neighbours.
      for (const text of texts) {
        signal.throwIfAborted();
        rows.push(await embedOne(text));
      }
      const dimensions = rows[0]?.length ?? 0;
      const vectors = new Float32Array(rows.length * dimensions);
      for (const [at, row] of rows.entries()) vectors.set(row, at * dimensions);
      return { dimensions, vectors };
    },
  };
}

async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const text = await readModelFile(join(folder, 'tokenizer.json'));
  try {
    return new Tokenizer(JSON.parse(text.toString('utf8')) as object, {});
  } catch (error) {
    throw damaged(join(folder, 'tokenizer.json'), error);
  }
}

async function loadSession(folder: string): Promise<InferenceSession> {
  const path = join(folder, 'model.onnx');
  const bytes = await readModelFile(path);
  try {
    // From bytes, not from the path: external data beside the model can then not be named by it.
    return await InferenceSession.create(bytes, { intraOpNumThreads: Math.max(1, availableParallelism() - 1), graphOptimizationLevel: 'all', logSeverityLevel: 3 });
  } catch (error) {
    throw damaged(path, error);
  }
}

async function readModelFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new AppError('MODEL_NOT_FOUND', `The model file ${basename(path)} is not there or cannot be read`, { cause: error, details: { path }, hint: 'Get the model again.' });
  }
}

function damaged(path: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('MODEL_DAMAGED', `The model file ${basename(path)} cannot be loaded: ${reason}`, { cause: error, details: { path }, hint: 'Remove the model and get it again.' });
}

function inputTensors(ids: readonly number[], names: readonly string[]): Record<string, Tensor> {
  const shape = [1, ids.length];
  const all: Record<string, Tensor> = {
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function meanOfTokens(hidden: Float32Array, dimensions: number): Float32Array {
  const mean = new Float32Array(dimensions);
  for (let at = 0; at < hidden.length; at += 1) mean[at % dimensions] = (mean[at % dimensions] ?? 0) + (hidden[at] ?? 0);
  const length = Math.hypot(...mean) || 1;
  return mean.map((value) => value / length);
}
