import { sql as raw } from 'kysely';
import type { DocumentFilter } from '#contract/filters.ts';
import { readCommand, tables } from '../../storage/command.ts';
import { CHANGED, filterConditions } from './filterDocuments.ts';
import type { KnowledgeTables } from './knowledgeTables.ts';

const db = tables<KnowledgeTables>();

export interface CollectionFacts {
  readonly count: number;
  /** By name; the first of them. */
  readonly documents: { file: string; title: string; author: string | null; changedMs: number }[];
}

/** Counts and lists the documents that a filter lets through: those that were read, copies of others among them. */
export const collectionFacts = readCommand('knowledge.collectionFacts', (sql, { knowledgeId, filter, limit }: { knowledgeId: string; filter: DocumentFilter; limit: number }): CollectionFacts => {
  const all = raw.join([raw<boolean>`document.knowledge_id = ${knowledgeId}`, raw<boolean>`document.deleted_at_ms is null`, raw<boolean>`document.state in ('ready', 'alias')`, ...filterConditions(filter)], raw` and `);
  const count = sql.first(raw<{ count: number }>`select count(*) as count from knowledge_documents as document where ${all}`.compile(db))?.count ?? 0;
  const documents = sql.all(
    raw<CollectionFacts['documents'][number]>`select document.file, document.title, document.author, ${CHANGED} as changedMs from knowledge_documents as document where ${all} order by document.file collate nocase limit ${limit}`.compile(db),
  );
  return { count, documents };
});

export const collectionStoreCommands = [collectionFacts];
