import { AppError } from '../../../base/appError.ts';
import { failpoint } from '../../../base/failpoint.ts';
import { searchedTexts } from '../aliases/aliasStore.ts';
import { publishDocuments } from '../documentStore.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { OpenedIndex } from '../openIndex.ts';
import { indexFromRows } from '../reconcileIndex.ts';
import { servingSnapshot } from '../snapshots/snapshotStore.ts';
import type { PreparedDocument } from './prepareDocument.ts';

/** Enough that a LanceDB append and a commit are worth their files, small enough that the first answers come soon. */
const CHUNKS_A_BATCH = 1_000;
const DOCUMENTS_A_BATCH = 64;

export interface IngestBatch {
  /** Resolves when the document is taken; waits while the batch before it is still being written. */
  add(document: PreparedDocument): Promise<void>;
  /** Writes what is left; resolves when everything added is searchable. */
  finish(): Promise<void>;
}

/**
 * Owns the order in which a document becomes visible:
 * artifact → index (hidden) → rows (the moment of truth) → index (shown) → former version removed. A document with a text that another
 * one is searched for gets rows alone: it is that one's alias.
 * A crash after any step leaves only things that recovery can tell: hidden entries without a row are removed, rows without an entry are indexed again.
 */
export function createIngestBatch(deps: Pick<KnowledgeDeps, 'artifacts' | 'database' | 'index'>, { at, alone, snapshot }: OpenedIndex, onPublished: (documents: readonly PreparedDocument[]) => void): IngestBatch {
  let pending: PreparedDocument[] = [];
  let chunks = 0;
  let published = 0;
  let writing: Promise<void> = Promise.resolve();

  async function write(documents: readonly PreparedDocument[]): Promise<void> {
    // An undo from the list can let another snapshot serve meanwhile; what is read goes into the one that serves.
    const serving = await deps.database.run(servingSnapshot, snapshot.knowledge_id);
    if (serving?.id !== snapshot.id) throw new AppError('SNAPSHOT_UNFIT', 'Another snapshot serves since this ingestion began', { hint: 'Ingest again.' });
    failpoint('knowledge.before-artifacts');
    await deps.artifacts.putMany(documents.map((document) => document.artifact));
    failpoint('knowledge.after-artifacts');
    const told = await tellAliases(documents);
    const searched = told.filter(({ published: { aliasOf } }) => aliasOf === null).map(({ indexed }) => indexed);
    await deps.index.add(at, searched);
    failpoint('knowledge.after-index-add');
    const promoted = await deps.database.run(publishDocuments, told.map((document) => document.published));
    failpoint('knowledge.after-publish');
    await deps.index.publish(at, searched.map(({ documentId }) => documentId));
    await indexFromRows(deps, { snapshotId: snapshot.id, at }, promoted);
    failpoint('knowledge.after-index-publish');
    const former = documents.flatMap((document) => (document.formerIndexId === null ? [] : [document.formerIndexId]));
    if (former.length > 0) await deps.index.remove(at, former);
    failpoint('knowledge.after-index-remove');
    published += documents.length;
    onPublished(told);
  }

  /** Which document is searched for each text: one that is there already, else the first of the batch. */
  async function tellAliases(documents: readonly PreparedDocument[]): Promise<PreparedDocument[]> {
    const texts = [...new Set(documents.map(({ published }) => published.row.text_digest ?? ''))];
    const changing = new Set(documents.map(({ published }) => published.row.id));
    const known = await deps.database.run(searchedTexts, { knowledgeId: snapshot.knowledge_id, textDigests: texts });
    // What is being written anew may have another text now.
    const searchedFor = new Map(known.filter(({ documentId }) => !changing.has(documentId)).map(({ textDigest, documentId }) => [textDigest, documentId]));
    return documents.map((document) => {
      const { id, text_digest: textDigest } = document.published.row;
      const aliasOf = searchedFor.get(textDigest ?? '') ?? null;
      if (aliasOf === null) searchedFor.set(textDigest ?? '', id);
      return aliasOf === null ? document : { ...document, published: { ...document.published, aliasOf } };
    });
  }

  async function flush(): Promise<void> {
    await writing;
    if (pending.length === 0) return;
    const documents = pending;
    pending = [];
    chunks = 0;
    writing = alone(() => write(documents));
    // The next add or finish sees the failure; until then it must not count as unhandled.
    writing.catch(() => undefined);
  }

  return {
    async add(document) {
      pending.push(document);
      chunks += document.indexed.chunks.length;
      // The very first document goes at once: somebody may be waiting to ask about it.
      const full = chunks >= CHUNKS_A_BATCH || pending.length >= DOCUMENTS_A_BATCH || published === 0;
      if (full) await flush();
    },
    async finish() {
      await flush();
      await writing;
    },
  };
}
