import type { Chunk, ChunkerSettings, DocumentFormat, ParsedDocument } from '#contract/document.ts';
import type { EmbeddingSettings } from '#contract/models.ts';

export type * from './dataTypes.ts';
export type * from './indexTypes.ts';

/**
 * What capabilities see of the runtimes. Every call takes a signal; cancelling reaches the child.
 * A child that dies rejects its running calls with RUNTIME_EXITED: the supervisor restarts the process, never the work.
 */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

// ── parse ────────────────────────────────────────────────────────────────────

export interface ParseRequest {
  /** Absolute path; the child opens it read-only and opens nothing else. */
  readonly path: string;
  /** The name shown in messages and used to tell the format (an extension, after looking at the bytes). */
  readonly name: string;
  readonly chunker: ChunkerSettings;
  /** Absolute path of the embedder's tokenizer.json: chunks are sized in its tokens. */
  readonly tokenizerPath: string;
  /** Answers also with the text that cleaning took out. */
  readonly keepRemoved?: boolean;
}

export interface ParseResult {
  readonly document: ParsedDocument;
  readonly chunks: readonly Chunk[];
  readonly format: DocumentFormat;
  /** SHA-256 of the file's bytes as read. */
  readonly sourceDigest: string;
  readonly sourceBytes: number;
  /** With `keepRemoved` only, in the order of the document. */
  readonly removed?: readonly { readonly reason: string; readonly text: string }[];
  /** SHA-256 of the extracted text: two documents with one hold the same. */
  readonly textDigest: string;
  /** What near duplicates are told by (minHash.ts); null for a text too short to compare. */
  readonly signature: { readonly signature: Uint32Array; readonly bands: readonly number[] } | null;
}

export interface ChunkRequest {
  /** The parsed form as it was kept: a ParsedDocument in JSON. */
  readonly document: Uint8Array;
  /** Named in messages. */
  readonly name: string;
  readonly chunker: ChunkerSettings;
  readonly tokenizerPath: string;
}

export interface ExpandRequest {
  /** Absolute path of the file. */
  readonly path: string;
  /** Shown in messages and used to tell the kind, after looking at the bytes. */
  readonly name: string;
  /** Absolute path of an empty folder that members are written to. */
  readonly into: string;
}

export interface ExpandedMember {
  /** POSIX path inside the container, those of nested ones below their names; leads nowhere, unique. */
  readonly name: string;
  /** Absolute path of the file that holds it: a number in the request's folder. */
  readonly path: string;
  readonly bytes: number;
  /** Last change as the container says, in UTC milliseconds. */
  readonly modifiedMs: number | null;
}

export interface ExpandProblem {
  readonly name: string;
  /** A sentence: what was left out and why. */
  readonly reason: string;
}

export interface ExpandResult {
  /** `zip`, `tar.gz`, `mbox`, `email`, `slack`, `jira`, `github`, `zendesk`, `confluence`, `unstructured`, `langchain`, `llamaindex` … */
  readonly kind: string;
  /** SHA-256 of the container's bytes as read. */
  readonly sourceDigest: string;
  readonly sourceBytes: number;
  /** Documents: none of them is to be expanded again. */
  readonly members: readonly ExpandedMember[];
  readonly problems: readonly ExpandProblem[];
}

/** Rejects with DOCUMENT_UNSUPPORTED, _EMPTY, _ENCRYPTED, _DAMAGED, _TOO_LARGE, _NO_TEXT, PATH_UNREADABLE, RUNTIME_TIMEOUT or RUNTIME_MEMORY. */
export interface ParseRuntime {
  parse(request: ParseRequest, options?: CallOptions): Promise<ParseResult>;
  /**
   * Writes the members of an archive, a mailbox or an export as files; null = the file is a document, parse it. Has 5 minutes.
   * Rejects as `parse` does where nothing can be read of it, and with DISK_FULL; the folder is the caller's to clear.
   */
  expand(request: ExpandRequest, options?: CallOptions): Promise<ExpandResult | null>;
  /** Cuts a document that was parsed before: the file it came from is not needed. */
  chunk(request: ChunkRequest, options?: CallOptions): Promise<Chunk[]>;
  /** Ends the parsers that have nothing to do: their memory is wanted elsewhere. The next call starts one. */
  rest(): Promise<void>;
}

// ── text generation ──────────────────────────────────────────────────────────

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface GenerateRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
}

export interface GenerateResult {
  readonly text: string;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  readonly stopped: 'end' | 'length';
  readonly timingsMs: { readonly load: number; readonly prompt: number; readonly generate: number };
}

export interface TextModelFacts {
  readonly contextTokens: number;
  readonly architecture: string;
  readonly parameters: number | null;
  /** How many it runs on; absent where that has no meaning. Another number rounds sums otherwise. */
  readonly threads?: number;
}

export interface TextRuntime {
  load(modelPath: string, options?: CallOptions): Promise<TextModelFacts>;
  /** Tokens of the messages in the model's own chat template. */
  countTokens(modelPath: string, messages: readonly ChatMessage[], options?: CallOptions): Promise<number>;
  generate(modelPath: string, request: GenerateRequest, options: CallOptions & { onText?: (text: string) => void }): Promise<GenerateResult>;
  unload(modelPath: string): Promise<void>;
}

// ── embeddings by a transformer ──────────────────────────────────────────────

export interface EmbedRequest {
  /** Absolute paths of the ONNX file and of its tokenizer.json. */
  readonly weightsPath: string;
  readonly tokenizerPath: string;
  readonly settings: EmbeddingSettings;
  readonly texts: readonly string[];
  /** Decides the prefix. Documents are embedded in a process of low priority. */
  readonly kind: 'question' | 'document';
  /** Answers also with compact vectors of the texts' own tokens, of the same pass. */
  readonly detail?: 'tokens';
  /** Cores that one text may take; absent = half of them. */
  readonly threads?: number;
}

export interface EmbeddedTexts {
  /** 0 for no texts. */
  readonly dimensions: number;
  /** Rows × dimensions, row-major, one a text in order. */
  readonly vectors: Float32Array;
  /**
   * With `detail` only, one a text: rows of 64 values of its own tokens (no special ones, none of the prefix) for late interaction, 32-bit
   * floats for a question and signed bytes for a document (onnx/child/compactTokens.ts). Empty where a graph gives only the pooled vector.
   */
  readonly tokens?: readonly (Float32Array | Uint8Array)[];
}

export interface EmbeddingRuntime {
  /** A text has the same vector alone and among others. Rejects with MODEL_NOT_FOUND, MODEL_DAMAGED or MODEL_UNSUPPORTED. */
  embed(request: EmbedRequest, options?: CallOptions): Promise<EmbeddedTexts>;
}

export interface RerankRequest {
  readonly weightsPath: string;
  readonly tokenizerPath: string;
  readonly question: string;
  readonly passages: readonly string[];
  /** Of a pair; a longer passage is cut. */
  readonly maxTokens: number;
  readonly threads?: number;
}

export interface RerankRuntime {
  /** One score a passage, in order, higher = more relevant; a logit, so comparable within one model only. */
  score(request: RerankRequest, options?: CallOptions): Promise<Float32Array>;
}
