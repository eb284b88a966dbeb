import { rename, rm } from 'node:fs/promises';
import type { Chunk, ParsedDocument } from '#contract/document.ts';
import { hasErrorCode } from '../../base/appError.ts';
import type { IndexDocument, IndexLocation } from '../../runtimes/types.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import { chunksOf, entryOf, indexedDocuments, requeueDocuments, type InSnapshot } from './snapshots/entryStore.ts';

type Deps = Pick<KnowledgeDeps, 'database' | 'artifacts' | 'index' | 'logger'>;

/** Builds the index's document again from its rows and its parsed form: the original file is not needed. */
async function documentFromRows(deps: Pick<Deps, 'database' | 'artifacts'>, which: InSnapshot): Promise<IndexDocument | null> {
  const row = await deps.database.run(entryOf, which);
  if (!row) return null;
  const parsed = JSON.parse(new TextDecoder().decode(await deps.artifacts.get(row.parsed_digest as never))) as ParsedDocument;
  const chunks = await deps.database.run(chunksOf, which);
  return {
    documentId: row.index_id,
    file: row.file,
    title: row.title,
    chunks: chunks.map((chunk) => ({
      id: chunk.id,
      ordinal: chunk.ordinal,
      start: chunk.start,
      end: chunk.end,
      text: parsed.text.slice(chunk.start, chunk.end),
      headings: JSON.parse(chunk.headings) as Chunk['headings'],
      kind: chunk.kind,
      ...(chunk.page === null ? {} : { page: chunk.page }),
    })),
  };
}

export interface Reconciling {
  readonly snapshotId: string;
  readonly at: IndexLocation;
  readonly signal: AbortSignal;
  /** Told what had to be mended, in sentences. */
  readonly say: (sentence: string) => void;
}

async function contents(deps: Deps, { at, signal, say }: Reconciling): Promise<Map<string, number>> {
  const list = async (): Promise<Map<string, number>> => new Map((await deps.index.documents(at, { signal })).map((entry) => [entry.documentId, entry.chunks]));
  try {
    return await list();
  } catch (error) {
    if (!hasErrorCode(error, 'INDEX_DAMAGED')) throw error;
    await deps.index.close(at);
    const aside = `${at.folder}.damaged`;
    await rm(aside, { recursive: true, force: true });
    await rename(at.folder, aside);
    say(`The search index could not be read (${error.message}) and is built again from the parsed documents; nothing was lost.`);
    return list();
  }
}

/** Answers the documents whose parsed form is lost too: only their files can bring them back. */
async function addMissing(deps: Pick<Deps, 'database' | 'artifacts' | 'index'>, { snapshotId, at, signal }: Pick<Reconciling, 'snapshotId' | 'at'> & { signal?: AbortSignal }, missing: readonly string[]): Promise<string[]> {
  const lost: string[] = [];
  for (let from = 0; from < missing.length; from += 32) {
    signal?.throwIfAborted();
    const documents = await Promise.all(
      missing.slice(from, from + 32).map((id) =>
        documentFromRows(deps, { snapshotId, documentId: id }).catch((error: unknown) => {
          if (!hasErrorCode(error, 'ARTIFACT_MISSING') && !hasErrorCode(error, 'ARTIFACT_DAMAGED')) throw error;
          lost.push(id);
          return null;
        }),
      ),
    );
    await deps.index.add(at, documents.filter((document) => document !== null), signal ? { signal } : {});
  }
  return lost;
}

/**
 * Adds documents that the rows name and the index does not hold: aliases that took a document's place. One whose parsed form is lost is
 * left to the next opening, which says so. To be run alone.
 */
export async function indexFromRows(deps: Pick<Deps, 'database' | 'artifacts' | 'index'>, where: Pick<Reconciling, 'snapshotId' | 'at'>, documentIds: readonly string[]): Promise<void> {
  if (documentIds.length === 0) return;
  const lost = new Set(await addMissing(deps, where, documentIds));
  const names: string[] = [];
  for (const documentId of documentIds) {
    const entry = lost.has(documentId) ? null : await deps.database.run(entryOf, { snapshotId: where.snapshotId, documentId });
    if (entry) names.push(entry.index_id);
  }
  await deps.index.publish(where.at, names);
}

/**
 * Brings an index in line with the rows, which are the truth: entries that no row names are removed,
 * rows without an entry are indexed again. To be run alone: an ingestion's documents are in the index before their rows are.
 */
export async function reconcileIndex(deps: Deps, work: Reconciling): Promise<void> {
  const { snapshotId, at, say } = work;
  const inIndex = await contents(deps, work);
  const rows = await deps.database.run(indexedDocuments, snapshotId);
  const indexed = rows.flatMap((row) => (row.index_id === null ? [] : [{ ...row, index_id: row.index_id }]));
  const missing = indexed.filter((row) => inIndex.get(row.index_id) !== row.chunks);
  const wanted = new Set(indexed.map((row) => row.index_id));
  const extra = [...inIndex.keys()].filter((id) => !wanted.has(id));
  if (extra.length > 0) {
    deps.logger.warn(`Removed ${extra.length} ${extra.length === 1 ? 'entry' : 'entries'} from the search index that no document names`);
    await deps.index.remove(at, extra);
    await deps.index.optimize(at);
  }
  const lost = missing.length > 0 ? await addMissing(deps, work, missing.map((row) => row.id)) : [];
  if (missing.length > lost.length) say(`${missing.length - lost.length} of ${indexed.length} documents were missing from the search index and were put back from their parsed form.`);
  const unreadable = [...lost, ...rows.flatMap((row) => (row.index_id === null ? [row.id] : []))];
  if (unreadable.length > 0) {
    await deps.database.run(requeueDocuments, { snapshotId, ids: unreadable });
    say(`${unreadable.length} documents have lost their parsed form: ingest again to read their files.`);
  }
  await deps.index.publish(at, [...wanted]);
}
