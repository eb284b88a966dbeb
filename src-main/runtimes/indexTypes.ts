import type { CallOptions } from './types.ts';

export interface IndexLocation {
  /** One open index a knowledge base's snapshot; the folder is made when absent and can be deleted and rebuilt. */
  readonly folder: string;
  /** Folder with the static embedding's `model.safetensors` and `tokenizer.json`. */
  readonly staticModelFolder: string;
}

export interface IndexedChunk {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headings: readonly string[];
  readonly kind: string;
  readonly page?: number;
}

export interface IndexDocument {
  readonly documentId: string;
  /** Relative to its root; searched as a field. */
  readonly file: string;
  readonly title: string;
  readonly chunks: readonly IndexedChunk[];
}

/**
 * The second stage: one transformer embedder's vectors. They are kept by the digest of the text that was embedded, in one file for a
 * knowledge base, so that a changed document, another snapshot and a rebuilt index find again what was computed (hours of work).
 */
export interface DeepVectors {
  /** Absolute path of that file; made when absent. */
  readonly file: string;
  /** First eight digits of the embedder's digest: the name of its table in the index. */
  readonly name: string;
  readonly dimensions: number;
}

/** One chunk without a vector, with what is to be embedded. */
export interface PendingChunk {
  /** Of `text`, 32 hexadecimal digits: two chunks with the same have one vector. */
  readonly digest: string;
  readonly text: string;
}

export interface VectorCounts {
  /** Chunks of shown documents with a transformer vector. */
  readonly done: number;
  /** All chunks of shown documents; those of hidden ones get vectors too, and are not counted. */
  readonly total: number;
  /** What was found damaged and how it was mended, in sentences; given once. */
  readonly note?: string;
}

export interface DeepRow {
  readonly digest: string;
  readonly vector: Float32Array;
  /** Compact vectors of its tokens (see EmbeddedTexts.tokens); null = none. */
  readonly detail: Uint8Array | null;
}

/** The question as the transformer sees it. */
export interface DeepQuestion {
  readonly vectors: DeepVectors;
  readonly vector: Float32Array;
  /** Compact vectors of its tokens (see EmbeddedTexts.tokens); empty where the embedder gives none. */
  readonly tokens: Float32Array;
}

export interface SearchRequest {
  readonly question: string;
  readonly limit: number;
  /** Documents (by their names in the index) that may be found; absent = all that are shown. Applied before the top is taken. */
  readonly only?: readonly string[];
  readonly deep?: DeepQuestion;
  /** Answers also with every chunk that a stage looked at. */
  readonly trace?: boolean;
}

/** Where a passage stood at each stage (1-based; null = not in that list). */
export interface PassageRanks {
  readonly text: number | null;
  readonly vector: number | null;
  /** By transformer vectors; null also where they were not asked for. */
  readonly deep: number | null;
  readonly fused: number | null;
  readonly ranked: number | null;
}

/** One chunk as the stages saw it. */
export interface TracedCandidate {
  readonly documentId: string;
  readonly chunkId: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headings: readonly string[];
  readonly page?: number;
  readonly ranks: PassageRanks;
  /** Number of the passage that it became or was merged into; null = none. */
  readonly passage: number | null;
  readonly score: number | null;
  readonly features: Readonly<Record<string, number>>;
}

/** Places of one chunk in the whole index, however far down. */
export interface ChunkPlaces {
  readonly chunkId: string;
  readonly ranks: PassageRanks;
  /** Whether it has a transformer vector; null where none was asked about. */
  readonly embedded: boolean | null;
}

export interface IndexPoints {
  /** Chunks of the sample in the order of x, y: name of the document in the index, and the chunk with its place in the document's text. */
  readonly chunks: readonly { readonly documentId: string; readonly chunkId: string; readonly start: number; readonly end: number; readonly preview: string }[];
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Share of the variance that the two axes explain. */
  readonly explained: readonly [number, number];
  /** How many chunks the index has; the sample is evenly spread over them. */
  readonly of: number;
}

export interface Passage {
  readonly documentId: string;
  readonly chunkId: string;
  readonly ordinal: number;
  /** Span of the parsed document's text, widened to its neighbours where that fits 1,500 characters. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The chunk that was hit, inside `text`'s span. */
  readonly hitStart: number;
  readonly hitEnd: number;
  readonly headings: readonly string[];
  readonly page?: number;
  readonly score: number;
  readonly ranks: PassageRanks;
  /** Chunks found with the same or nearly the same text, in their order: shown once, as this passage. */
  readonly aliases: readonly { readonly documentId: string; readonly chunkId: string }[];
}

export interface SearchResult {
  readonly passages: readonly Passage[];
  /** 0 to 1, higher = more answerable. */
  readonly confidence: number;
  readonly answerable: boolean;
  readonly candidates: { readonly text: number; readonly vector: number; readonly deep: number | null; readonly fused: number; readonly ranked: number };
  /** With `trace` only, best first. */
  readonly trace?: readonly TracedCandidate[];
  /** Milliseconds of each step; `text` and `vector` run beside `deep`, so that the steps may add up to more than the whole. */
  readonly timingsMs: Readonly<Record<string, number>>;
}

/**
 * Full text and static vectors of one snapshot. Documents are added hidden and become searchable by `publish`,
 * after their SQLite rows are committed; `documents` lets the owner reconcile after a crash.
 * Rejects with INDEX_DAMAGED when its files cannot be read: the owner deletes the folder and rebuilds from artifacts.
 */
export interface IndexRuntime {
  /** Documents in the index with their chunk counts, hidden ones included. Opens (and creates) the index. */
  documents(at: IndexLocation, options?: CallOptions): Promise<{ documentId: string; chunks: number }[]>;
  /** Adding a document that is there replaces it. */
  add(at: IndexLocation, documents: readonly IndexDocument[], options?: CallOptions): Promise<void>;
  publish(at: IndexLocation, documentIds: readonly string[]): Promise<void>;
  /** Hides documents from search at once (tombstones); `publish` shows them again. */
  hide(at: IndexLocation, documentIds: readonly string[]): Promise<void>;
  remove(at: IndexLocation, documentIds: readonly string[]): Promise<void>;
  /** Merges small files; called once after a batch. */
  optimize(at: IndexLocation, options?: CallOptions): Promise<void>;
  /** Writes its files anew, so that nothing of what was removed can be read from them. */
  compact(at: IndexLocation, options?: CallOptions): Promise<void>;
  search(at: IndexLocation, request: SearchRequest, options?: CallOptions): Promise<SearchResult>;
  /** Cosine similarity by static vectors of each query text with each passage text, rows × columns, row-major. */
  similarity(at: IndexLocation, pair: { readonly texts: readonly string[]; readonly others: readonly string[] }, options?: CallOptions): Promise<Float32Array>;
  /**
   * Up to `limit` chunks without a transformer vector, those of shown documents first. What the file of vectors knows already is taken
   * over before, and counts as done. Ask until it answers none: the last call makes the vectors ready for searching among all chunks.
   */
  pendingVectors(at: IndexLocation, deep: DeepVectors, limit: number, options?: CallOptions): Promise<VectorCounts & { readonly chunks: readonly PendingChunk[] }>;
  /** Resolves when they are on disk. */
  addVectors(at: IndexLocation, deep: DeepVectors, rows: readonly DeepRow[], options?: CallOptions): Promise<void>;
  countVectors(at: IndexLocation, deep: DeepVectors, options?: CallOptions): Promise<VectorCounts>;
  /** Forgets the vectors of texts that no chunk of these indexes holds any more: they must not outlive a purge. */
  sweepVectors(at: readonly IndexLocation[], deep: DeepVectors, options?: CallOptions): Promise<number>;
  /** Exact places of these chunks for a question: every list is ranked to its end. Slow: for one question that a person asks about. */
  placesOf(at: IndexLocation, request: Omit<SearchRequest, 'limit' | 'trace'>, chunkIds: readonly string[], options?: CallOptions): Promise<{ readonly places: readonly ChunkPlaces[]; readonly of: number }>;
  /** A picture of the index: chunks at the two main axes of their vectors (principal components), at most `most` of them. */
  points(at: IndexLocation, deep: DeepVectors | null, most: number, options?: CallOptions): Promise<IndexPoints>;
  /** Releases files (before a folder is deleted or replaced). */
  close(at: IndexLocation): Promise<void>;
}
