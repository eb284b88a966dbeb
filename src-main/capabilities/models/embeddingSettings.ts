import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { EmbeddingSettings } from '#contract/models.ts';
import { AppError } from '../../base/appError.ts';
import { familySettings } from './familySettings.ts';

const count = z.number().int().positive().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const Config = z.object({
  _name_or_path: z.string().optional().catch(undefined),
  model_type: z.string().optional().catch(undefined),
  architectures: z.array(z.string()).optional().catch(undefined),
  max_position_embeddings: count,
  hidden_size: count,
  num_labels: count,
  id2label: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
const Pooling = z.object({ pooling_mode_cls_token: flag, pooling_mode_mean_tokens: flag, pooling_mode_lasttoken: flag, pooling_mode_max_tokens: flag, pooling_mode_mean_sqrt_len_tokens: flag, pooling_mode_weightedmean_tokens: flag });
const Modules = z.array(z.object({ type: z.string(), path: z.string().optional() }));
const Prompts = z.object({ prompts: z.record(z.string(), z.string()).optional().catch(undefined) });
const Lengths = z.object({ max_seq_length: count, model_max_length: count });

/** A longer one is a marker for "no limit" (1e30), not a length. */
const LONGEST = 131_072;
const FALLBACK_TOKENS = 512;
/** These begin to count positions behind the padding's number, so that two fewer are there than the table has rows. */
const SHIFTED_POSITIONS = /roberta|mpnet|camembert/;

async function readConfig<T>(schema: z.ZodType<T>, path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('MODEL_DAMAGED', `${path} is not the settings file that it should be.`, { cause: error, hint: 'Get the file again from where the model came.' });
  }
}

export type ModelConfig = z.infer<typeof Config>;
export const readModelConfig = (folder: string): Promise<ModelConfig | null> => readConfig(Config, join(folder, 'config.json'));

/** Most tokens that the model can take: what its files say, never more than it has positions for. */
export async function readMaxTokens(folder: string, otherwise: number): Promise<number> {
  const [config, sentence, tokenizer] = await Promise.all([readModelConfig(folder), readConfig(Lengths, join(folder, 'sentence_bert_config.json')), readConfig(Lengths, join(folder, 'tokenizer_config.json'))]);
  const shift = SHIFTED_POSITIONS.test(config?.model_type ?? '') ? 2 : 0;
  const positions = config?.max_position_embeddings === undefined ? LONGEST : config.max_position_embeddings - shift;
  const said = [sentence?.max_seq_length, tokenizer?.model_max_length].find((length) => length !== undefined && length <= LONGEST);
  return Math.max(8, Math.min(said ?? Math.min(otherwise, positions), positions));
}

function poolingOf(folder: string, pooling: z.infer<typeof Pooling>): EmbeddingSettings['pooling'] {
  if (pooling.pooling_mode_mean_tokens) return 'mean';
  if (pooling.pooling_mode_cls_token) return 'cls';
  if (pooling.pooling_mode_lasttoken) return 'last';
  throw new AppError('MODEL_UNSUPPORTED', `The model in ${folder} pools its tokens in a way that is not known here.`, { hint: 'Known are mean, first token (CLS) and last token.' });
}

export interface SettingsRequest {
  /** Where tokenizer.json and the model's other settings are. */
  readonly folder: string;
  /** What the model is called, besides its folder. */
  readonly name: string;
  /** From the graph; null when it does not say. */
  readonly dimensions: number | null;
}

/**
 * How an embedder wants to be used: from the files that the SentenceTransformers library reads, else by its family, else mean pooling with
 * a note. Rejects with MODEL_DAMAGED or MODEL_UNSUPPORTED.
 */
export async function readEmbeddingSettings({ folder, name, dimensions }: SettingsRequest): Promise<EmbeddingSettings> {
  const [config, modules, prompts] = await Promise.all([readModelConfig(folder), readConfig(Modules, join(folder, 'modules.json')), readConfig(Prompts, join(folder, 'config_sentence_transformers.json'))]);
  const dense = modules?.find(({ type }) => !/(Transformer|Pooling|Normalize)$/.test(type));
  if (dense) throw new AppError('MODEL_UNSUPPORTED', `The model in ${folder} has the further layer ${dense.type}, which its ONNX file does not hold.`, { hint: 'Choose a model with a transformer, pooling and normalisation only.' });
  const poolingPath = modules?.find(({ type }) => type.endsWith('Pooling'))?.path ?? '1_Pooling';
  if (!/^[\w-]+$/.test(poolingPath)) throw new AppError('MODEL_DAMAGED', `modules.json in ${folder} names the folder "${poolingPath.slice(0, 80)}", which is not beside it.`, { hint: 'Get the model again from where it came.' });
  const pooling = await readConfig(Pooling, join(folder, poolingPath, 'config.json'));
  const family = familySettings([name, basename(folder), config?._name_or_path ?? '']);
  const width = dimensions ?? config?.hidden_size ?? null;
  if (width === null) throw new AppError('MODEL_UNSUPPORTED', `Neither the graph of ${name} nor a config.json says how many dimensions its vectors have.`, { hint: `Put the model's config.json into ${folder}.` });
  const said = prompts?.prompts ?? {};
  return {
    family: family?.family ?? config?.model_type ?? 'unknown',
    queryPrefix: said['query'] ?? said['web_search_query'] ?? family?.queryPrefix ?? '',
    documentPrefix: said['document'] ?? said['passage'] ?? family?.documentPrefix ?? '',
    pooling: pooling ? poolingOf(folder, pooling) : (family?.pooling ?? 'mean'),
    // Cosine similarity is what the index computes: a model that leaves it to the caller is normalised all the same.
    normalise: true,
    maxTokens: await readMaxTokens(folder, family?.maxTokens ?? FALLBACK_TOKENS),
    dimensions: width,
    note: pooling || family ? null : 'nothing beside the model says how to pool: mean is taken',
  };
}
