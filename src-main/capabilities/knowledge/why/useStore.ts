import { readCommand, tables } from '../../../storage/command.ts';
import type { DocumentRow, KnowledgeTables } from '../knowledgeTables.ts';

const db = tables<KnowledgeTables>();

/** What was made from one document. */
export interface UseRows {
  readonly answers: { answerId: string; conversationId: string; question: string; atMs: number; citations: number }[];
  /** How many there are; `answers` are the newest of them. */
  readonly answerCount: number;
  readonly snapshots: number;
  readonly history: { parsedDigest: string; atMs: number; chunks: number | null; citedBy: number }[];
}

export interface WantedUse {
  readonly documentId: string;
  /** Most answers that are listed. */
  readonly limit: number;
}

/** Answers of deleted conversations do not count: nobody can open them. */
export const useOfDocument = readCommand('knowledge.useOfDocument', (sql, { documentId, limit }: WantedUse): UseRows => {
  const cited = db
    .selectFrom('knowledge_citations as citation')
    .innerJoin('knowledge_answers as answer', 'answer.id', 'citation.answer_id')
    .innerJoin('knowledge_conversations as conversation', 'conversation.id', 'answer.conversation_id')
    .where('citation.document_id', '=', documentId)
    .where('conversation.deleted_at_ms', 'is', null);
  const answers = sql.all(
    cited
      .select(({ fn }) => ['answer.id as answerId', 'answer.conversation_id as conversationId', 'answer.question', 'answer.created_at_ms as atMs', fn.sum<number>('citation.citations').as('citations')])
      .groupBy('answer.id')
      .orderBy('answer.created_at_ms', 'desc')
      .limit(limit),
  );
  const answerCount = sql.first(cited.select(({ fn }) => fn.count<number>('answer.id').distinct().as('count')))?.count ?? 0;
  const byForm = new Map(sql.all(cited.select(({ fn }) => ['citation.parsed_digest as digest', fn.count<number>('answer.id').as('count')]).groupBy('citation.parsed_digest')).map(({ digest, count }) => [digest, count]));
  const entries = sql.all(db.selectFrom('knowledge_entries').select(['parsed_digest', 'chunks']).where('document_id', '=', documentId));
  const forms = sql.all(db.selectFrom('knowledge_forms').select(['parsed_digest', 'at_ms']).where('document_id', '=', documentId).orderBy('at_ms', 'desc'));
  return {
    answers,
    answerCount,
    snapshots: entries.length,
    history: forms.map((form) => ({
      parsedDigest: form.parsed_digest,
      atMs: form.at_ms,
      chunks: entries.find((entry) => entry.parsed_digest === form.parsed_digest)?.chunks ?? null,
      citedBy: byForm.get(form.parsed_digest) ?? 0,
    })),
  };
});

export const liveDocument = readCommand('knowledge.liveDocument', (sql, id: string): DocumentRow | null => sql.first(db.selectFrom('knowledge_documents').selectAll().where('id', '=', id).where('deleted_at_ms', 'is', null)) ?? null);

export const useStoreCommands = [useOfDocument, liveDocument];
