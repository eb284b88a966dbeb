import type { EventPayload } from '#contract/events.ts';
import type { EmbeddingSettings } from '#contract/models.ts';
import type { KnowledgeFile } from '#contract/projects.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { JobQueue } from '../../jobs/jobQueue.ts';
import type { IndexRuntime, ParseRuntime, TextRuntime } from '../../runtimes/types.ts';
import type { Reranking } from './rerankPassages.ts';
import type { FetchPorts } from './sources/fetchedFiles.ts';
import type { Artifacts } from '../../storage/artifacts.ts';
import type { Database } from '../../storage/database.ts';
import type { QuestionFilesPort } from './questions/questionsPort.ts';

export interface EmbedderFiles {
  /** Digest of the transformer embedder whose tokenizer sizes the chunks. */
  readonly digest: string;
  readonly tokenizerPath: string;
  /** Folder of the static embedding. */
  readonly staticModelFolder: string;
  readonly staticDigest: string;
  readonly staticSlug: string;
}

export interface TextModel {
  readonly slug: string;
  readonly digest: string;
  readonly path: string;
}

export interface DeepEmbedderFiles {
  readonly slug: string;
  /** Names the vectors that it makes of passages: of the weights and the settings that change them. */
  readonly digest: string;
  readonly weightsPath: string;
  readonly tokenizerPath: string;
  readonly settings: EmbeddingSettings;
}

export interface RerankerFiles {
  readonly slug: string;
  readonly digest: string;
  readonly weightsPath: string;
  readonly tokenizerPath: string;
  /** Of a pair. */
  readonly maxTokens: number;
}

/** One text as the transformer embedder gives it. */
export interface EmbeddedText {
  /** Normalised. */
  readonly vector: Float32Array;
  /** What the ranking keeps of a document beside its vector; null = nothing, and always for a question. */
  readonly detail: Uint8Array | null;
  /** Of a question: one normalised vector a token, row-major; empty where the embedder gives none. */
  readonly tokens: Float32Array;
}

/** A transformer embedder that is loaded. */
export interface DeepEmbedder {
  readonly slug: string;
  readonly digest: string;
  readonly dimensions: number;
  /** Absolute path of its tokenizer.json. */
  readonly tokenizerPath: string;
  /** One answer a text, in order. */
  embed(texts: readonly string[], kind: 'document' | 'question', signal: AbortSignal): Promise<EmbeddedText[]>;
}

/** Transformer embedders by their slug; filled in the composition root. */
export interface DeepPort {
  /** `onWait` is told the slug of a model that is being fetched first, as long as it is. */
  open(slug: string, signal: AbortSignal, onWait?: (slug: string) => void): Promise<DeepEmbedder>;
}

/** What knowledge needs of the models capability: a port, filled in the composition root. */
export interface ModelsPort {
  /** `onWait` is told the slug of a model that is being fetched first, as long as it is. */
  embedder(signal: AbortSignal, onWait?: (slug: string) => void): Promise<EmbedderFiles>;
  /** Rejects where no transformer embedder on this machine or in the catalogue has this slug; fetches nothing. */
  assertEmbedder(slug: string): Promise<void>;
  /** The transformer embedder; null = the default one. `onWait` is told the slug as long as the model is being fetched. */
  deepEmbedder(wanted: string | null, signal: AbortSignal, onWait?: (slug: string) => void): Promise<DeepEmbedderFiles>;
  /** Slugs of the transformer embedders whose files are on this machine. */
  embeddersHere(): Promise<readonly string[]>;
  /** The cross-encoder; null when none is wanted. */
  reranker(slug: string | null, signal: AbortSignal): Promise<RerankerFiles | null>;
  /** `wanted` was asked for with the question; `pinned` is the project's choice, else the person's. */
  textModel(wanted: string | null, signal: AbortSignal, pinned?: string | null): Promise<TextModel>;
}

/** What a knowledge file says of its index; what it leaves out is the default. */
export type SettingsInFile = Pick<KnowledgeFile, 'chunk' | 'embedder'>;

export interface KnowledgeEntry {
  readonly slug: string;
  readonly file: KnowledgeFile;
}

/** A project's knowledge/*.yaml, read and written through the project's own files. */
export interface KnowledgeFilesPort {
  /** The files that can be used, and what is wrong with each of the others. */
  list(): Promise<{ readonly entries: readonly KnowledgeEntry[]; readonly troubles: readonly { readonly slug: string; readonly message: string }[] }>;
  write(slug: string, file: KnowledgeFile): Promise<void>;
  /** Keeps the file's content as an artifact; null when it is not there. */
  keep(slug: string): Promise<string | null>;
  /** Removing what is not there is no error. */
  remove(slug: string): Promise<void>;
  restore(slug: string, digest: string): Promise<void>;
}

export interface AnswerSettings {
  /** The project's choice, else the person's. */
  readonly model: string | null;
  readonly maxTokens: number;
  readonly seed: number;
  /** How many of the passages found an answer may be made from. */
  readonly passages: number;
}

export interface KnowledgeDeps {
  /** Of this Lathe. */
  readonly version: string;
  readonly projectId: string;
  readonly projectFolder: string;
  /** `.lathe/vectors` of the project. */
  readonly vectorsFolder: string;
  /** Copies of what was fetched from sites, repositories and APIs, a folder a source. */
  readonly sourcesFolder: string;
  /** What is unpacked for one ingestion; emptied when the project is opened. */
  readonly scratchFolder: string;
  /** By the project's cross-encoder. */
  readonly reranking: Reranking;
  /** The ways out to sites, repositories and APIs. */
  readonly fetching: FetchPorts;
  readonly database: Database;
  readonly artifacts: Artifacts;
  readonly jobs: JobQueue;
  readonly parse: ParseRuntime;
  readonly index: IndexRuntime;
  readonly text: TextRuntime;
  readonly models: ModelsPort;
  readonly deep: DeepPort;
  readonly files: KnowledgeFilesPort;
  readonly questions: QuestionFilesPort;
  /** False for a project made elsewhere that the person has not said yes to. */
  readonly trusted: () => Promise<boolean>;
  readonly parseProcesses: () => number;
  /** As the project file says now. */
  readonly answers: () => Promise<AnswerSettings>;
  readonly publish: (payload: EventPayload) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}
