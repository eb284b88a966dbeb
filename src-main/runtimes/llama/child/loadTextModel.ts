import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { basename } from 'node:path';
import { getLlama, InsufficientMemoryError, type ChatWrapper, type LlamaContextSequence, type LlamaModel } from 'node-llama-cpp';
import { AppError } from '../../../base/appError.ts';
import type { TextModelFacts } from '../../types.ts';
import { chatFormatOf } from './chatFormatOf.ts';

export interface LoadedTextModel {
  readonly model: LlamaModel;
  readonly sequence: LlamaContextSequence;
  /** Null for a model that only continues text. */
  readonly format: ChatWrapper | null;
  readonly facts: TextModelFacts;
}

const SMALLEST_CONTEXT = 1_024;
const EIGHT_GIB = 8 * 1024 ** 3;

/**
 * Loads a GGUF with the binary that came with the package; nothing is ever compiled or fetched.
 * Rejects with MODEL_NOT_FOUND, MODEL_UNSUPPORTED, MODEL_DAMAGED or RUNTIME_MEMORY. Weights that were overwritten can load and
 * answer nothing: the digest, checked before this, tells.
 */
export async function loadTextModel(modelPath: string): Promise<LoadedTextModel> {
  await assertReadable(modelPath);
  const said: string[] = [];
  const llama = await getLlama({
    gpu: 'auto',
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads(),
    logger: (level, message) => {
      if (level === 'error' || level === 'warn' || level === 'fatal') said.push(message.trim());
    },
  });
  try {
    const model = await llama.loadModel({ modelPath, checkTensors: true });
    const context = await model.createContext({ threads: threads(), contextSize: { min: Math.min(SMALLEST_CONTEXT, model.trainContextSize), max: Math.min(largestContext(), model.trainContextSize) } });
    return { model, sequence: context.getSequence(), format: chatFormatOf(model), facts: factsOf(model, context.contextSize) };
  } catch (error) {
    throw loadError(modelPath, error, said);
  }
}

/**
 * llama.cpp's threads spin while they wait for each other: one more than there are free cores costs a factor of hundreds
 * (measured: 4 on 2 cores, 0.2 tokens/s instead of 147). One core stays for the owner and the window.
 */
function threads(): number {
  return Math.max(1, availableParallelism() - 1);
}

async function assertReadable(modelPath: string): Promise<void> {
  try {
    await access(modelPath, constants.R_OK);
  } catch (error) {
    throw new AppError('MODEL_NOT_FOUND', `The model file ${basename(modelPath)} is not there or cannot be read`, { cause: error, hint: 'Get the model again, or choose another.', details: { path: modelPath } });
  }
}

/** A longer context costs memory for every token, used or not. */
function largestContext(): number {
  return totalmem() > EIGHT_GIB ? 8_192 : 4_096;
}

function factsOf(model: LlamaModel, contextTokens: number): TextModelFacts {
  const general = model.fileInfo.metadata.general;
  return { contextTokens, architecture: String(general.architecture), parameters: countParameters(model), threads: threads() };
}

function countParameters(model: LlamaModel): number | null {
  const tensors = model.fileInfo.fullTensorInfo ?? model.fileInfo.tensorInfo;
  if (!tensors || tensors.length === 0) return null;
  return tensors.reduce((sum, tensor) => sum + tensor.dimensions.reduce<number>((product, size) => product * Number(size), 1), 0);
}

function loadError(modelPath: string, error: unknown, said: readonly string[]): AppError {
  const name = basename(modelPath);
  const message = error instanceof Error ? error.message : String(error);
  const details = { path: modelPath, said: said.slice(-5) };
  if (error instanceof InsufficientMemoryError) {
    return new AppError('RUNTIME_MEMORY', `The model ${name} does not fit in the memory that is free: ${message}`, { cause: error, details, hint: 'Close other models or choose a smaller one.' });
  }
  const reason = said.findLast((line) => /architecture|unknown|invalid|failed|corrupt/i.test(line));
  if (said.some((line) => /unknown model architecture/i.test(line))) {
    return new AppError('MODEL_UNSUPPORTED', `The model ${name} is of a kind that this version cannot run: ${reason ?? message}`, { cause: error, details, hint: 'Choose another model.' });
  }
  return new AppError('MODEL_DAMAGED', `The model file ${name} cannot be loaded: ${reason ?? message}`, { cause: error, details, hint: 'Remove the model and get it again.' });
}

