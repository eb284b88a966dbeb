import type { Migration } from '../../../src-main/storage/migrations.ts';

export const laterMigrations: readonly Migration[] = [
  { id: '0002-add-size', database: 'project', up: 'ALTER TABLE entries ADD COLUMN size INTEGER; UPDATE entries SET size = length(data);' },
  { id: '0003-create-labels', database: 'project', up: 'CREATE TABLE labels (entry_id INTEGER NOT NULL REFERENCES entries (id), label TEXT NOT NULL) STRICT; INSERT INTO labels SELECT id, name FROM entries;' },
  {
    id: '0004-rebuild-entries',
    database: 'project',
    up: `
CREATE TABLE entries_new (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, data BLOB, size INTEGER NOT NULL) STRICT;
INSERT INTO entries_new (id, name, data, size) SELECT id, name, data, size FROM entries;
DROP TABLE entries;
ALTER TABLE entries_new RENAME TO entries;
`,
  },
];
