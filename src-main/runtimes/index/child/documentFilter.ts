import type { StoredDocument } from './textStore.ts';
import type { RowFilter } from './vectorStore.ts';

/** Which documents a search may find: applied in every list before its top is taken. */
export interface DocumentFilter {
  /** No document may be found. */
  readonly nothing: boolean;
  /** Of a chunk's key; absent when every document may be found. */
  readonly isHidden?: (key: number) => boolean;
  readonly rows?: RowFilter;
}

const EVERYTHING: DocumentFilter = { nothing: false };

/** @param documents all of the index, in the order of their keys. @param only names of documents; absent = all that are shown. */
export function documentFilter(documents: readonly StoredDocument[], only?: readonly string[]): DocumentFilter {
  const named = only && new Set(only);
  const [found, others]: [StoredDocument[], StoredDocument[]] = [[], []];
  for (const document of documents) (document.visible && (named?.has(document.documentId) ?? true) ? found : others).push(document);
  if (found.length === 0) return { nothing: true };
  if (others.length === 0) return EVERYTHING;
  const keep = found.length < others.length;
  const listed = keep ? found : others;
  const isListed = inRanges(listed);
  return { nothing: false, isHidden: keep ? (key) => !isListed(key) : isListed, rows: { numbers: listed.map(({ number }) => number), keep } };
}

/** Whether a chunk's key belongs to one of these documents; they are in the order of their keys. */
function inRanges(documents: readonly StoredDocument[]): (key: number) => boolean {
  return (key) => {
    let low = 0;
    let high = documents.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { firstKey, chunks } = documents[middle] as StoredDocument;
      if (key < firstKey) high = middle - 1;
      else if (key >= firstKey + chunks) low = middle + 1;
      else return true;
    }
    return false;
  };
}
