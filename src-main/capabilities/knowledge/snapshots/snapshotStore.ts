import { readCommand, tables } from '../../../storage/command.ts';
import type { KnowledgeTables, SnapshotRow } from '../knowledgeTables.ts';

const db = tables<KnowledgeTables>();

export const getSnapshot = readCommand('knowledge.getSnapshot', (sql, id: string): SnapshotRow | null => sql.first(db.selectFrom('knowledge_snapshots').selectAll().where('id', '=', id)) ?? null);

/** Id of the snapshot that answers searches; null when there is no such knowledge base. */
export const servingSnapshot = readCommand('knowledge.servingSnapshot', (sql, knowledgeId: string): string | null => sql.first(db.selectFrom('knowledge_bases').select('snapshot_id').where('id', '=', knowledgeId))?.snapshot_id ?? null);

/** Of every knowledge base that has a row, deleted ones that can be undone included. */
export const allSnapshots = readCommand('knowledge.allSnapshots', (sql, _: undefined): SnapshotRow[] => sql.all(db.selectFrom('knowledge_snapshots').selectAll().orderBy('created_at_ms').orderBy('id')));

export const snapshotStoreCommands = [getSnapshot, servingSnapshot, allSnapshots];
