import { open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelTask } from '#contract/models.ts';
import { AppError } from '../../base/appError.ts';
import { readModelConfig } from './embeddingSettings.ts';
import { readGguf } from './readGguf.ts';
import { onnxFolder } from './onnxFolder.ts';
import { readOnnx, type OnnxFacts } from './readOnnx.ts';
import { readSafetensors } from './readSafetensors.ts';

export interface InspectedModel {
  readonly task: ModelTask;
  readonly format: 'gguf' | 'onnx' | 'safetensors';
  readonly name: string | null;
  readonly contextTokens: number | null;
  /** Of an embedder's vectors, where the graph says so. */
  readonly dimensions: number | null;
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
    return { task: 'static-embedding', format: 'safetensors', name: null, contextTokens: null, dimensions: null };
  }
  // Every ONNX writer begins with the format's version (field 1).
  if (start.readUInt8(0) !== 0x08) throw new AppError('MODEL_UNSUPPORTED', `${path} is neither a GGUF nor an ONNX file.`, { hint: 'Choose a .gguf or .onnx file.' });
  const facts = await readOnnx(path);
  if (!facts.inputs.includes('input_ids')) throw new AppError('MODEL_UNSUPPORTED', `${path} is an ONNX model without the input "input_ids": it does not read text.`, { hint: 'Choose a text embedding model.' });
  return inspectTransformer(path, facts);
}

async function inspectGguf(path: string): Promise<InspectedModel> {
  const facts = await readGguf(path);
  if (facts.tensors === 0) throw new AppError('MODEL_UNSUPPORTED', `${path} holds a vocabulary but no weights.`, { hint: 'Choose the model file itself.' });
  if (facts.architecture === 'clip') throw new AppError('MODEL_UNSUPPORTED', `${path} is the picture part of a model, not the model.`, { hint: 'Choose the model file itself.' });
  return { task: EMBEDDING_ARCHITECTURES.test(facts.architecture) ? 'embedding' : 'text', format: 'gguf', name: facts.name, contextTokens: facts.contextTokens, dimensions: null };
}

const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings'];

/** A cross-encoder is told by its logits; everything else must give token vectors or pooled ones. */
async function inspectTransformer(path: string, { outputs, outputShapes }: OnnxFacts): Promise<InspectedModel> {
  const config = await readModelConfig(await onnxFolder(path));
  if (outputs.includes('logits')) {
    const labels = outputShapes['logits']?.at(-1) ?? config?.num_labels ?? (config?.id2label ? Object.keys(config.id2label).length : null);
    const classifies = config?.architectures === undefined || config.architectures.some((name) => name.endsWith('ForSequenceClassification'));
    if (classifies && (labels === 1 || labels === 2)) return { task: 'reranker', format: 'onnx', name: null, contextTokens: null, dimensions: null };
    throw new AppError('MODEL_UNSUPPORTED', `${path} gives ${labels ?? 'an unknown number of'} logits${config?.architectures ? ` (${config.architectures.join(', ')})` : ''}; a reranker gives one or two for a pair.`, { hint: 'Choose an embedder, or a cross-encoder with its config.json beside it.' });
  }
  const output = [...TOKEN_OUTPUTS, 'sentence_embedding'].find((name) => outputs.includes(name)) ?? outputs[0] ?? '';
  const shape = outputShapes[output];
  if (shape && shape.length !== 2 && shape.length !== 3) throw new AppError('MODEL_UNSUPPORTED', `${path} gives "${output}" with ${shape.length} sizes; an embedder gives token vectors (3) or pooled ones (2).`, { hint: 'Choose a text embedding model.' });
  const dimensions = shape?.at(-1) ?? null;
  if (dimensions !== null && config?.hidden_size !== undefined && shape?.length === 3 && config.hidden_size !== dimensions) {
    throw new AppError('MODEL_UNSUPPORTED', `${path} gives vectors of ${dimensions} dimensions, but the config.json beside it says ${config.hidden_size}.`, { hint: 'Put the files of one model together.' });
  }
  return { task: 'embedding', format: 'onnx', name: null, contextTokens: null, dimensions };
}

/** An ONNX embedder can be used only with its tokenizer beside it, or one folder up from `onnx/`. */
export async function assertTokenizerBeside(path: string): Promise<void> {
  const tokenizer = join(await onnxFolder(path), 'tokenizer.json');
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
