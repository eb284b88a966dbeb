import type { Citation, PassageResult } from '#contract/knowledge.ts';
import type { Digest } from '#contract/ids.ts';
import type { Candidate } from './alignCitations.ts';

export interface CitedSource {
  readonly passage: PassageResult;
  readonly candidate: Candidate;
  readonly page: number | null;
  readonly parsedDigest: string;
}

/** Gives each distinct quote a number from 1, in the order of the sentences that it carries. */
export function numberCitations(bySentence: readonly (readonly CitedSource[])[]): { numbers: number[][]; citations: Citation[] } {
  const citations: Citation[] = [];
  const known = new Map<string, number>();
  const numbers = bySentence.map((cited) =>
    cited.map((source) => {
      const key = `${source.passage.documentId} ${source.candidate.start} ${source.candidate.end}`;
      const number = known.get(key) ?? citations.length + 1;
      if (!known.has(key)) {
        known.set(key, number);
        citations.push(citationOf(source, number));
      }
      return number;
    }),
  );
  return { numbers, citations };
}

function citationOf({ passage, candidate, page, parsedDigest }: CitedSource, number: number): Citation {
  return {
    number,
    documentId: passage.documentId,
    parsedDigest: parsedDigest as Digest,
    file: passage.file,
    page,
    title: passage.title,
    headings: [...passage.headings],
    quote: candidate.text,
    start: candidate.start,
    end: candidate.end,
    ...(passage.url === undefined ? {} : { url: passage.url }),
  };
}
