import type { IndexDocument } from '../../../../src-main/runtimes/types.ts';

export interface SampleSection {
  readonly headings?: readonly string[];
  readonly text: string;
  readonly page?: number;
}

/** A document as the owner hands it to the index: chunks touch each other, as the chunker leaves them. */
export function sampleDocument(name: string, sections: readonly (string | SampleSection)[]): IndexDocument {
  let at = 0;
  const chunks = sections.map((section, ordinal) => {
    const { text, headings = [], page } = typeof section === 'string' ? { text: section } : (section as SampleSection);
    const start = at;
    at += text.length;
    return { id: `${name}-${ordinal}`, ordinal, start, end: at, text, headings, kind: 'paragraph', ...(page === undefined ? {} : { page }) };
  });
  return { documentId: name, file: `${name}.html`, title: name, chunks };
}

/** Readable filler that names nothing special. */
export function filler(seed: number, sentences: number): string {
  const subjects = ['The server', 'A client', 'Each worker', 'The planner', 'This option', 'The cache', 'Every query', 'The archive'];
  const verbs = ['reads', 'writes', 'checks', 'waits for', 'returns', 'copies', 'opens', 'closes'];
  const objects = ['the file', 'a row', 'its buffer', 'the page', 'one record', 'the list', 'a block', 'the index'];
  const pick = (list: readonly string[], step: number): string => list[(seed * 7 + step * 5 + ((seed + step) >> 2)) % list.length] as string;
  return Array.from({ length: sentences }, (_, i) => `${pick(subjects, i)} ${pick(verbs, i + seed)} ${pick(objects, i * 3)} before step ${seed * 100 + i}. `).join('');
}
