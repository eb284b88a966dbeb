import type { Answer } from '#contract/knowledge.ts';
import { readCommand, tables, writeCommand, type Sql } from '../../storage/command.ts';
import { recordUndo } from '../../storage/journal.ts';
import { addLineageEdges, type LineageEdge } from '../../storage/lineage.ts';
import type { KnowledgeTables } from './knowledgeTables.ts';

const db = tables<KnowledgeTables>();

export interface ConversationListing {
  readonly id: string;
  readonly knowledge_id: string;
  readonly title: string;
  readonly updated_at_ms: number;
  readonly answers: number;
}

function liveConversations() {
  return db
    .selectFrom('knowledge_conversations as conversation')
    .innerJoin('knowledge_bases as base', 'base.id', 'conversation.knowledge_id')
    .leftJoin('knowledge_answers as answer', 'answer.conversation_id', 'conversation.id')
    .select(({ fn }) => ['conversation.id', 'conversation.knowledge_id', 'conversation.title', 'conversation.updated_at_ms', fn.count<number>('answer.id').as('answers')])
    .where('conversation.deleted_at_ms', 'is', null)
    .where('base.deleted_at_ms', 'is', null)
    .groupBy('conversation.id');
}

/** The last of the page before: the newest that were updated earlier follow, those of one millisecond by their id. */
export interface ConversationPage {
  readonly knowledgeId: string | null;
  readonly after: Pick<ConversationListing, 'id' | 'updated_at_ms'> | null;
  readonly limit: number;
}

/** One page, newest first. */
export const listConversations = readCommand('knowledge.listConversations', (sql, { knowledgeId, after, limit }: ConversationPage): ConversationListing[] => {
  let query = liveConversations().orderBy('conversation.updated_at_ms', 'desc').orderBy('conversation.id', 'desc').limit(limit);
  if (knowledgeId !== null) query = query.where('conversation.knowledge_id', '=', knowledgeId);
  if (after !== null) query = query.where((where) => where.or([where('conversation.updated_at_ms', '<', after.updated_at_ms), where.and([where('conversation.updated_at_ms', '=', after.updated_at_ms), where('conversation.id', '<', after.id)])]));
  return sql.all(query);
});

export const getConversation = readCommand('knowledge.getConversation', (sql, id: string): ConversationListing | null => sql.first(liveConversations().where('conversation.id', '=', id)) ?? null);

export interface SaveAnswer {
  readonly answer: Answer;
  readonly knowledgeId: string;
  readonly atMs: number;
  /** Digest of the model that wrote it; null for passages. */
  readonly modelDigest: string | null;
  /** Digest of the artifact that says how it came about; what is known of it stays where none is given. */
  readonly trace?: string;
  /** Id of the snapshot that was searched; the base's first one where none is given. */
  readonly snapshotId?: string;
}

function lineageOf({ answer, knowledgeId, snapshotId, modelDigest }: SaveAnswer): LineageEdge[] {
  const from = { kind: 'answer', key: answer.id };
  const cited = [...new Set(answer.citations.map((citation) => citation.parsedDigest as string))];
  return [
    { from, to: { kind: 'snapshot', key: snapshotId ?? knowledgeId }, role: 'searched' },
    ...(modelDigest === null ? [] : [{ from, to: { kind: 'model', key: modelDigest }, role: 'written by' }]),
    ...cited.map((key) => ({ from, to: { kind: 'parsed document', key }, role: 'cited' })),
  ];
}

/** Saves an answer and, for the first one, its conversation. */
export const saveAnswer = writeCommand('knowledge.saveAnswer', (sql, save: SaveAnswer): void => {
  const { answer, knowledgeId, atMs, trace } = save;
  if (answer.state === 'done') addLineageEdges.run(sql, lineageOf(save));
  sql.run(
    db
      .insertInto('knowledge_conversations')
      .values({ id: answer.conversationId, knowledge_id: knowledgeId, title: answer.question, created_at_ms: atMs, updated_at_ms: atMs, deleted_at_ms: null })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ updated_at_ms: atMs })),
  );
  const record = JSON.stringify(answer);
  const known = sql.first(db.selectFrom('knowledge_answers').select('id').where('id', '=', answer.id));
  if (known) {
    sql.run(db.updateTable('knowledge_answers').set({ state: answer.state, record, ...(trace === undefined ? {} : { trace }) }).where('id', '=', answer.id));
    writeCitations(sql, answer);
    return;
  }
  const last = sql.first(
    db
      .selectFrom('knowledge_answers')
      .select(({ fn }) => fn.max('sequence').as('last'))
      .where('conversation_id', '=', answer.conversationId),
  );
  sql.run(
    db.insertInto('knowledge_answers').values({
      id: answer.id,
      conversation_id: answer.conversationId,
      sequence: (last?.last ?? 0) + 1,
      state: answer.state,
      question: answer.question,
      record,
      created_at_ms: answer.createdAtMs,
      trace: trace ?? null,
    }),
  );
  writeCitations(sql, answer);
});

/** Beside the record, so that what cites a document is found without reading every answer. */
function writeCitations(sql: Sql, answer: Answer): void {
  sql.run(db.deleteFrom('knowledge_citations').where('answer_id', '=', answer.id));
  for (const cited of Map.groupBy(answer.citations, ({ documentId, parsedDigest }) => `${documentId} ${parsedDigest}`).values()) {
    const [first] = cited;
    if (first) sql.run(db.insertInto('knowledge_citations').values({ answer_id: answer.id, document_id: first.documentId, parsed_digest: first.parsedDigest, citations: cited.length }));
  }
}

const parsed = (row: { record: string }): Answer => JSON.parse(row.record) as Answer;

export const getAnswer = readCommand('knowledge.getAnswer', (sql, id: string): Answer | null => {
  const row = sql.first(db.selectFrom('knowledge_answers').select('record').where('id', '=', id));
  return row ? parsed(row) : null;
});

/** Digest of the artifact that says how an answer came about; null trace: it was not kept. */
export const traceOfAnswer = readCommand('knowledge.traceOfAnswer', (sql, id: string): { trace: string | null } | null => sql.first(db.selectFrom('knowledge_answers').select('trace').where('id', '=', id)) ?? null);

/** Artifacts that say how answers came about. */
export const answerTraces = readCommand('knowledge.answerTraces', (sql, _: undefined): string[] =>
  sql.all(db.selectFrom('knowledge_answers').select('trace').where('trace', 'is not', null)).flatMap(({ trace }) => (trace === null ? [] : [trace])),
);

/** Of every answer that has a row, those of deleted conversations that can be undone included. */
export const answerIds = readCommand('knowledge.answerIds', (sql, _: undefined): string[] => sql.all(db.selectFrom('knowledge_answers').select('id')).map(({ id }) => id));

export const answersOf = readCommand('knowledge.answersOf', (sql, conversationId: string): Answer[] =>
  sql.all(db.selectFrom('knowledge_answers').select('record').where('conversation_id', '=', conversationId).orderBy('sequence')).map(parsed),
);

/** Answers that were being written when the process died. */
export const unfinishedAnswers = readCommand('knowledge.unfinishedAnswers', (sql): { answer: Answer; knowledgeId: string }[] =>
  sql
    .all(
      db
        .selectFrom('knowledge_answers as answer')
        .innerJoin('knowledge_conversations as conversation', 'conversation.id', 'answer.conversation_id')
        .select(['answer.record', 'conversation.knowledge_id'])
        .where('answer.state', '=', 'running'),
    )
    .map((row) => ({ answer: parsed(row), knowledgeId: row.knowledge_id })),
);

export const countAnswers = readCommand('knowledge.countAnswers', (sql): { answers: number; last: { conversationId: string; question: string; atMs: number } | null } => {
  const live = db
    .selectFrom('knowledge_answers as answer')
    .innerJoin('knowledge_conversations as conversation', 'conversation.id', 'answer.conversation_id')
    .where('conversation.deleted_at_ms', 'is', null);
  const last = sql.first(
    live
      .select(['answer.conversation_id as conversationId', 'answer.question as question', 'answer.created_at_ms as atMs'])
      .orderBy('answer.created_at_ms', 'desc')
      .limit(1),
  );
  return { answers: sql.first(live.select(({ fn }) => fn.countAll<number>().as('count')))?.count ?? 0, last: last ?? null };
});

export interface RemovedConversation {
  readonly id: string;
}

export const removeConversation = writeCommand('knowledge.removeConversation', (sql, { id, atMs, undoId }: RemovedConversation & { atMs: number; undoId: string }): boolean => {
  const row = sql.first(db.selectFrom('knowledge_conversations').selectAll().where('id', '=', id).where('deleted_at_ms', 'is', null));
  if (!row) return false;
  sql.run(db.updateTable('knowledge_conversations').set({ deleted_at_ms: atMs }).where('id', '=', id));
  recordUndo(sql, { id: undoId, kind: 'knowledge.conversation', title: `Delete conversation "${row.title.slice(0, 80)}"`, payload: { id }, atMs });
  return true;
});

export const restoreConversation = writeCommand('knowledge.restoreConversation', (sql, { id }: RemovedConversation): void => {
  sql.run(db.updateTable('knowledge_conversations').set({ deleted_at_ms: null }).where('id', '=', id));
});

export const purgeConversation = writeCommand('knowledge.purgeConversation', (sql, { id }: RemovedConversation): void => {
  sql.run(db.deleteFrom('knowledge_conversations').where('id', '=', id).where('deleted_at_ms', 'is not', null));
});

export const answerStoreCommands = [
  listConversations,
  getConversation,
  saveAnswer,
  getAnswer,
  traceOfAnswer,
  answerTraces,
  answerIds,
  answersOf,
  unfinishedAnswers,
  countAnswers,
  removeConversation,
  restoreConversation,
  purgeConversation,
];
