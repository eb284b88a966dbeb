import { basename } from 'node:path';
import type { EmbeddingSettings, ModelTask } from '#contract/models.ts';
import { readEmbeddingSettings, readMaxTokens } from './embeddingSettings.ts';
import { createInspectedFiles } from './inspectedFiles.ts';
import { onnxFolder } from './onnxFolder.ts';

/** How a transformer is used; nulls for every other model. */
export interface ModelUsage {
  readonly embedding: EmbeddingSettings | null;
  /** Longest pair that a reranker takes, in tokens. */
  readonly pairTokens: number | null;
}

const NONE: ModelUsage = { embedding: null, pairTokens: null };
const PAIR_TOKENS = 512;
/** Of this process: what a file says does not depend on who asks. */
const inspected = createInspectedFiles();

/** Reads what lies beside the weights. A GGUF embedder has no settings here: it cannot be used for vectors. Rejects as readEmbeddingSettings does. */
export async function readUsage(model: { readonly task: ModelTask; readonly name: string; readonly weightsPath: string; readonly dimensions?: number | undefined }): Promise<ModelUsage> {
  const { task, name, weightsPath } = model;
  if (task !== 'embedding' && task !== 'reranker') return NONE;
  const facts = await inspected(weightsPath);
  if (facts.format !== 'onnx') return NONE;
  const folder = await onnxFolder(weightsPath);
  if (task === 'reranker') return { embedding: null, pairTokens: await readMaxTokens(folder, PAIR_TOKENS) };
  return { embedding: await readEmbeddingSettings({ folder, name: `${name} ${basename(weightsPath)}`, dimensions: facts.dimensions ?? model.dimensions ?? null }), pairTokens: null };
}

const POOLING = { mean: 'mean of tokens', cls: 'first token', last: 'last token' } as const;

/** One line for lists; null when there is nothing to say. */
export function usageLine({ embedding, pairTokens }: ModelUsage): string | null {
  if (pairTokens !== null) return `scores pairs of at most ${pairTokens} tokens`;
  if (embedding === null) return null;
  const { dimensions, pooling, maxTokens, queryPrefix, documentPrefix, family, note } = embedding;
  const prefixes = [queryPrefix && `questions begin with "${queryPrefix.trim()}"`, documentPrefix && `documents begin with "${documentPrefix.trim()}"`].filter((part) => part !== '');
  return [`${family}: ${dimensions} dimensions`, POOLING[pooling], `at most ${maxTokens} tokens`, ...prefixes, ...(note === null ? [] : [note])].join(', ');
}
