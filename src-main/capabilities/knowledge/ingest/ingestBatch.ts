import { failpoint } from '../../../base/failpoint.ts';
import { publishDocuments } from '../documentStore.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { OpenedIndex } from '../openIndex.ts';
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
 * artifact → index (hidden) → rows (the moment of truth) → index (shown) → former version removed.
 * A crash after any step leaves only things that recovery can tell: hidden entries without a row are removed, rows without an entry are indexed again.
 */
export function createIngestBatch(deps: Pick<KnowledgeDeps, 'artifacts' | 'database' | 'index'>, { at, alone }: OpenedIndex, onPublished: (documents: readonly PreparedDocument[]) => void): IngestBatch {
  let pending: PreparedDocument[] = [];
  let chunks = 0;
  let published = 0;
  let writing: Promise<void> = Promise.resolve();

  async function write(documents: readonly PreparedDocument[]): Promise<void> {
    failpoint('knowledge.before-artifacts');
    await deps.artifacts.putMany(documents.map((document) => document.artifact));
    failpoint('knowledge.after-artifacts');
    await deps.index.add(at, documents.map((document) => document.indexed));
    failpoint('knowledge.after-index-add');
    await deps.database.run(publishDocuments, documents.map((document) => document.published));
    failpoint('knowledge.after-publish');
    await deps.index.publish(at, documents.map((document) => document.indexed.documentId));
    failpoint('knowledge.after-index-publish');
    const former = documents.flatMap((document) => (document.formerIndexId === null ? [] : [document.formerIndexId]));
    if (former.length > 0) await deps.index.remove(at, former);
    failpoint('knowledge.after-index-remove');
    published += documents.length;
    onPublished(documents);
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
