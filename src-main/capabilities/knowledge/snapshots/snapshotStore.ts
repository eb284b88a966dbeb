import { sql as raw } from 'kysely';
import { AppError } from '../../../base/appError.ts';
import { readCommand, tables, writeCommand } from '../../../storage/command.ts';
import { recordUndo, withdrawUndo } from '../../../storage/journal.ts';
import { addLineageEdges } from '../../../storage/lineage.ts';
import type { SettingsInFile } from '../knowledgePorts.ts';
import type { KnowledgeTables, SnapshotRow } from '../knowledgeTables.ts';
import { writeEntry, type WrittenEntry } from './entryStore.ts';

const db = tables<KnowledgeTables>();

export const getSnapshot = readCommand('knowledge.getSnapshot', (sql, id: string): SnapshotRow | null => sql.first(db.selectFrom('knowledge_snapshots').selectAll().where('id', '=', id)) ?? null);

/** The snapshot that answers searches; null when there is no such knowledge base. */
export const servingSnapshot = readCommand(
  'knowledge.servingSnapshot',
  (sql, knowledgeId: string): SnapshotRow | null =>
    sql.first(db.selectFrom('knowledge_snapshots as snapshot').innerJoin('knowledge_bases as base', 'base.snapshot_id', 'snapshot.id').selectAll('snapshot').where('base.id', '=', knowledgeId)) ?? null,
);

/** Of every knowledge base that has a row, deleted ones that can be undone included. */
export const allSnapshots = readCommand('knowledge.allSnapshots', (sql, _: undefined): SnapshotRow[] => sql.all(db.selectFrom('knowledge_snapshots').selectAll().orderBy('created_at_ms').orderBy('id')));

export interface CountedSnapshot {
  readonly row: SnapshotRow;
  readonly documents: number;
  readonly chunks: number;
  readonly behind: number;
}

const BEHIND = raw`
  from knowledge_entries as served
  join knowledge_documents as document on document.id = served.document_id and document.deleted_at_ms is null
  left join knowledge_entries as own on own.document_id = served.document_id and own.snapshot_id = `;

/** All snapshots of a knowledge base: the serving one first, then newest first. */
export const listSnapshots = readCommand('knowledge.listSnapshots', (sql, knowledgeId: string): CountedSnapshot[] => {
  const serving = sql.first(db.selectFrom('knowledge_bases').select('snapshot_id').where('id', '=', knowledgeId))?.snapshot_id;
  const rows = sql.all(db.selectFrom('knowledge_snapshots').selectAll().where('knowledge_id', '=', knowledgeId).orderBy('created_at_ms', 'desc').orderBy('id', 'desc'));
  const counted = rows.map((row) => {
    const own = sql.first(
      raw<{ documents: number; chunks: number | null }>`
        select count(*) as documents, sum(entry.chunks) as chunks from knowledge_entries as entry
        join knowledge_documents as document on document.id = entry.document_id and document.deleted_at_ms is null
        where entry.snapshot_id = ${row.id}`.compile(db),
    );
    const behind = sql.first(raw<{ count: number }>`select count(*) as count ${BEHIND}${row.id} where served.snapshot_id = ${serving ?? ''} and (own.parsed_digest is null or own.parsed_digest <> served.parsed_digest)`.compile(db));
    return { row, documents: own?.documents ?? 0, chunks: own?.chunks ?? 0, behind: behind?.count ?? 0 };
  });
  return [...counted.filter(({ row }) => row.id === serving), ...counted.filter(({ row }) => row.id !== serving)];
});

/** Chunks of the live documents in a snapshot. */
export const chunksOfSnapshot = readCommand('knowledge.chunksOfSnapshot', (sql, id: string): number =>
  sql.first(
    raw<{ chunks: number }>`
      select coalesce(sum(entry.chunks), 0) as chunks from knowledge_entries as entry
      join knowledge_documents as document on document.id = entry.document_id and document.deleted_at_ms is null
      where entry.snapshot_id = ${id}`.compile(db),
  )?.chunks ?? 0,
);

export interface BehindDocument {
  readonly id: string;
  readonly file: string;
  readonly title: string;
  /** The form that serves. */
  readonly parsed_digest: string;
  /** Its name in the snapshot that is behind, in an older form; null = it is not there. */
  readonly former: string | null;
}

/** Documents that serve and are not in this snapshot, or in another form there; in the order of their ids, after the last of the page before. */
export const behindDocuments = readCommand('knowledge.behindDocuments', (sql, { snapshotId, after, limit }: { snapshotId: string; after: string; limit: number }): BehindDocument[] =>
  sql.all(
    raw<BehindDocument>`
      select document.id, document.file, document.title, served.parsed_digest, own.index_id as former ${BEHIND}${snapshotId}
      where served.snapshot_id = (select base.snapshot_id from knowledge_bases as base join knowledge_snapshots as snapshot on snapshot.knowledge_id = base.id where snapshot.id = ${snapshotId})
        and document.id > ${after} and (own.parsed_digest is null or own.parsed_digest <> served.parsed_digest)
      order by document.id limit ${limit}`.compile(db),
  ),
);

/**
 * Puts documents into a snapshot that is being built, unless they were purged or read again meanwhile. Answers the names in its index
 * of those that were taken; the others are entries that no row names.
 */
export const addEntries = writeCommand('knowledge.addEntries', (sql, entries: readonly WrittenEntry[]): string[] => {
  const taken: string[] = [];
  for (const entry of entries) {
    const served = sql.first(
      raw<{ parsed_digest: string }>`
        select served.parsed_digest from knowledge_entries as served
        join knowledge_bases as base on base.snapshot_id = served.snapshot_id
        join knowledge_snapshots as snapshot on snapshot.knowledge_id = base.id
        where snapshot.id = ${entry.snapshotId} and served.document_id = ${entry.documentId}`.compile(db),
    );
    if (served?.parsed_digest !== entry.parsedDigest) continue;
    addLineageEdges.run(sql, [{ from: { kind: 'snapshot', key: entry.snapshotId }, to: { kind: 'parsed document', key: entry.parsedDigest }, role: 'indexed' }]);
    writeEntry(sql, entry);
    taken.push(entry.entry.index_id);
  }
  return taken;
});

export interface NewSnapshot {
  readonly id: string;
  readonly knowledgeId: string;
  readonly maxTokens: number;
  readonly embedder: string;
  readonly atMs: number;
}

export const addSnapshot = writeCommand('knowledge.addSnapshot', (sql, { id, knowledgeId, maxTokens, embedder, atMs }: NewSnapshot): void => {
  sql.run(db.insertInto('knowledge_snapshots').values({ id, knowledge_id: knowledgeId, state: 'building', max_tokens: maxTokens, embedder, paused: 0, vectors_done: 0, created_at_ms: atMs }));
});

/** How a build ended. One that serves or served keeps its state. */
export const endBuild = writeCommand('knowledge.endBuild', (sql, { id, failure }: { id: string; failure: string | null }): void => {
  sql.run(db.updateTable('knowledge_snapshots').set({ state: failure === null ? 'ready' : 'failed', failure }).where('id', '=', id).where('state', 'in', ['building', 'failed']));
});

export const beginBuild = writeCommand('knowledge.beginBuild', (sql, id: string): void => {
  sql.run(db.updateTable('knowledge_snapshots').set({ state: 'building', failure: null }).where('id', '=', id).where('state', '=', 'failed'));
});

export type VectorFacts = Partial<Pick<SnapshotRow, 'embedder_digest' | 'dimensions' | 'vectors_done' | 'paused'>> & { readonly id: string };

export const saveVectorFacts = writeCommand('knowledge.saveVectorFacts', (sql, { id, ...facts }: VectorFacts): void => {
  sql.run(db.updateTable('knowledge_snapshots').set(facts).where('id', '=', id));
});

export interface Swap {
  /** The snapshot that served before; an undo lets it serve again. */
  readonly id: string;
  readonly knowledgeId: string;
  readonly to: string;
  /** What the project file said before; absent in swaps from before this was kept. */
  readonly stood?: SettingsInFile;
}

interface Serve {
  readonly knowledgeId: string;
  readonly from: string;
  readonly to: string;
  readonly formerState: 'former' | 'ready';
  readonly atMs: number;
}

function serve(sql: Parameters<typeof recordUndo>[0], { knowledgeId, from, to, formerState, atMs }: Serve): void {
  sql.run(db.updateTable('knowledge_bases').set({ snapshot_id: to }).where('id', '=', knowledgeId));
  sql.run(db.updateTable('knowledge_snapshots').set({ state: formerState, served_until_ms: atMs }).where('id', '=', from));
  sql.run(db.updateTable('knowledge_snapshots').set({ state: 'serving', served_from_ms: atMs, served_until_ms: null }).where('id', '=', to));
}

/** Lets another snapshot serve, and writes down how to take that back, in one transaction. */
export const swapSnapshots = writeCommand('knowledge.swapSnapshots', (sql, { to, undoId, stood, atMs }: { to: string; undoId: string; stood: SettingsInFile; atMs: number }): Swap => {
  const next = sql.first(db.selectFrom('knowledge_snapshots').selectAll().where('id', '=', to));
  const base = next && sql.first(db.selectFrom('knowledge_bases').selectAll().where('id', '=', next.knowledge_id));
  if (!next || !base || (next.state !== 'ready' && next.state !== 'former')) throw new AppError('SNAPSHOT_UNFIT', `The snapshot ${to} cannot serve: it is ${next?.state ?? 'gone'}`, { hint: 'List the snapshots to see what they are.' });
  const swap: Swap = { id: base.snapshot_id, knowledgeId: base.id, to, stood };
  serve(sql, { knowledgeId: base.id, from: base.snapshot_id, to, formerState: 'former', atMs });
  recordUndo(sql, { id: undoId, kind: 'knowledge.swap', title: `Swap the index of ${base.name}`, payload: swap, atMs });
  return swap;
});

/** The journal's undo of a swap. `atMs` is not known there: the row that served says since when. */
export const restoreSwap = writeCommand('knowledge.restoreSwap', (sql, { id, knowledgeId, to }: Swap): void => {
  const base = sql.first(db.selectFrom('knowledge_bases').selectAll().where('id', '=', knowledgeId));
  const former = sql.first(db.selectFrom('knowledge_snapshots').selectAll().where('id', '=', id));
  if (!base || !former) throw new AppError('UNDO_NOT_POSSIBLE', 'The snapshot that served before the swap was purged', { hint: 'Build a new one with its settings.' });
  if (base.snapshot_id !== to) throw new AppError('UNDO_NOT_POSSIBLE', `The index of ${base.name} was swapped again since`, { hint: 'Undo the later swap first.' });
  serve(sql, { knowledgeId, from: to, to: id, formerState: 'ready', atMs: former.served_until_ms ?? former.created_at_ms });
});

/** The journal's purge of a swap: what can no longer be brought back goes. */
export const purgeSwap = writeCommand('knowledge.purgeSwap', (sql, { id }: Swap): void => {
  sql.run(db.deleteFrom('knowledge_snapshots').where('id', '=', id).where('state', '=', 'former'));
});

/** Answers false when it serves; then nothing is changed. */
export const dropSnapshot = writeCommand('knowledge.dropSnapshot', (sql, { id, atMs }: { id: string; atMs: number }): boolean => {
  if (sql.first(db.selectFrom('knowledge_bases').select('id').where('snapshot_id', '=', id))) return false;
  sql.run(db.deleteFrom('knowledge_snapshots').where('id', '=', id));
  withdrawUndo(sql, { kind: 'knowledge.swap', payloadId: id, atMs });
  return true;
});

export const snapshotStoreCommands = [getSnapshot, servingSnapshot, allSnapshots, listSnapshots, chunksOfSnapshot, behindDocuments, addEntries, addSnapshot, endBuild, beginBuild, saveVectorFacts, swapSnapshots, restoreSwap, purgeSwap, dropSnapshot];
