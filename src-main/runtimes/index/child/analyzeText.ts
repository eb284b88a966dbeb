import type { IndexDocument, IndexedChunk } from '../../types.ts';
import type { ChunkFields } from './textStore.ts';

/** The searchable fields of one chunk. */
export function analyzeFields(document: IndexDocument, chunk: IndexedChunk): ChunkFields {
  return {
    body: words(chunk.text).join(' '),
    headings: words(chunk.headings.join(' ')).join(' '),
    title: words(`${document.title} ${document.file}`).join(' '),
    identifiers: '',
  };
}

/** Lower-case words of a text. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
