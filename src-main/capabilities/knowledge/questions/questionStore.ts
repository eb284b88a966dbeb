import type { Evaluation, StoredQuestion } from '#contract/questions.ts';
import { readCommand, tables, writeCommand } from '../../../storage/command.ts';
import { recordUndo, withdrawUndo } from '../../../storage/journal.ts';
import type { DocumentRow, KnowledgeTables } from '../knowledgeTables.ts';

const db = tables<KnowledgeTables>();

export const saveEvaluation = writeCommand('knowledge.saveEvaluation', (sql, evaluation: Evaluation): void => {
  const { id, knowledgeId, snapshotId, atMs } = evaluation;
  sql.run(db.insertInto('knowledge_evaluations').values({ id, knowledge_id: knowledgeId, snapshot_id: snapshotId, at_ms: atMs, record: JSON.stringify(evaluation) }));
});

export interface WantedEvaluations {
  readonly knowledgeId: string;
  /** Of any snapshot where none is named. */
  readonly snapshotId?: string;
  readonly limit: number;
}

/** Newest first. */
export const listEvaluations = readCommand('knowledge.listEvaluations', (sql, { knowledgeId, snapshotId, limit }: WantedEvaluations): Evaluation[] => {
  let query = db.selectFrom('knowledge_evaluations').select('record').where('knowledge_id', '=', knowledgeId).orderBy('at_ms', 'desc').orderBy('id', 'desc').limit(limit);
  if (snapshotId !== undefined) query = query.where('snapshot_id', '=', snapshotId);
  return sql.all(query).map(({ record }) => JSON.parse(record) as Evaluation);
});

/** What a file's name stands for in a knowledge base: the live document, newest read first. */
export const documentsByFile = readCommand('knowledge.documentsByFile', (sql, { knowledgeId, files }: { knowledgeId: string; files: readonly string[] }): DocumentRow[] => {
  const rows: DocumentRow[] = [];
  for (let from = 0; from < files.length; from += 500) {
    rows.push(...sql.all(db.selectFrom('knowledge_documents').selectAll().where('knowledge_id', '=', knowledgeId).where('deleted_at_ms', 'is', null).where('file', 'in', files.slice(from, from + 500)).orderBy('indexed_at_ms', 'desc')));
  }
  return rows;
});

/** Files of live documents that are searched under another document's name. */
export const aliasFiles = readCommand('knowledge.aliasFiles', (sql, knowledgeId: string): { file: string; standsFor: string }[] =>
  sql.all(
    db
      .selectFrom('knowledge_documents as alias')
      .innerJoin('knowledge_documents as document', 'document.id', 'alias.alias_of')
      .select(['alias.file', 'document.file as standsFor'])
      .where('alias.knowledge_id', '=', knowledgeId)
      .where('alias.deleted_at_ms', 'is', null),
  ),
);

/** What a deletion took out of a file of questions: an undo puts it in again, whatever was saved since. */
export interface RemovedQuestions {
  /** Of the journal's entry. */
  readonly id: string;
  readonly slug: string;
  readonly questions: readonly StoredQuestion[];
}

const KIND = 'knowledge.questions';

/** Before the file is written. */
export const recordRemovedQuestions = writeCommand('knowledge.recordRemovedQuestions', (sql, { atMs, ...removed }: RemovedQuestions & { atMs: number }): void => {
  const count = removed.questions.length;
  const title = count === 1 ? `Delete the question "${removed.questions[0]?.question.slice(0, 80) ?? ''}"` : `Delete ${count} saved questions`;
  recordUndo(sql, { id: removed.id, kind: KIND, title, payload: removed, atMs });
});

/** The file could not be written after all. */
export const withdrawRemovedQuestions = writeCommand('knowledge.withdrawRemovedQuestions', (sql, { id, atMs }: { id: string; atMs: number }): void => {
  withdrawUndo(sql, { kind: KIND, payloadId: id, atMs });
});

/** The file is the whole of it: no row changes. */
export const undoRemovedQuestions = writeCommand('knowledge.undoRemovedQuestions', (_sql, _removed: RemovedQuestions): void => undefined);
export const purgeRemovedQuestions = writeCommand('knowledge.purgeRemovedQuestions', (_sql, _removed: RemovedQuestions): void => undefined);

export const questionStoreCommands = [saveEvaluation, listEvaluations, documentsByFile, aliasFiles, recordRemovedQuestions, withdrawRemovedQuestions, undoRemovedQuestions, purgeRemovedQuestions];
