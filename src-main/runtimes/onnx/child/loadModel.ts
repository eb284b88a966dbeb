import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../../base/appError.ts';

export async function loadTokenizer(path: string): Promise<Tokenizer> {
  const text = await readModelFile(path);
  try {
    return new Tokenizer(JSON.parse(text.toString('utf8')) as object, {});
  } catch (error) {
    throw damaged(path, error);
  }
}

/** Half of the cores, so that the person's own programs have the others. */
export const defaultThreads = (): number => Math.max(1, Math.floor(availableParallelism() / 2));

/** Threads that spin while they wait took half as much CPU again, and were slower where the cores were busy (docs/decisions/second-stage.md). */
const WAIT_ASLEEP = { session: { intra_op: { allow_spinning: '0' } } } as const;

/** Rejects with MODEL_NOT_FOUND or MODEL_DAMAGED. */
export async function loadSession(path: string, threads: number): Promise<InferenceSession> {
  const bytes = await readModelFile(path);
  try {
    // From bytes, not from the path: external data beside the model can then not be named by it.
    return await InferenceSession.create(bytes, { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', logSeverityLevel: 3, extra: WAIT_ASLEEP });
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

/** One row of token numbers as the inputs that a graph names; without padding, so every token counts. */
export function inputTensors(ids: readonly number[], types: readonly number[] | null, names: readonly string[]): Record<string, Tensor> {
  const shape = [1, ids.length];
  const tensor = (values: readonly number[]): Tensor => {
    const wide = new BigInt64Array(values.length);
    for (const [at, value] of values.entries()) wide[at] = BigInt(value);
    return new Tensor('int64', wide, shape);
  };
  const makers: Readonly<Record<string, () => Tensor>> = {
    input_ids: () => tensor(ids),
    attention_mask: () => new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    token_type_ids: () => (types ? tensor(types) : new Tensor('int64', new BigInt64Array(ids.length), shape)),
    position_ids: () => tensor(ids.map((_, at) => at)),
  };
  return Object.fromEntries(names.flatMap((name) => (makers[name] ? [[name, makers[name]()]] : [])));
}
