import { open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelTask } from '#contract/models.ts';
import { AppError } from '../../base/appError.ts';
import { readGguf } from './readGguf.ts';
import { readOnnx } from './readOnnx.ts';
import { readSafetensors } from './readSafetensors.ts';

export interface InspectedModel {
  readonly task: ModelTask;
  readonly name: string | null;
  readonly contextTokens: number | null;
}

const EMBEDDING_ARCHITECTURES = /(^|-)bert(-|$)|^t5encoder$|^gritlm$/;

/**
 * Tells a model file's kind by its bytes, never by its name, and checks its header. Rejects with MODEL_DAMAGED,
 * MODEL_UNSUPPORTED, PATH_OUTSIDE_ROOT or PATH_UNREADABLE; no native loader may see a file that was not accepted here.
 */
export async function inspectFile(path: string): Promise<InspectedModel> {
  const start = await firstBytes(path);
  if (start.toString('latin1', 0, 4) === 'GGUF') return inspectGguf(path);
  if (start.length > 9 && start.readUInt8(8) === 0x7b) {
    await readSafetensors(path);
    return { task: 'static-embedding', name: null, contextTokens: null };
  }
  // Every ONNX writer begins with the format's version (field 1).
  if (start.readUInt8(0) !== 0x08) throw new AppError('MODEL_UNSUPPORTED', `${path} is neither a GGUF nor an ONNX file.`, { hint: 'Choose a .gguf or .onnx file.' });
  const facts = await readOnnx(path);
  if (!facts.inputs.includes('input_ids')) throw new AppError('MODEL_UNSUPPORTED', `${path} is an ONNX model without the input "input_ids": it does not read text.`, { hint: 'Choose a text embedding model.' });
  return { task: 'embedding', name: null, contextTokens: null };
}

async function inspectGguf(path: string): Promise<InspectedModel> {
  const facts = await readGguf(path);
  if (facts.tensors === 0) throw new AppError('MODEL_UNSUPPORTED', `${path} holds a vocabulary but no weights.`, { hint: 'Choose the model file itself.' });
  if (facts.architecture === 'clip') throw new AppError('MODEL_UNSUPPORTED', `${path} is the picture part of a model, not the model.`, { hint: 'Choose the model file itself.' });
  return { task: EMBEDDING_ARCHITECTURES.test(facts.architecture) ? 'embedding' : 'text', name: facts.name, contextTokens: facts.contextTokens };
}

/** An ONNX embedder can be used only with its tokenizer beside it. */
export async function assertTokenizerBeside(path: string): Promise<void> {
  const tokenizer = join(dirname(path), 'tokenizer.json');
  if ((await stat(tokenizer).catch(() => null))?.isFile()) return;
  throw new AppError('MODEL_UNSUPPORTED', `${path} has no tokenizer.json beside it.`, { hint: `Put the model's tokenizer.json into ${dirname(path)}.` });
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new AppError('PATH_UNREADABLE', `${path} cannot be opened.`, { hint: 'Check that it exists and that you may read it.', cause: error });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0).catch((error: unknown) => {
      throw new AppError('PATH_UNREADABLE', `${path} is not a file.`, { hint: 'Name a .gguf or .onnx file.', cause: error });
    });
    if (bytesRead === 0) throw new AppError('MODEL_DAMAGED', `${path} is empty.`, { hint: 'Get the file again from where it came.' });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
