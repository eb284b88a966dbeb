import type { Migration } from '../migrations.ts';

/** Model files that the person uses in place. Downloaded models need no row: their folder is named by their digest. */
export const migration: Migration = {
  id: '0005-add-local-models',
  database: 'user',
  up: `
CREATE TABLE models_local (
  slug TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  task TEXT NOT NULL,
  path TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified_ms INTEGER NOT NULL,
  inode TEXT NOT NULL,
  context_tokens INTEGER,
  memory_bytes INTEGER NOT NULL,
  added_at_ms INTEGER NOT NULL
) STRICT;
`,
};
