import type { Migration } from '../migrations.ts';

export const migration: Migration = {
  id: '0001-create-network-ledger',
  database: 'user',
  up: `
CREATE TABLE network_calls (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  by TEXT NOT NULL,
  target TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('open', 'done', 'failed', 'refused', 'cancelled')),
  sent_bytes INTEGER NOT NULL DEFAULT 0,
  received_bytes INTEGER NOT NULL DEFAULT 0,
  duration_ms REAL,
  reason TEXT
) STRICT;
`,
};
