import { readCommand, tables, writeCommand } from '../../storage/command.ts';
import { recordUndo, withdrawUndo } from '../../storage/journal.ts';
import type { KnowledgeRow, KnowledgeTables, SnapshotRow } from './knowledgeTables.ts';

const db = tables<KnowledgeTables>();

export interface KnowledgeCounts {
  readonly knowledge_id: string;
  readonly state: string;
  readonly documents: number;
  readonly chunks: number;
  readonly bytes: number;
}

export interface KnowledgeListing {
  readonly bases: readonly KnowledgeRow[];
  readonly counts: readonly KnowledgeCounts[];
  /** The snapshots that serve. */
  readonly serving: readonly SnapshotRow[];
}

/** All live knowledge bases with their documents counted by state. */
export const listBases = readCommand('knowledge.listBases', (sql): KnowledgeListing => {
  const bases = sql.all(db.selectFrom('knowledge_bases').selectAll().where('deleted_at_ms', 'is', null).orderBy('created_at_ms'));
  const counts = sql.all(
    db
      .selectFrom('knowledge_documents as document')
      .innerJoin('knowledge_bases as base', 'base.id', 'document.knowledge_id')
      .leftJoin('knowledge_entries as entry', (join) => join.onRef('entry.snapshot_id', '=', 'base.snapshot_id').onRef('entry.document_id', '=', 'document.id'))
      .select(({ fn }) => [
        'document.knowledge_id',
        'document.state',
        fn.countAll<number>().as('documents'),
        fn.sum<number>('entry.chunks').as('chunks'),
        fn.sum<number>('document.bytes').as('bytes'),
      ])
      .where('document.deleted_at_ms', 'is', null)
      .groupBy(['document.knowledge_id', 'document.state']),
  );
  const serving = sql.all(db.selectFrom('knowledge_snapshots as snapshot').innerJoin('knowledge_bases as base', 'base.snapshot_id', 'snapshot.id').selectAll('snapshot'));
  return { bases, counts, serving };
});

export interface BaseDefinition {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly sources: readonly string[];
  readonly maxTokens: number;
  /** Slug of the transformer embedder. */
  readonly embedder: string;
  readonly atMs: number;
}

/**
 * Brings a row in line with its project file: made when new, with a first snapshot that bears its id, brought back when it was tombstoned. Answers true when that took back a deletion: one that was cut off before its file was removed, or whose file the person brought back.
 */
export const saveBase = writeCommand('knowledge.saveBase', (sql, base: BaseDefinition): boolean => {
  const values = { slug: base.slug, name: base.name, sources: JSON.stringify(base.sources), max_tokens: base.maxTokens, deleted_at_ms: null };
  sql.run(
    db
      .insertInto('knowledge_bases')
      .values({ id: base.id, snapshot_id: base.id, created_at_ms: base.atMs, updated_at_ms: null, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values)),
  );
  if (!sql.first(db.selectFrom('knowledge_snapshots').select('id').where('knowledge_id', '=', base.id))) {
    const times = { created_at_ms: base.atMs, served_from_ms: base.atMs };
    sql.run(db.insertInto('knowledge_snapshots').values({ id: base.id, knowledge_id: base.id, state: 'serving', max_tokens: base.maxTokens, embedder: base.embedder, paused: 0, vectors_done: 0, ...times }));
  }
  return withdrawUndo(sql, { kind: 'knowledge.base', payloadId: base.id, atMs: base.atMs });
});

export interface PresentBases {
  readonly present: readonly string[];
  /** Slugs whose file is there but cannot be used now. */
  readonly unread: readonly string[];
  readonly atMs: number;
}

/** Tombstones bases whose project file is gone; their rows come back with the file. Answers which. */
export const retireBases = writeCommand('knowledge.retireBases', (sql, { present, unread, atMs }: PresentBases): { name: string; slug: string }[] => {
  const live = sql.all(db.selectFrom('knowledge_bases').select(['id', 'name', 'slug']).where('deleted_at_ms', 'is', null));
  const gone = live.filter(({ id, slug }) => !present.includes(id) && !unread.includes(slug));
  for (const { id } of gone) sql.run(db.updateTable('knowledge_bases').set({ deleted_at_ms: atMs }).where('id', '=', id));
  return gone.map(({ name, slug }) => ({ name, slug }));
});

export const touchBase = writeCommand('knowledge.touchBase', (sql, { id, atMs }: { id: string; atMs: number }): void => {
  sql.run(db.updateTable('knowledge_bases').set({ updated_at_ms: atMs }).where('id', '=', id));
});

export interface RemoveBase {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Digest of the project file's content, to write it again on undo. */
  readonly fileDigest: string | null;
  readonly atMs: number;
  readonly undoId: string;
}

export const removeBase = writeCommand('knowledge.removeBase', (sql, remove: RemoveBase): void => {
  sql.run(db.updateTable('knowledge_bases').set({ deleted_at_ms: remove.atMs }).where('id', '=', remove.id));
  recordUndo(sql, {
    id: remove.undoId,
    kind: 'knowledge.base',
    title: `Delete knowledge base ${remove.name}`,
    payload: { id: remove.id, slug: remove.slug, fileDigest: remove.fileDigest },
    atMs: remove.atMs,
  });
});

export interface RemovedBase {
  readonly id: string;
  readonly slug: string;
  readonly fileDigest: string | null;
}

export const restoreBase = writeCommand('knowledge.restoreBase', (sql, { id }: RemovedBase): void => {
  sql.run(db.updateTable('knowledge_bases').set({ deleted_at_ms: null }).where('id', '=', id));
});

/** Everything below a base goes with it (foreign keys cascade). */
export const purgeBase = writeCommand('knowledge.purgeBase', (sql, { id }: RemovedBase): void => {
  sql.run(db.deleteFrom('knowledge_bases').where('id', '=', id).where('deleted_at_ms', 'is not', null));
});

export const getBase = readCommand('knowledge.getBase', (sql, id: string): KnowledgeRow | null => sql.first(db.selectFrom('knowledge_bases').selectAll().where('id', '=', id).where('deleted_at_ms', 'is', null)) ?? null);

/** Cheap, as every search asks it. */
export const hasReadyDocument = readCommand('knowledge.hasReadyDocument', (sql, knowledgeId: string): boolean =>
  sql.first(db.selectFrom('knowledge_documents').select('id').where('knowledge_id', '=', knowledgeId).where('state', '=', 'ready').where('deleted_at_ms', 'is', null).limit(1)) !== undefined,
);

/** Every base that has a row, deleted ones that can be undone included. */
export const baseIds = readCommand('knowledge.baseIds', (sql, _: undefined): string[] => sql.all<{ id: string }>(db.selectFrom('knowledge_bases').select('id')).map(({ id }) => id));

export const knowledgeStoreCommands = [baseIds, getBase, hasReadyDocument, listBases, saveBase, retireBases, touchBase, removeBase, restoreBase, purgeBase];
