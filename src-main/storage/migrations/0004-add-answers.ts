import type { Migration } from '../migrations.ts';

/** Conversations and their answers. An answer is one row with its whole record: it is read and shown as one thing. */
export const migration: Migration = {
  id: '0004-add-answers',
  database: 'project',
  up: `
CREATE TABLE knowledge_conversations (
  id TEXT PRIMARY KEY,
  knowledge_id TEXT NOT NULL REFERENCES knowledge_bases(id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  deleted_at_ms INTEGER
) STRICT;
CREATE INDEX knowledge_conversations_recent ON knowledge_conversations(knowledge_id, updated_at_ms);

CREATE TABLE knowledge_answers (
  id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES knowledge_conversations(id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  state TEXT NOT NULL,
  question TEXT NOT NULL,
  record TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX knowledge_answers_order ON knowledge_answers(conversation_id, sequence);
`,
};
