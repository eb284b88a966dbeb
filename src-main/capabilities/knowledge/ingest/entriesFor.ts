import type { Chunk } from '#contract/document.ts';
import type { IndexDocument } from '../../../runtimes/types.ts';
import { indexId } from '../aliases/aliasStore.ts';
import type { ChunkRow, EntryRow } from '../knowledgeTables.ts';
import { chunkId } from './prepareDocument.ts';

export interface CutDocument {
  readonly documentId: string;
  readonly file: string;
  readonly title: string;
  readonly parsedDigest: string;
  readonly chunker: string;
  readonly chunks: readonly Chunk[];
}

/** What a document that was cut into chunks is in an index and in the rows of its snapshot. */
export function entriesFor({ documentId, file, title, parsedDigest, chunker, chunks }: CutDocument): {
  readonly indexed: IndexDocument;
  readonly entry: Pick<EntryRow, 'index_id' | 'chunker'>;
  readonly rows: readonly Omit<ChunkRow, 'snapshot_id' | 'document_id'>[];
} {
  const name = indexId(documentId, parsedDigest, chunker);
  const ids = chunks.map((chunk) => chunkId(parsedDigest, chunker, chunk));
  return {
    indexed: {
      documentId: name,
      file,
      title,
      chunks: chunks.map(({ start, end, text, headings, kind, page }, ordinal) => ({ id: ids[ordinal] ?? '', ordinal, start, end, text, headings, kind, ...(page === undefined ? {} : { page }) })),
    },
    entry: { index_id: name, chunker },
    rows: chunks.map(({ start, end, tokens, headings, kind, page }, ordinal) => ({ ordinal, id: ids[ordinal] ?? '', start, end, tokens, page: page ?? null, kind, headings: JSON.stringify(headings) })),
  };
}
