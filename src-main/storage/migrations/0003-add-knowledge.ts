import type { Migration } from '../migrations.ts';

/** Knowledge bases, their snapshots, documents and chunks. Rows are the truth; the index is derived from them. */
export const migration: Migration = {
  id: '0003-add-knowledge',
  database: 'project',
  up: `
CREATE TABLE knowledge_bases (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL,
  sources TEXT NOT NULL,
  max_tokens INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER,
  deleted_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX knowledge_bases_slug ON knowledge_bases(slug) WHERE deleted_at_ms IS NULL;

CREATE TABLE knowledge_documents (
  id TEXT PRIMARY KEY,
  knowledge_id TEXT NOT NULL REFERENCES knowledge_bases(id) ON DELETE CASCADE,
  root TEXT NOT NULL,
  file TEXT NOT NULL,
  state TEXT NOT NULL,
  format TEXT,
  title TEXT NOT NULL,
  pages INTEGER,
  chunks INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  mtime_ns TEXT NOT NULL DEFAULT '0',
  inode TEXT NOT NULL DEFAULT '0',
  checked_at_ms INTEGER NOT NULL DEFAULT 0,
  source_digest TEXT,
  parsed_digest TEXT,
  chunker TEXT,
  index_id TEXT,
  warnings TEXT NOT NULL DEFAULT '[]',
  reason TEXT,
  indexed_at_ms INTEGER,
  deleted_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX knowledge_documents_file ON knowledge_documents(knowledge_id, root, file) WHERE deleted_at_ms IS NULL;
CREATE INDEX knowledge_documents_index ON knowledge_documents(index_id);
CREATE INDEX knowledge_documents_state ON knowledge_documents(knowledge_id, state, file);

CREATE TABLE knowledge_chunks (
  document_id TEXT NOT NULL REFERENCES knowledge_documents(id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  id TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  page INTEGER,
  kind TEXT NOT NULL,
  headings TEXT NOT NULL,
  PRIMARY KEY (document_id, ordinal)
) STRICT, WITHOUT ROWID;
`,
};
