import type { IndexDocument, IndexedChunk } from '../../types.ts';
import { analyzeText } from './analyzeText.ts';
import type { ChunkFields } from './textStore.ts';

/** The searchable fields of one chunk. */
export function analyzeFields(document: IndexDocument, chunk: IndexedChunk): ChunkFields {
  const body = analyzeText(chunk.text);
  const headings = analyzeText(chunk.headings.join(' '));
  const title = analyzeText(`${document.title} ${withoutExtension(document.file)}`);
  return {
    body: body.terms.join(' '),
    headings: headings.terms.join(' '),
    title: title.terms.join(' '),
    identifiers: [...body.identifiers, ...headings.identifiers].join(' '),
  };
}

function withoutExtension(file: string): string {
  return file.replace(/\.[^./]*$/, '').replaceAll('/', ' ');
}
