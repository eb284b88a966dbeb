import type { IndexDocument, IndexedChunk } from '../../types.ts';
import { analyzeText } from './analyzeText.ts';
import type { ChunkFields } from './textStore.ts';

/** The searchable fields of one chunk. */
export function analyzeFields(document: IndexDocument, chunk: IndexedChunk): ChunkFields {
  const body = analyzeText(chunk.text);
  const headings = analyzeText(chunk.headings.join(' '));
  return {
    body: body.terms.join(' '),
    bodyTerms: body.terms.length,
    headings: headings.terms.join(' '),
    title: titleTerms(document).join(' '),
    identifiers: [...body.identifiers, ...headings.identifiers].join(' '),
  };
}

export function titleTerms(document: { title: string; file: string }): readonly string[] {
  return analyzeText(`${document.title} ${withoutExtension(document.file)}`).terms;
}

function withoutExtension(file: string): string {
  return file.replace(/\.[^./]*$/, '').replaceAll('/', ' ');
}
