import type { Migration } from '../migrations.ts';

/**
 * An index becomes a snapshot of its knowledge base: what a document is called there, and its chunks, belong to the snapshot and no longer
 * to the document. The first snapshot of a base bears the base's own id, so that its folder and its lineage stay true.
 * Beside them: what is known of a document for filters and duplicates, every form it was read in, and outcomes of the saved questions.
 */
export const migration: Migration = {
  id: '0007-add-snapshots',
  database: 'project',
  up: `
CREATE TABLE knowledge_snapshots (
  id TEXT PRIMARY KEY,
  knowledge_id TEXT NOT NULL REFERENCES knowledge_bases(id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  max_tokens INTEGER NOT NULL,
  embedder TEXT NOT NULL,
  embedder_digest TEXT,
  dimensions INTEGER,
  paused INTEGER NOT NULL DEFAULT 0,
  vectors_done INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  served_from_ms INTEGER,
  served_until_ms INTEGER,
  failure TEXT
) STRICT;
CREATE INDEX knowledge_snapshots_base ON knowledge_snapshots(knowledge_id, created_at_ms);
INSERT INTO knowledge_snapshots (id, knowledge_id, state, max_tokens, embedder, created_at_ms, served_from_ms)
  SELECT id, id, 'serving', max_tokens, 'all-minilm-l6-v2', created_at_ms, created_at_ms FROM knowledge_bases;
ALTER TABLE knowledge_bases ADD COLUMN snapshot_id TEXT NOT NULL DEFAULT '';
UPDATE knowledge_bases SET snapshot_id = id;

CREATE TABLE knowledge_entries (
  snapshot_id TEXT NOT NULL REFERENCES knowledge_snapshots(id) ON DELETE CASCADE,
  document_id TEXT NOT NULL REFERENCES knowledge_documents(id) ON DELETE CASCADE,
  index_id TEXT NOT NULL,
  chunker TEXT NOT NULL,
  parsed_digest TEXT NOT NULL,
  chunks INTEGER NOT NULL,
  PRIMARY KEY (snapshot_id, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX knowledge_entries_index ON knowledge_entries(index_id);
CREATE INDEX knowledge_entries_document ON knowledge_entries(document_id);
INSERT INTO knowledge_entries (snapshot_id, document_id, index_id, chunker, parsed_digest, chunks)
  SELECT knowledge_id, id, index_id, chunker, parsed_digest, chunks FROM knowledge_documents
  WHERE index_id IS NOT NULL AND chunker IS NOT NULL AND parsed_digest IS NOT NULL;

ALTER TABLE knowledge_chunks RENAME TO knowledge_chunks_of_documents;
CREATE TABLE knowledge_chunks (
  snapshot_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  id TEXT NOT NULL,
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  page INTEGER,
  kind TEXT NOT NULL,
  headings TEXT NOT NULL,
  PRIMARY KEY (snapshot_id, document_id, ordinal),
  FOREIGN KEY (snapshot_id, document_id) REFERENCES knowledge_entries(snapshot_id, document_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO knowledge_chunks (snapshot_id, document_id, ordinal, id, start, "end", tokens, page, kind, headings)
  SELECT entry.snapshot_id, chunk.document_id, chunk.ordinal, chunk.id, chunk.start, chunk."end", chunk.tokens, chunk.page, chunk.kind, chunk.headings
  FROM knowledge_chunks_of_documents AS chunk JOIN knowledge_entries AS entry ON entry.document_id = chunk.document_id;
DROP TABLE knowledge_chunks_of_documents;

DROP INDEX knowledge_documents_index;
ALTER TABLE knowledge_documents DROP COLUMN index_id;
ALTER TABLE knowledge_documents DROP COLUMN chunker;
ALTER TABLE knowledge_documents DROP COLUMN chunks;
ALTER TABLE knowledge_documents ADD COLUMN author TEXT;
ALTER TABLE knowledge_documents ADD COLUMN created_ms INTEGER;
ALTER TABLE knowledge_documents ADD COLUMN modified_ms INTEGER;
ALTER TABLE knowledge_documents ADD COLUMN language TEXT;
ALTER TABLE knowledge_documents ADD COLUMN url TEXT;
ALTER TABLE knowledge_documents ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
ALTER TABLE knowledge_documents ADD COLUMN container TEXT;
ALTER TABLE knowledge_documents ADD COLUMN copy TEXT;
ALTER TABLE knowledge_documents ADD COLUMN alias_of TEXT;
ALTER TABLE knowledge_documents ADD COLUMN text_digest TEXT;
ALTER TABLE knowledge_documents ADD COLUMN signature BLOB;
CREATE INDEX knowledge_documents_text ON knowledge_documents(knowledge_id, text_digest) WHERE text_digest IS NOT NULL;
CREATE INDEX knowledge_documents_alias ON knowledge_documents(alias_of) WHERE alias_of IS NOT NULL;

CREATE TABLE knowledge_bands (
  document_id TEXT NOT NULL REFERENCES knowledge_documents(id) ON DELETE CASCADE,
  band INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  PRIMARY KEY (band, hash, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX knowledge_bands_document ON knowledge_bands(document_id);

CREATE TABLE knowledge_forms (
  document_id TEXT NOT NULL REFERENCES knowledge_documents(id) ON DELETE CASCADE,
  parsed_digest TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (document_id, parsed_digest)
) STRICT, WITHOUT ROWID;
INSERT INTO knowledge_forms (document_id, parsed_digest, at_ms)
  SELECT id, parsed_digest, coalesce(indexed_at_ms, checked_at_ms) FROM knowledge_documents WHERE parsed_digest IS NOT NULL;

CREATE TABLE knowledge_evaluations (
  id TEXT PRIMARY KEY,
  knowledge_id TEXT NOT NULL REFERENCES knowledge_bases(id) ON DELETE CASCADE,
  snapshot_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX knowledge_evaluations_base ON knowledge_evaluations(knowledge_id, at_ms);

ALTER TABLE knowledge_answers ADD COLUMN trace TEXT;
`,
};
