import type { StoredDocument } from './textStore.ts';
import type { RowFilter, VectorHit, VectorStore } from './vectorStore.ts';

/** Which documents a search may find: applied in every list before its top is taken. */
export interface DocumentFilter {
  /** No document may be found. */
  readonly nothing: boolean;
  /** Of a chunk's key; absent when every document may be found. */
  readonly isHidden?: (key: number) => boolean;
  readonly rows?: RowFilter;
  /** Share of the chunks that may be found. */
  readonly share: number;
}

const EVERYTHING: DocumentFilter = { nothing: false, share: 1 };
/** LanceDB takes 4 ms more for each thousand numbers of a filter: above this, and where many may be found, more rows than needed are read instead. */
const NUMBERS_OF_A_FILTER = 256;
const SHARE_TO_READ_MORE = 0.1;
/** Chunks that may be found lie unevenly: so much more is read than their share asks for. */
const MARGIN = 1.5;

/** @param documents all of the index, in the order of their keys. @param only names of documents; absent = all that are shown. */
export function documentFilter(documents: readonly StoredDocument[], only?: readonly string[]): DocumentFilter {
  const named = only && new Set(only);
  const [found, others]: [StoredDocument[], StoredDocument[]] = [[], []];
  for (const document of documents) (document.visible && (named?.has(document.documentId) ?? true) ? found : others).push(document);
  if (found.length === 0) return { nothing: true, share: 0 };
  if (others.length === 0) return EVERYTHING;
  const keep = found.length < others.length;
  const listed = keep ? found : others;
  const isListed = inRanges(listed);
  const chunksOf = (some: readonly StoredDocument[]): number => some.reduce((sum, { chunks }) => sum + chunks, 0);
  const share = chunksOf(found) / Math.max(1, chunksOf(documents));
  return { nothing: false, share, isHidden: keep ? (key) => !isListed(key) : isListed, rows: { numbers: listed.map(({ number }) => number), keep } };
}

/** Nearest rows of a table among those that may be found. */
export async function nearestAmong(store: VectorStore, asked: { readonly vector: Float32Array; readonly limit: number }, { isHidden, rows, share }: DocumentFilter): Promise<VectorHit[]> {
  const { vector, limit } = asked;
  if (isHidden === undefined || rows === undefined) return store.nearest(vector, limit);
  if (rows.numbers.length > NUMBERS_OF_A_FILTER && share >= SHARE_TO_READ_MORE) {
    const hits = (await store.nearest(vector, Math.ceil((limit / share) * MARGIN))).filter(({ key }) => !isHidden(key));
    if (hits.length >= limit) return hits.slice(0, limit);
  }
  return store.nearest(vector, limit, rows);
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
