import type { EmbeddingMap } from '#contract/preview.ts';
import type { DeepVectors, IndexPoints } from '../../../runtimes/types.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { IndexDoor, OpenedIndex } from '../openIndex.ts';
import { documentsByIndexId, type IndexedDocument } from '../snapshots/entryStore.ts';
import { vectorsOfSnapshot } from '../snapshots/sweepEmbeddings.ts';

export type MapDeps = Pick<KnowledgeDeps, 'database' | 'index' | 'vectorsFolder'> & { readonly door: IndexDoor };

/** A picture of the serving snapshot: by the transformer's vectors once every chunk has one, by the static ones before. */
export async function embeddingMap(deps: MapDeps, { knowledgeId, most }: { readonly knowledgeId: string; readonly most: number }, signal: AbortSignal): Promise<EmbeddingMap> {
  const opened = await deps.door.open(knowledgeId, signal);
  const { snapshot, embedder, at } = opened;
  const deep = await completeVectors(deps, opened);
  const points = await deps.index.points(at, deep, most, { signal });
  const ids = [...new Set(points.chunks.map(({ documentId }) => documentId))];
  const rows = new Map((await deps.database.run(documentsByIndexId, { snapshotId: snapshot.id, ids })).map((row) => [row.index_id, row]));
  return { snapshotId: snapshot.id as EmbeddingMap['snapshotId'], embedder: deep === null ? embedder.staticSlug : snapshot.embedder, ...toColumns(points, rows), explained: [...points.explained], of: points.of };
}

/** Vectors of a part of the chunks would draw that part alone. */
async function completeVectors({ index, vectorsFolder }: MapDeps, { snapshot, at }: OpenedIndex): Promise<DeepVectors | null> {
  const vectors = vectorsOfSnapshot(vectorsFolder, snapshot);
  if (vectors === null) return null;
  const { done, total } = await index.countVectors(at, vectors);
  return done >= total ? vectors : null;
}

type Columns = Pick<EmbeddingMap, 'x' | 'y' | 'document' | 'chunkIds' | 'start' | 'end' | 'previews' | 'documents'>;

/** A chunk that no row names any more has no point. */
function toColumns({ chunks, x, y }: IndexPoints, rows: ReadonlyMap<string, IndexedDocument>): Columns {
  const columns: Columns = { x: [], y: [], document: [], chunkIds: [], start: [], end: [], previews: [], documents: [] };
  const numbers = new Map<string, number>();
  chunks.forEach(({ documentId, chunkId, start, end, preview }, point) => {
    const row = rows.get(documentId);
    if (!row) return;
    const number = numbers.get(documentId) ?? columns.documents.push({ documentId: row.id as Columns['documents'][number]['documentId'], file: row.file, title: row.title, source: sourceOf(row) }) - 1;
    numbers.set(documentId, number);
    columns.x.push(x[point] ?? 0);
    columns.y.push(y[point] ?? 0);
    columns.document.push(number);
    columns.chunkIds.push(chunkId);
    columns.start.push(start);
    columns.end.push(end);
    columns.previews.push(preview);
  });
  return columns;
}

/** What colours stand for: a source alone would mostly be one, so its first folders are told apart. */
function sourceOf({ root, file }: Pick<IndexedDocument, 'root' | 'file'>): string {
  const slash = file.indexOf('/');
  if (slash === -1) return root;
  return `${root.replace(/[\\/]+$/, '')}/${file.slice(0, slash)}`;
}
