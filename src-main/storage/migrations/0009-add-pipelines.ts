import type { Migration } from '../migrations.ts';

export const migration: Migration = {
  id: '0009-add-pipelines',
  database: 'project',
  up: `
CREATE TABLE pipelines_runs (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  pipeline TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
  settings TEXT NOT NULL,
  error TEXT,
  started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER
) STRICT;
CREATE INDEX pipelines_runs_by_pipeline ON pipelines_runs (pipeline, sequence);
CREATE TABLE pipelines_steps (
  run_id TEXT NOT NULL REFERENCES pipelines_runs(id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  cell TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('ran', 'reused', 'failed', 'skipped')),
  reason TEXT NOT NULL,
  key TEXT,
  parts TEXT,
  outputs TEXT,
  duration_ms REAL NOT NULL,
  PRIMARY KEY (run_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX pipelines_steps_by_key ON pipelines_steps (key) WHERE outputs IS NOT NULL;
CREATE TABLE pipelines_files (
  path TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  mtime_ns TEXT NOT NULL,
  inode TEXT NOT NULL,
  read_at_ms INTEGER NOT NULL,
  digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
