import type { DeepVectors, IndexPoints } from '../../types.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import { principalAxes } from './principalAxes.ts';

const PREVIEW_CHARACTERS = 120;
/** A picture of more is a blot, and takes more than a moment. */
const MOST_POINTS = 20_000;

/** Shown chunks, evenly spread, at the two main axes of their vectors; with transformer vectors, of those chunks that have one. */
export async function pointsOf(index: KnowledgeIndex, deep: DeepVectors | null, most: number): Promise<IndexPoints> {
  const open = deep && (index.deep.opened(deep) ?? (await index.exclusively(() => index.deep.run(deep, (made) => made))));
  const has = open ? (key: number): boolean => open.table.has(key) : (): boolean => true;
  const keys = evenly(index, has, Math.min(MOST_POINTS, Math.max(0, Math.floor(most))));
  const vectors = new Map<number, Float32Array>();
  if (open) {
    for (const key of keys) {
      const digest = index.text.digestOf(key);
      const stored = digest && open.file.get(open.table.vectors.name, digest);
      if (stored) vectors.set(key, stored.vector);
    }
  } else {
    for (const rows of await index.vectors.rowsOf(keys)) rows.keys.forEach((key, row) => vectors.set(key, rows.vectors.subarray(row * index.model.dimensions, (row + 1) * index.model.dimensions)));
  }
  const shown = keys.flatMap((key) => {
    const vector = vectors.get(key);
    const chunk = index.text.chunk(key);
    const document = index.documentOf(key);
    return vector && chunk && document ? [{ vector, documentId: document.documentId, chunkId: chunk.id, start: chunk.start, end: chunk.end, preview: previewOf(chunk.text) }] : [];
  });
  return {
    ...principalAxes(shown.map(({ vector }) => vector)),
    chunks: shown.map(({ vector: _vector, ...chunk }) => chunk),
    of: index.chunks,
  };
}

function evenly(index: KnowledgeIndex, has: (key: number) => boolean, most: number): number[] {
  const shown = [...shownKeys(index, has)];
  const count = Math.min(most, shown.length);
  return Array.from({ length: count }, (_, at) => shown[Math.floor((at * shown.length) / count)] as number);
}

function* shownKeys(index: KnowledgeIndex, has: (key: number) => boolean): Generator<number> {
  for (const { visible, firstKey, chunks } of index.inOrder()) {
    if (!visible) continue;
    for (let key = firstKey; key < firstKey + chunks; key++) if (has(key)) yield key;
  }
}

function previewOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, PREVIEW_CHARACTERS).toWellFormed();
}
