import { sql as raw } from 'kysely';
import type { DocumentFilter } from '#contract/filters.ts';
import { readCommand, tables, writeCommand } from '../../storage/command.ts';
import { recordUndo } from '../../storage/journal.ts';
import { addLineageEdges, type LineageEdge } from '../../storage/lineage.ts';
import { joinTheSearched, promoteAliases } from './aliases/aliasStore.ts';
import { filterConditions } from './filterDocuments.ts';
import { namesOf, writeEntry, type IndexName } from './snapshots/entryStore.ts';
import type { ChunkRow, DocumentRow, EntryRow, KnowledgeTables } from './knowledgeTables.ts';

const db = tables<KnowledgeTables>();

/** What decides whether a file has to be read again; chunker and name are those of the serving snapshot. */
export type KnownFile = Pick<DocumentRow, 'id' | 'root' | 'file' | 'state' | 'bytes' | 'mtime_ns' | 'inode' | 'checked_at_ms' | 'source_digest' | 'parsed_digest' | 'container' | 'alias_of'> & {
  readonly chunker: string | null;
  readonly index_id: string | null;
};

export const knownFiles = readCommand('knowledge.knownFiles', (sql, knowledgeId: string): KnownFile[] =>
  sql.all(
    db
      .selectFrom('knowledge_documents as document')
      .innerJoin('knowledge_bases as base', 'base.id', 'document.knowledge_id')
      .leftJoin('knowledge_entries as entry', (join) => join.onRef('entry.snapshot_id', '=', 'base.snapshot_id').onRef('entry.document_id', '=', 'document.id'))
      .select(['document.id', 'root', 'file', 'state', 'bytes', 'mtime_ns', 'inode', 'checked_at_ms', 'source_digest', 'document.parsed_digest', 'container', 'alias_of', 'entry.chunker', 'entry.index_id'])
      .where('document.knowledge_id', '=', knowledgeId)
      .where('document.deleted_at_ms', 'is', null),
  ),
);

export type FileFacts = Pick<DocumentRow, 'id' | 'knowledge_id' | 'root' | 'file' | 'bytes' | 'mtime_ns' | 'inode' | 'container'>;

/** Puts files on the list as `queued`, so that a restart knows what was asked for. */
export const queueFiles = writeCommand('knowledge.queueFiles', (sql, files: readonly FileFacts[]): void => {
  for (const file of files) {
    sql.run(
      db
        .insertInto('knowledge_documents')
        .values({ ...file, state: 'queued', title: file.file, checked_at_ms: 0, warnings: '[]', metadata: '{}' })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ root: file.root, bytes: file.bytes, mtime_ns: file.mtime_ns, inode: file.inode, state: 'queued' })),
    );
  }
});

/** What is known of a document beside its text. */
export type DocumentFacts = Pick<DocumentRow, 'author' | 'created_ms' | 'modified_ms' | 'language' | 'url' | 'metadata' | 'container' | 'copy' | 'text_digest' | 'signature'>;

export interface PublishedDocument {
  readonly snapshotId: string;
  readonly row: Pick<DocumentRow, 'id' | 'format' | 'title' | 'pages' | 'bytes' | 'mtime_ns' | 'inode' | 'checked_at_ms' | 'source_digest' | 'warnings'> & DocumentFacts & { readonly parsed_digest: string; readonly indexed_at_ms: number };
  /** The document that is searched for this one's text; null = this one is. */
  readonly aliasOf: string | null;
  /** One hash a band of its signature. */
  readonly bands: readonly number[];
  readonly entry: Pick<EntryRow, 'index_id' | 'chunker'>;
  readonly chunks: readonly Omit<ChunkRow, 'snapshot_id' | 'document_id'>[];
}

function lineageOf({ snapshotId, row }: PublishedDocument): LineageEdge[] {
  if (row.source_digest === null) return [];
  const parsed = { kind: 'parsed document', key: row.parsed_digest };
  return [
    { from: parsed, to: { kind: 'file', key: row.source_digest }, role: 'parsed' },
    { from: { kind: 'snapshot', key: snapshotId }, to: parsed, role: 'indexed' },
  ];
}

/**
 * Makes documents visible: rows and chunks together, or not at all. What stood for them in this snapshot is replaced; other snapshots keep theirs.
 * Answers the aliases that are searched now because their text is no longer this document's: the index does not hold them yet.
 */
export const publishDocuments = writeCommand('knowledge.publishDocuments', (sql, documents: readonly PublishedDocument[]): string[] => {
  addLineageEdges.run(sql, documents.flatMap(lineageOf));
  const promoted: string[] = [];
  for (const document of documents) {
    const { row, aliasOf } = document;
    const former = sql.first(db.selectFrom('knowledge_documents').select('text_digest').where('id', '=', row.id));
    if (former?.text_digest !== row.text_digest) promoted.push(...promoteAliases(sql, [row.id]));
    else if (aliasOf !== null) sql.run(db.updateTable('knowledge_documents').set({ alias_of: aliasOf }).where('alias_of', '=', row.id));
    sql.run(db.updateTable('knowledge_documents').set({ ...row, state: aliasOf === null ? 'ready' : 'alias', alias_of: aliasOf, reason: null }).where('id', '=', row.id));
    sql.run(
      db
        .insertInto('knowledge_forms')
        .values({ document_id: row.id, parsed_digest: row.parsed_digest, at_ms: row.indexed_at_ms })
        .onConflict((conflict) => conflict.columns(['document_id', 'parsed_digest']).doUpdateSet({ at_ms: row.indexed_at_ms })),
    );
    // A new form has other neighbours.
    sql.run(db.deleteFrom('knowledge_bands').where('document_id', '=', row.id));
    if (document.bands.length > 0) sql.run(db.insertInto('knowledge_bands').values(document.bands.map((hash, band) => ({ document_id: row.id, band, hash }))));
    if (aliasOf !== null) sql.run(db.deleteFrom('knowledge_entries').where('document_id', '=', row.id));
    else writeEntry(sql, { snapshotId: document.snapshotId, documentId: row.id, parsedDigest: row.parsed_digest, entry: document.entry, chunks: document.chunks });
  }
  return promoted;
});

export interface Unsearched {
  /** Names that the documents had in the indexes. */
  readonly names: IndexName[];
  /** Aliases that are searched in their place now: the indexes do not hold them yet. */
  readonly promoted: string[];
}

export interface RefusedDocument {
  readonly id: string;
  readonly state: 'failed' | 'skipped';
  readonly reason: string;
  readonly warnings: string;
  readonly checkedAtMs: number;
}

/** Keeps the reason beside the file; what was readable of it before is no longer searched.  */
export const refuseDocuments = writeCommand('knowledge.refuseDocuments', (sql, documents: readonly RefusedDocument[]): Unsearched => {
  const ids = documents.map(({ id }) => id);
  const names = namesOf(sql, ids);
  const promoted = promoteAliases(sql, ids);
  for (const { id, state, reason, warnings, checkedAtMs } of documents) {
    sql.run(db.updateTable('knowledge_documents').set({ state, reason, warnings, checked_at_ms: checkedAtMs, source_digest: null, alias_of: null, text_digest: null }).where('id', '=', id));
    sql.run(db.deleteFrom('knowledge_entries').where('document_id', '=', id));
  }
  return { names, promoted };
});

export interface ExpandedContainer {
  readonly id: string;
  readonly facts: Pick<DocumentRow, 'bytes' | 'mtime_ns' | 'inode' | 'checked_at_ms' | 'source_digest'>;
  /** JSON array of what could not be taken out of it. */
  readonly warnings: string;
}

/** A file that is no document but holds some: it is not searched itself. */
export const saveContainer = writeCommand('knowledge.saveContainer', (sql, { id, facts, warnings }: ExpandedContainer): void => {
  sql.run(db.updateTable('knowledge_documents').set({ ...facts, warnings, state: 'expanded', format: null, reason: null, parsed_digest: null }).where('id', '=', id));
  sql.run(db.deleteFrom('knowledge_entries').where('document_id', '=', id));
});

/** The file's stat changed but its bytes did not. */
export const touchDocuments = writeCommand('knowledge.touchDocuments', (sql, files: readonly Pick<DocumentRow, 'id' | 'bytes' | 'mtime_ns' | 'inode' | 'checked_at_ms'>[]): void => {
  for (const { id, ...facts } of files) sql.run(db.updateTable('knowledge_documents').set({ ...facts, state: raw<string>`case when alias_of is null then 'ready' else 'alias' end` }).where('id', '=', id));
});

/** Files that are gone from disk: no longer searched, old citations still open.  */
export const dropMissing = writeCommand('knowledge.dropMissing', (sql, { ids, atMs }: { ids: readonly string[]; atMs: number }): Unsearched => {
  const names = namesOf(sql, ids);
  for (const id of ids) sql.run(db.updateTable('knowledge_documents').set({ state: 'missing', deleted_at_ms: atMs, alias_of: null }).where('id', '=', id));
  return { names, promoted: promoteAliases(sql, ids) };
});

/** A row as lists show it: with its chunks in the serving snapshot. */
export type ListedDocument = DocumentRow & { readonly chunks: number };

function listed() {
  return db
    .selectFrom('knowledge_documents as document')
    .innerJoin('knowledge_bases as base', 'base.id', 'document.knowledge_id')
    .leftJoin('knowledge_entries as entry', (join) => join.onRef('entry.snapshot_id', '=', 'base.snapshot_id').onRef('entry.document_id', '=', 'document.id'));
}

const CHUNKS = raw<number>`coalesce(entry.chunks, 0)`;

export const getDocument = readCommand('knowledge.getDocument', (sql, id: string): ListedDocument | null =>
  sql.first(listed().selectAll('document').select(CHUNKS.as('chunks')).where('document.id', '=', id)) ?? null,
);

export interface DocumentQuery {
  readonly knowledgeId: string;
  readonly state: string | null;
  /** Part of the file's name or the title. */
  readonly filter: string;
  readonly narrow?: DocumentFilter | undefined;
  readonly sort: 'file' | 'state' | 'chunks' | 'pages' | 'bytes' | 'indexedAtMs';
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

export const pageOfDocuments = readCommand('knowledge.pageOfDocuments', (sql, query: DocumentQuery): { total: number; rows: ListedDocument[] } => {
  let base = listed().where('document.knowledge_id', '=', query.knowledgeId).where('document.deleted_at_ms', 'is', null);
  if (query.state !== null) base = base.where('state', '=', query.state);
  if (query.filter !== '') {
    const pattern = `%${query.filter.replace(/[\\%_]/g, '\\$&')}%`;
    base = base.where((where) => where.or([raw<boolean>`file like ${pattern} escape '\\'`, raw<boolean>`title like ${pattern} escape '\\'`]));
  }
  for (const condition of filterConditions(query.narrow ?? {})) base = base.where(condition);
  const total = sql.first(base.select(({ fn }) => fn.countAll<number>().as('total')))?.total ?? 0;
  const column = query.sort === 'chunks' ? CHUNKS : query.sort === 'indexedAtMs' ? ('indexed_at_ms' as const) : query.sort;
  const direction = query.descending ? ('desc' as const) : ('asc' as const);
  // By name without case, as file managers do; names that differ by case alone, and copies of one name in two roots, keep an order.
  const sorted = query.sort === 'file' ? base.orderBy(raw`file collate nocase`, direction) : base.orderBy(column, direction).orderBy(raw`file collate nocase`);
  const rows = sql.all(sorted.selectAll('document').select(CHUNKS.as('chunks')).orderBy('file').orderBy('document.id').limit(query.limit).offset(query.offset));
  return { total, rows };
});

export interface RemoveDocuments {
  readonly knowledgeId: string;
  readonly ids: readonly string[];
  readonly atMs: number;
  readonly undoId: string;
}

/** Tombstones documents and writes the journal entry in the same transaction; answers how many, too. */
export const removeDocuments = writeCommand('knowledge.removeDocuments', (sql, remove: RemoveDocuments): Unsearched & { removed: number } => {
  const rows = sql.all(
    db
      .selectFrom('knowledge_documents')
      .select(['id', 'file'])
      .where('knowledge_id', '=', remove.knowledgeId)
      .where('deleted_at_ms', 'is', null)
      .where('id', 'in', [...remove.ids]),
  );
  const names = namesOf(sql, rows.map((row) => row.id));
  for (const row of rows) sql.run(db.updateTable('knowledge_documents').set({ deleted_at_ms: remove.atMs, alias_of: null }).where('id', '=', row.id));
  const named = rows.length === 1 ? (rows[0]?.file ?? '') : `${rows.length} documents`;
  const ids = rows.map((row) => row.id);
  const payload: RemovedDocuments = { knowledgeId: remove.knowledgeId, ids };
  recordUndo(sql, { id: remove.undoId, kind: 'knowledge.documents', title: `Delete ${named}`, payload, atMs: remove.atMs });
  return { names, promoted: promoteAliases(sql, ids), removed: rows.length };
});

export interface RemovedDocuments {
  readonly knowledgeId: string;
  readonly ids: readonly string[];
}

/** A file that was ingested again since keeps its newer row: only what has no live namesake comes back. */
export const restoreDocuments = writeCommand('knowledge.restoreDocuments', (sql, { ids }: RemovedDocuments): void => {
  const restored: string[] = [];
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
    if (namesake) continue;
    sql.run(db.updateTable('knowledge_documents').set({ deleted_at_ms: null }).where('id', '=', id));
    restored.push(id);
  }
  for (const id of restored) joinTheSearched(sql, id);
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

/** Parsed forms of what was deleted, those that it was read in before included, each named once. */
export const deletedArtifacts = readCommand('knowledge.deletedArtifacts', (sql, _: undefined): string[] =>
  sql
    .all(
      db
        .selectFrom('knowledge_documents as document')
        .innerJoin('knowledge_bases as base', 'base.id', 'document.knowledge_id')
        .innerJoin('knowledge_forms as form', 'form.document_id', 'document.id')
        .select('form.parsed_digest')
        .distinct()
        .where((where) => where.or([where('document.deleted_at_ms', 'is not', null), where('base.deleted_at_ms', 'is not', null)])),
    )
    .map((row) => row.parsed_digest),
);

export const purgeDocuments = writeCommand('knowledge.purgeDocuments', (sql, { ids }: Pick<RemovedDocuments, 'ids'>): void => {
  for (const id of ids) sql.run(db.deleteFrom('knowledge_documents').where('id', '=', id).where('deleted_at_ms', 'is not', null));
});

/**
 * What a document, live or tombstoned, a snapshot, a citation of an old answer or the trace of one still names. Forms that a document
 * was read in before are not named by its history alone: a purge frees them.
 */
export const namedArtifacts = readCommand('knowledge.namedArtifacts', (sql): string[] => {
  const named = raw<{ digest: string }>`
    select parsed_digest as digest from knowledge_documents where parsed_digest is not null
    union select parsed_digest from knowledge_entries
    union select trace from knowledge_answers where trace is not null
    union select citation.value ->> '$.parsedDigest' from knowledge_answers, json_each(record, '$.citations') as citation`.compile(db);
  return sql.all(named).map(({ digest }) => digest);
});

export const documentStoreCommands = [
  knownFiles,
  queueFiles,
  publishDocuments,
  refuseDocuments,
  touchDocuments,
  saveContainer,
  dropMissing,
  getDocument,
  pageOfDocuments,
  removeDocuments,
  restoreDocuments,
  unclaimedDocuments,
  deletedArtifacts,
  purgeDocuments,
  namedArtifacts,
];
