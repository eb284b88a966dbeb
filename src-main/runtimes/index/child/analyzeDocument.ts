import type { IndexDocument } from '../../types.ts';
import { analyzeText } from './analyzeText.ts';
import type { ChunkFields } from './textStore.ts';

export interface AnalyzedDocument {
  /** The searchable fields of each chunk. */
  readonly fields: readonly ChunkFields[];
  /** Share of stop words among the words, 0 to 1: about 0.4 in prose, next to 0 in indexes, link lists and symbol tables. */
  readonly prose: number;
}

export function analyzeDocument(document: IndexDocument): AnalyzedDocument {
  const title = titleTerms(document).join(' ');
  const analyzeHeadings = neighbourly((headings: string) => {
    const { terms, identifiers } = analyzeText(headings);
    return { terms: terms.join(' '), identifiers };
  });
  let words = 0;
  let stopWords = 0;
  const fields = document.chunks.map((chunk): ChunkFields => {
    const body = analyzeText(chunk.text);
    const headings = analyzeHeadings(chunk.headings.join(' '));
    words += body.words;
    stopWords += body.stopWords;
    return { body: body.terms.join(' '), bodyTerms: body.terms.length, headings: headings.terms, title, identifiers: [...body.identifiers, ...headings.identifiers].join(' ') };
  });
  return { fields, prose: words === 0 ? 0 : stopWords / words };
}

/** Remembers the last answer: neighbouring chunks stand under the same headings. */
function neighbourly<T>(work: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly made: T } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, made: work(text) };
    return last.made;
  };
}

export function titleTerms(document: { title: string; file: string }): readonly string[] {
  return analyzeText(`${document.title} ${withoutExtension(document.file)}`).terms;
}

function withoutExtension(file: string): string {
  return file.replace(/\.[^./]*$/, '').replaceAll('/', ' ');
}
