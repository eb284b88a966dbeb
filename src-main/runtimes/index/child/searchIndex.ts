import type { Passage, SearchRequest, SearchResult } from '../../types.ts';
import { analyzeQuestion } from './analyzeQuestion.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import type { StoredDocument } from './textStore.ts';

const CANDIDATES = 100;
const RRF_CONSTANT = 60;

export async function searchIndex(index: KnowledgeIndex, request: SearchRequest): Promise<SearchResult> {
  const started = performance.now();
  const hidden = index.hidden();
  const question = analyzeQuestion(request.question, index.text, index.chunks);
  const query = [...question.terms, ...question.identifiers].map(({ term }) => `"${term}"`).join(' OR ');
  const text = query === '' ? [] : index.text.match(query, CANDIDATES, hidden.length > 0 ? inRanges(hidden) : undefined);
  const vector = await index.vectors.nearest(index.model.embed(request.question), CANDIDATES, hidden.map((document) => document.number));
  const scores = new Map<number, number>();
  for (const list of [text, vector]) list.forEach((hit, rank) => scores.set(hit.key, (scores.get(hit.key) ?? 0) + 1 / (RRF_CONSTANT + rank + 1)));
  const fused = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const passages = fused.slice(0, request.limit).flatMap(([key, score], rank): Passage[] => {
    const chunk = index.text.chunk(key);
    const document = chunk && index.byNumber.get(chunk.document);
    if (!chunk || !document) return [];
    const at = (list: readonly { key: number }[]): number | null => {
      const found = list.findIndex((hit) => hit.key === key);
      return found < 0 ? null : found + 1;
    };
    return [
      {
        documentId: document.documentId, chunkId: chunk.id, ordinal: chunk.ordinal, start: chunk.start, end: chunk.end, text: chunk.text,
        hitStart: chunk.start, hitEnd: chunk.end, headings: chunk.headings, ...(chunk.page === null ? {} : { page: chunk.page }), score,
        ranks: { text: at(text), vector: at(vector), fused: rank + 1 },
      },
    ];
  });
  return {
    passages, confidence: 0.5, answerable: passages.length > 0,
    candidates: { text: text.length, vector: vector.length, fused: fused.length }, timingsMs: { total: performance.now() - started },
  };
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
