import { DEFAULT_CHUNKER, type Chunk, type ChunkerSettings } from '#contract/document.ts';
import { canonicalJson, digestOf, sha256 } from '../../../base/canonicalJson.ts';
import type { IndexDocument, ParseResult } from '../../../runtimes/types.ts';
import { indexId } from '../aliases/aliasStore.ts';
import type { DocumentFacts, PublishedDocument } from '../documentStore.ts';
import type { ScannedFile } from './scanSources.ts';

/** What a document's chunks and rows depend on beside its bytes. */
export function chunkerKey(maxTokens: number, embedderDigest: string): string {
  const settings: ChunkerSettings = { ...DEFAULT_CHUNKER, maxTokens };
  return digestOf({ settings, embedderDigest });
}

/** Stable across machines: the same bytes cut the same way give the same chunk ids. */
export function chunkId(parsedDigest: string, chunker: string, chunk: Pick<Chunk, 'start' | 'end'>): string {
  return sha256(`${parsedDigest}:${chunker}:${chunk.start}:${chunk.end}`).slice(0, 32);
}

export interface PreparedDocument {
  readonly artifact: Uint8Array;
  readonly indexed: IndexDocument;
  readonly published: PublishedDocument;
  readonly formerIndexId: string | null;
}

export interface PrepareInput {
  readonly snapshotId: string;
  readonly documentId: string;
  readonly scanned: ScannedFile;
  readonly result: ParseResult;
  readonly chunker: string;
  readonly formerIndexId: string | null;
  readonly atMs: number;
}

/** Facts with columns of their own; what else a document says of itself stays in its metadata. */
function factsOf({ document, textDigest, signature }: ParseResult, scanned: ScannedFile): DocumentFacts {
  const { author, created, modified, url, ...rest } = document.metadata;
  const stated = toMs(created);
  // The time of a file in an archive is that of a file: what the document says of itself counts before it.
  const packed = scanned.container !== undefined;
  return {
    author: author ?? null,
    created_ms: stated,
    modified_ms: toMs(modified) ?? (packed && stated !== null ? null : (scanned.modifiedMs ?? null)),
    language: document.language ?? null,
    url: url ?? scanned.url ?? null,
    metadata: JSON.stringify(rest),
    container: scanned.container ?? null,
    copy: scanned.copy ?? null,
    text_digest: textDigest,
    signature: signature === null ? null : bytesOf(signature.signature),
  };
}

/** What came from a child may be a view into its whole answer. */
function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

function toMs(date: string | undefined): number | null {
  const ms = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? null : ms;
}

/** Turns a parse into the three things that are written: the artifact, the index's document, the rows. */
export function prepareDocument({ snapshotId, documentId, scanned, result, chunker, formerIndexId, atMs }: PrepareInput): PreparedDocument {
  const artifact = new TextEncoder().encode(canonicalJson(result.document));
  const parsedDigest = sha256(artifact);
  const name = indexId(documentId, parsedDigest, chunker);
  const ids = result.chunks.map((chunk) => chunkId(parsedDigest, chunker, chunk));
  return {
    artifact,
    formerIndexId: formerIndexId === name ? null : formerIndexId,
    indexed: {
      documentId: name,
      file: scanned.file,
      title: result.document.title,
      chunks: result.chunks.map((chunk, ordinal) => ({
        id: ids[ordinal] ?? '',
        ordinal,
        start: chunk.start,
        end: chunk.end,
        text: chunk.text,
        headings: chunk.headings,
        kind: chunk.kind,
        ...(chunk.page === undefined ? {} : { page: chunk.page }),
      })),
    },
    published: {
      snapshotId,
      row: {
        id: documentId,
        format: result.document.format,
        title: result.document.title,
        pages: result.document.pages?.length ?? null,
        bytes: scanned.bytes,
        mtime_ns: scanned.mtimeNs,
        inode: scanned.inode,
        checked_at_ms: atMs,
        source_digest: result.sourceDigest,
        parsed_digest: parsedDigest,
        warnings: JSON.stringify(result.document.warnings),
        indexed_at_ms: atMs,
        ...factsOf(result, scanned),
      },
      aliasOf: null,
      bands: result.signature?.bands ?? [],
      entry: { index_id: name, chunker },
      chunks: result.chunks.map((chunk, ordinal) => ({
        ordinal,
        id: ids[ordinal] ?? '',
        start: chunk.start,
        end: chunk.end,
        tokens: chunk.tokens,
        page: chunk.page ?? null,
        kind: chunk.kind,
        headings: JSON.stringify(chunk.headings),
      })),
    },
  };
}
