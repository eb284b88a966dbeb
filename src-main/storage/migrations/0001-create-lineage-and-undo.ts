import type { Migration } from '../migrations.ts';

export const migration: Migration = {
  id: '0001-create-lineage-and-undo',
  database: 'project',
  up: `
CREATE TABLE lineage_nodes (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  UNIQUE (kind, key)
) STRICT;

CREATE TABLE lineage_edges (
  from_id INTEGER NOT NULL REFERENCES lineage_nodes (id),
  to_id INTEGER NOT NULL REFERENCES lineage_nodes (id),
  role TEXT NOT NULL,
  PRIMARY KEY (from_id, to_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX lineage_edges_backward ON lineage_edges (to_id, from_id, role);

CREATE TABLE undo_journal (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  purge_at_ms INTEGER NOT NULL,
  undone_at_ms INTEGER
) STRICT;
CREATE INDEX undo_journal_by_purge ON undo_journal (purge_at_ms);
`,
};
