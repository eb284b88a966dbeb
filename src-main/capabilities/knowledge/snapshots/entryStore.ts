import { readCommand, tables, writeCommand, type Sql } from '../../../storage/command.ts';
import type { ChunkRow, DocumentRow, EntryRow, KnowledgeTables } from '../knowledgeTables.ts';

const db = tables<KnowledgeTables>();

/** What a document is called in one snapshot's index. */
export interface IndexName {
  readonly snapshotId: string;
  readonly indexId: string;
}

/** The names that documents have in the indexes of all snapshots. */
export function namesOf(sql: Sql, documentIds: readonly string[]): IndexName[] {
  return documentIds.flatMap((id) => sql.all(db.selectFrom('knowledge_entries').select(['snapshot_id as snapshotId', 'index_id as indexId']).where('document_id', '=', id)));
}

export interface WrittenEntry {
  readonly snapshotId: string;
  readonly documentId: string;
  /** The form that was cut into these chunks. */
  readonly parsedDigest: string;
  readonly entry: Pick<EntryRow, 'index_id' | 'chunker'>;
  readonly chunks: readonly Omit<ChunkRow, 'snapshot_id' | 'document_id'>[];
}

/** Puts a document with its chunks into a snapshot, in place of what stood there for it. For use inside other write commands. */
export function writeEntry(sql: Sql, { snapshotId, documentId, parsedDigest, entry, chunks }: WrittenEntry): void {
  const key = { snapshot_id: snapshotId, document_id: documentId };
  const values = { ...entry, parsed_digest: parsedDigest, chunks: chunks.length };
  sql.run(
    db
      .insertInto('knowledge_entries')
      .values({ ...key, ...values })
      .onConflict((conflict) => conflict.columns(['snapshot_id', 'document_id']).doUpdateSet(values)),
  );
  sql.run(db.deleteFrom('knowledge_chunks').where('snapshot_id', '=', snapshotId).where('document_id', '=', documentId));
  for (let from = 0; from < chunks.length; from += 500) {
    sql.run(db.insertInto('knowledge_chunks').values(chunks.slice(from, from + 500).map((chunk) => ({ ...key, ...chunk }))));
  }
}

export interface IndexedRow {
  readonly id: string;
  /** Null: the rows say that it is searched, but it has no name in the index. */
  readonly index_id: string | null;
  readonly chunks: number;
}

/**
 * What a snapshot's index must hold, and of the serving one also what says that it is searched without a name there. A file that waits
 * to be read again (queued) is searched as it was read last: taken out of the index it would stay out, because its bytes may turn out
 * unchanged.
 */
export const indexedDocuments = readCommand('knowledge.indexedDocuments', (sql, snapshotId: string): IndexedRow[] => [
  ...sql.all(
    db
      .selectFrom('knowledge_entries as entry')
      .innerJoin('knowledge_documents as document', 'document.id', 'entry.document_id')
      .select(['document.id', 'entry.index_id', 'entry.chunks'])
      .where('entry.snapshot_id', '=', snapshotId)
      .where('document.deleted_at_ms', 'is', null),
  ),
  ...sql
    .all(
      db
        .selectFrom('knowledge_documents as document')
        .innerJoin('knowledge_bases as base', 'base.id', 'document.knowledge_id')
        .leftJoin('knowledge_entries as entry', (join) => join.onRef('entry.snapshot_id', '=', 'base.snapshot_id').onRef('entry.document_id', '=', 'document.id'))
        .select('document.id')
        .where('base.snapshot_id', '=', snapshotId)
        .where('document.state', '=', 'ready')
        .where('document.alias_of', 'is', null)
        .where('document.deleted_at_ms', 'is', null)
        .where('entry.index_id', 'is', null),
    )
    .map(({ id }) => ({ id, index_id: null, chunks: 0 })),
]);

/** Documents that can only be had from their files again: out of this snapshot, and on the list of files to be read when it serves. */
export const requeueDocuments = writeCommand('knowledge.requeueDocuments', (sql, { snapshotId, ids }: { snapshotId: string; ids: readonly string[] }): void => {
  const serves = sql.first(db.selectFrom('knowledge_bases').select('id').where('snapshot_id', '=', snapshotId)) !== undefined;
  for (const id of ids) {
    sql.run(db.deleteFrom('knowledge_entries').where('snapshot_id', '=', snapshotId).where('document_id', '=', id));
    if (serves) sql.run(db.updateTable('knowledge_documents').set({ state: 'queued', source_digest: null, checked_at_ms: 0 }).where('id', '=', id));
  }
});

export interface InSnapshot {
  readonly snapshotId: string;
  readonly documentId: string;
}

/** A document in the form that a snapshot has of it. */
export type IndexedDocument = DocumentRow & { readonly index_id: string; readonly parsed_digest: string; readonly chunks: number };

function entries() {
  return db
    .selectFrom('knowledge_entries as entry')
    .innerJoin('knowledge_documents as document', 'document.id', 'entry.document_id')
    .selectAll('document')
    .select(['entry.index_id', 'entry.chunks', 'entry.parsed_digest as entry_digest']);
}

const inItsForm = ({ entry_digest: digest, ...row }: DocumentRow & { index_id: string; chunks: number; entry_digest: string }): IndexedDocument => ({ ...row, parsed_digest: digest });

export const entryOf = readCommand('knowledge.entryOf', (sql, { snapshotId, documentId }: InSnapshot): IndexedDocument | null => {
  const row = sql.first(entries().where('entry.snapshot_id', '=', snapshotId).where('entry.document_id', '=', documentId));
  return row ? inItsForm(row) : null;
});

/** Live documents only: what was deleted must not come back through an index that has not heard of it. */
export const documentsByIndexId = readCommand('knowledge.documentsByIndexId', (sql, { snapshotId, ids }: { snapshotId: string; ids: readonly string[] }): IndexedDocument[] =>
  ids.length === 0
    ? []
    : sql
        .all(entries().where('entry.index_id', 'in', [...ids]).where('entry.snapshot_id', '=', snapshotId).where('document.deleted_at_ms', 'is', null))
        .map(inItsForm),
);

export const chunksOf = readCommand('knowledge.chunksOf', (sql, { snapshotId, documentId }: InSnapshot): ChunkRow[] =>
  sql.all(db.selectFrom('knowledge_chunks').selectAll().where('snapshot_id', '=', snapshotId).where('document_id', '=', documentId).orderBy('ordinal')),
);

export const entryStoreCommands = [indexedDocuments, requeueDocuments, entryOf, documentsByIndexId, chunksOf];
