import type { Migration } from '../migrations.ts';

/** What belongs to the person, not to a project: settings, recently opened projects and which folders are trusted. */
export const migration: Migration = {
  id: '0006-add-user-state',
  database: 'user',
  up: `
CREATE TABLE projects_recent (
  folder TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  opened_at_ms INTEGER NOT NULL,
  trusted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE projects_settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
`,
};
