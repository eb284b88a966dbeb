import { sql as raw } from 'kysely';
import { readCommand, tables, writeCommand } from '../../storage/command.ts';
import { recordUndo } from '../../storage/journal.ts';
import { addLineageEdges, type LineageEdge } from '../../storage/lineage.ts';
import type { ChunkRow, DocumentRow, KnowledgeTables } from './knowledgeTables.ts';

const db = tables<KnowledgeTables>();

/** What decides whether a file has to be read again. */
export type KnownFile = Pick<DocumentRow, 'id' | 'root' | 'file' | 'state' | 'bytes' | 'mtime_ns' | 'inode' | 'checked_at_ms' | 'source_digest' | 'parsed_digest' | 'chunker' | 'index_id'>;

export const knownFiles = readCommand('knowledge.knownFiles', (sql, knowledgeId: string): KnownFile[] =>
  sql.all(
    db
      .selectFrom('knowledge_documents')
      .select(['id', 'root', 'file', 'state', 'bytes', 'mtime_ns', 'inode', 'checked_at_ms', 'source_digest', 'parsed_digest', 'chunker', 'index_id'])
      .where('knowledge_id', '=', knowledgeId)
      .where('deleted_at_ms', 'is', null),
  ),
);

export type FileFacts = Pick<DocumentRow, 'id' | 'knowledge_id' | 'root' | 'file' | 'bytes' | 'mtime_ns' | 'inode'>;

/** Puts files on the list as `queued`, so that a restart knows what was asked for. */
export const queueFiles = writeCommand('knowledge.queueFiles', (sql, files: readonly FileFacts[]): void => {
  for (const file of files) {
    sql.run(
      db
        .insertInto('knowledge_documents')
        .values({ ...file, state: 'queued', title: file.file, chunks: 0, checked_at_ms: 0, warnings: '[]' })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ bytes: file.bytes, mtime_ns: file.mtime_ns, inode: file.inode, state: 'queued' })),
    );
  }
});

export interface PublishedDocument {
  readonly knowledgeId: string;
  readonly row: Pick<DocumentRow, 'id' | 'format' | 'title' | 'pages' | 'bytes' | 'mtime_ns' | 'inode' | 'checked_at_ms' | 'source_digest' | 'parsed_digest' | 'chunker' | 'index_id' | 'warnings' | 'indexed_at_ms'>;
  readonly chunks: readonly ChunkRow[];
}

function lineageOf({ knowledgeId, row }: PublishedDocument): LineageEdge[] {
  if (row.parsed_digest === null || row.source_digest === null) return [];
  const parsed = { kind: 'parsed document', key: row.parsed_digest };
  return [
    { from: parsed, to: { kind: 'file', key: row.source_digest }, role: 'parsed' },
    { from: { kind: 'snapshot', key: knowledgeId }, to: parsed, role: 'indexed' },
  ];
}

/** Makes documents visible: rows and chunks together, or not at all. */
export const publishDocuments = writeCommand('knowledge.publishDocuments', (sql, documents: readonly PublishedDocument[]): void => {
  addLineageEdges.run(sql, documents.flatMap(lineageOf));
  for (const { row, chunks } of documents) {
    sql.run(
      db
        .updateTable('knowledge_documents')
        .set({ ...row, state: 'ready', reason: null, chunks: chunks.length })
        .where('id', '=', row.id),
    );
    sql.run(db.deleteFrom('knowledge_chunks').where('document_id', '=', row.id));
    for (let from = 0; from < chunks.length; from += 500) sql.run(db.insertInto('knowledge_chunks').values(chunks.slice(from, from + 500)));
  }
});

export interface RefusedDocument {
  readonly id: string;
  readonly state: 'failed' | 'skipped';
  readonly reason: string;
  readonly warnings: string;
  readonly checkedAtMs: number;
}

/** Keeps the reason beside the file; what was readable of it before is no longer searched. Answers the names that it had in the index. */
export const refuseDocuments = writeCommand('knowledge.refuseDocuments', (sql, documents: readonly RefusedDocument[]): string[] => {
  const formerIds: string[] = [];
  for (const { id, state, reason, warnings, checkedAtMs } of documents) {
    const former = sql.first(db.selectFrom('knowledge_documents').select('index_id').where('id', '=', id))?.index_id;
    if (former) formerIds.push(former);
    sql.run(
      db
        .updateTable('knowledge_documents')
        .set({ state, reason, warnings, checked_at_ms: checkedAtMs, chunks: 0, index_id: null, source_digest: null })
        .where('id', '=', id),
    );
    sql.run(db.deleteFrom('knowledge_chunks').where('document_id', '=', id));
  }
  return formerIds;
});

/** The file's stat changed but its bytes did not. */
export const touchDocuments = writeCommand('knowledge.touchDocuments', (sql, files: readonly Pick<DocumentRow, 'id' | 'bytes' | 'mtime_ns' | 'inode' | 'checked_at_ms'>[]): void => {
  for (const { id, ...facts } of files) sql.run(db.updateTable('knowledge_documents').set({ ...facts, state: 'ready' }).where('id', '=', id));
});

/** Files that are gone from disk: no longer searched, old citations still open. */
export const dropMissing = writeCommand('knowledge.dropMissing', (sql, { ids, atMs }: { ids: readonly string[]; atMs: number }): void => {
  for (const id of ids) sql.run(db.updateTable('knowledge_documents').set({ state: 'missing', deleted_at_ms: atMs }).where('id', '=', id));
});

/**
 * What the index must hold, and what says that it is searched without a name there. A file that waits to be read again (queued)
 * is searched as it was read last: taken out of the index it would stay out, because its bytes may turn out unchanged.
 */
export const indexedDocuments = readCommand('knowledge.indexedDocuments', (sql, knowledgeId: string): { id: string; index_id: string | null; chunks: number }[] =>
  sql.all(
    db
      .selectFrom('knowledge_documents')
      .select(['id', 'index_id', 'chunks'])
      .where('knowledge_id', '=', knowledgeId)
      .where('deleted_at_ms', 'is', null)
      .where((where) => where.or([where('index_id', 'is not', null), where('state', '=', 'ready')])),
  ),
);

/** Documents that can only be had from their files again. */
export const requeueDocuments = writeCommand('knowledge.requeueDocuments', (sql, ids: readonly string[]): void => {
  for (const id of ids) sql.run(db.updateTable('knowledge_documents').set({ state: 'queued', index_id: null, source_digest: null, chunks: 0, checked_at_ms: 0 }).where('id', '=', id));
});

export const getDocument = readCommand('knowledge.getDocument', (sql, id: string): DocumentRow | null => sql.first(db.selectFrom('knowledge_documents').selectAll().where('id', '=', id)) ?? null);

/** Live documents only: what was deleted must not come back through an index that has not heard of it. */
export const documentsByIndexId = readCommand('knowledge.documentsByIndexId', (sql, ids: readonly string[]): DocumentRow[] =>
  ids.length === 0 ? [] : sql.all(db.selectFrom('knowledge_documents').selectAll().where('index_id', 'in', [...ids]).where('deleted_at_ms', 'is', null)),
);

export const chunksOf = readCommand('knowledge.chunksOf', (sql, documentId: string): ChunkRow[] =>
  sql.all(db.selectFrom('knowledge_chunks').selectAll().where('document_id', '=', documentId).orderBy('ordinal')),
);

export interface DocumentQuery {
  readonly knowledgeId: string;
  readonly state: string | null;
  readonly filter: string;
  readonly sort: 'file' | 'state' | 'chunks' | 'pages' | 'bytes' | 'indexedAtMs';
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

export const pageOfDocuments = readCommand('knowledge.pageOfDocuments', (sql, query: DocumentQuery): { total: number; rows: DocumentRow[] } => {
  let base = db.selectFrom('knowledge_documents').where('knowledge_id', '=', query.knowledgeId).where('deleted_at_ms', 'is', null);
  if (query.state !== null) base = base.where('state', '=', query.state);
  if (query.filter !== '') {
    const pattern = `%${query.filter.replace(/[\\%_]/g, '\\$&')}%`;
    base = base.where((where) => where.or([raw<boolean>`file like ${pattern} escape '\\'`, raw<boolean>`title like ${pattern} escape '\\'`]));
  }
  const total = sql.first(base.select(({ fn }) => fn.countAll<number>().as('total')))?.total ?? 0;
  const column = query.sort === 'indexedAtMs' ? 'indexed_at_ms' : query.sort;
  const direction = query.descending ? ('desc' as const) : ('asc' as const);
  // By name without case, as file managers do; names that differ by case alone, and copies of one name in two roots, keep an order.
  const sorted = query.sort === 'file' ? base.orderBy(raw`file collate nocase`, direction) : base.orderBy(column, direction).orderBy(raw`file collate nocase`);
  const rows = sql.all(sorted.selectAll().orderBy('file').orderBy('id').limit(query.limit).offset(query.offset));
  return { total, rows };
});

export interface RemoveDocuments {
  readonly knowledgeId: string;
  readonly ids: readonly string[];
  readonly atMs: number;
  readonly undoId: string;
}

/** Tombstones documents and writes the journal entry in the same transaction; answers how many, and their index ids. */
export const removeDocuments = writeCommand('knowledge.removeDocuments', (sql, remove: RemoveDocuments): { indexIds: string[]; removed: number } => {
  const rows = sql.all(
    db
      .selectFrom('knowledge_documents')
      .select(['id', 'index_id', 'file'])
      .where('knowledge_id', '=', remove.knowledgeId)
      .where('deleted_at_ms', 'is', null)
      .where('id', 'in', [...remove.ids]),
  );
  for (const row of rows) sql.run(db.updateTable('knowledge_documents').set({ deleted_at_ms: remove.atMs }).where('id', '=', row.id));
  const named = rows.length === 1 ? (rows[0]?.file ?? '') : `${rows.length} documents`;
  const payload: RemovedDocuments = { knowledgeId: remove.knowledgeId, ids: rows.map((row) => row.id) };
  recordUndo(sql, { id: remove.undoId, kind: 'knowledge.documents', title: `Delete ${named}`, payload, atMs: remove.atMs });
  return { indexIds: rows.flatMap((row) => (row.index_id === null ? [] : [row.index_id])), removed: rows.length };
});

export interface RemovedDocuments {
  readonly knowledgeId: string;
  readonly ids: readonly string[];
}

/** A file that was ingested again since keeps its newer row: only what has no live namesake comes back. */
export const restoreDocuments = writeCommand('knowledge.restoreDocuments', (sql, { ids }: RemovedDocuments): void => {
  for (const id of ids) {
    const row = sql.first(db.selectFrom('knowledge_documents').selectAll().where('id', '=', id));
    if (!row) continue;
    const namesake = sql.first(
      db
        .selectFrom('knowledge_documents')
        .select('id')
        .where('knowledge_id', '=', row.knowledge_id)
        .where('root', '=', row.root)
        .where('file', '=', row.file)
        .where('deleted_at_ms', 'is', null),
    );
    if (!namesake) sql.run(db.updateTable('knowledge_documents').set({ deleted_at_ms: null }).where('id', '=', id));
  }
});

export interface PurgeDeleted {
  /** UTC milliseconds: what was deleted before. */
  readonly beforeMs: number;
  /** Documents that a deletion which can still be undone names. */
  readonly claimed: readonly string[];
}

/** Documents that nobody can bring back: their file is gone, or the deletion that took them was undone while another stood in their place. */
export const unclaimedDocuments = readCommand('knowledge.unclaimedDocuments', (sql, { beforeMs, claimed }: PurgeDeleted): string[] => {
  const kept = new Set(claimed);
  return sql
    .all(db.selectFrom('knowledge_documents').select('id').where('deleted_at_ms', '<=', beforeMs))
    .map(({ id }) => id)
    .filter((id) => !kept.has(id));
});

/** Parsed forms of what was deleted, each named once. */
export const deletedArtifacts = readCommand('knowledge.deletedArtifacts', (sql, _: undefined): string[] =>
  sql
    .all(
      db
        .selectFrom('knowledge_documents as document')
        .innerJoin('knowledge_bases as base', 'base.id', 'document.knowledge_id')
        .select('document.parsed_digest')
        .distinct()
        .where((where) => where.or([where('document.deleted_at_ms', 'is not', null), where('base.deleted_at_ms', 'is not', null)])),
    )
    .flatMap((row) => (row.parsed_digest === null ? [] : [row.parsed_digest])),
);

export const purgeDocuments = writeCommand('knowledge.purgeDocuments', (sql, { ids }: Pick<RemovedDocuments, 'ids'>): void => {
  for (const id of ids) sql.run(db.deleteFrom('knowledge_documents').where('id', '=', id).where('deleted_at_ms', 'is not', null));
});

/** Parsed forms that a document, live or tombstoned, or a citation of an old answer still names. */
export const namedArtifacts = readCommand('knowledge.namedArtifacts', (sql): string[] => {
  const documents = sql.all(db.selectFrom('knowledge_documents').select('parsed_digest').distinct().where('parsed_digest', 'is not', null));
  const cited = sql.all(
    raw<{ digest: string }>`select distinct citation.value ->> '$.parsedDigest' as digest from knowledge_answers, json_each(record, '$.citations') as citation`.compile(db),
  );
  return [...documents.flatMap((row) => (row.parsed_digest === null ? [] : [row.parsed_digest])), ...cited.map((row) => row.digest)];
});

export const documentStoreCommands = [
  knownFiles,
  queueFiles,
  publishDocuments,
  refuseDocuments,
  touchDocuments,
  dropMissing,
  indexedDocuments,
  requeueDocuments,
  getDocument,
  documentsByIndexId,
  chunksOf,
  pageOfDocuments,
  removeDocuments,
  restoreDocuments,
  unclaimedDocuments,
  deletedArtifacts,
  purgeDocuments,
  namedArtifacts,
];
