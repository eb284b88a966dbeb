import { join, basename } from 'node:path';
import { AppError } from '../base/appError.ts';
import { failpoint } from '../base/failpoint.ts';
import { copiesFolder, copyDatabase, dropOldCopies } from './copyDatabase.ts';
import { createStateTables, readApplied } from './databaseState.ts';
import { migrationHash, type Migration } from './migrations.ts';
import { planMigrations } from './planMigrations.ts';
import type { Connection } from './sqliteConnection.ts';
import { databaseDamaged } from './storageError.ts';

export interface Migrated {
  readonly migrated: readonly string[];
  /** Absolute path of the copy made before the first step, or null when the database was new or up to date. */
  readonly copy: string | null;
}

/** Brings a database to the newest schema: one transaction a step, after a checked copy when there is anything to lose. */
export function migrateDatabase(connection: Connection, migrations: readonly Migration[], file: string): Migrated {
  const applied = readApplied(connection);
  const plan = planMigrations(migrations, applied, file);
  if (plan.refusal) throw new AppError(plan.refusal.code, plan.refusal.message, { hint: plan.refusal.hint, details: { file } });
  createStateTables(connection);
  if (plan.pending.length === 0) return { migrated: [], copy: null };
  const copy = applied.length === 0 ? null : copyBefore(connection, file, applied.at(-1)?.id ?? '');
  connection.pragma('foreign_keys = OFF');
  try {
    for (const migration of plan.pending) apply(connection, migration, file);
  } finally {
    connection.pragma('foreign_keys = ON');
  }
  return { migrated: plan.pending.map((one) => one.id), copy };
}

function copyBefore(connection: Connection, file: string, lastApplied: string): string {
  const copy = join(copiesFolder(file), `${basename(file)}.${lastApplied}.db`);
  failpoint('migration.before-copy');
  copyDatabase(connection, copy);
  failpoint('migration.after-copy');
  dropOldCopies(file);
  return copy;
}

function apply(connection: Connection, migration: Migration, file: string): void {
  connection.transaction(() => {
    connection.exec(migration.up);
    failpoint('migration.inside');
    const broken = connection.pragma('foreign_key_check') as { table: string }[];
    if (broken.length > 0) throw databaseDamaged(file, `${migration.id} would leave ${broken.length} broken references in ${broken[0]?.table}`);
    connection
      .prepare('INSERT INTO storage_migrations (id, sha256, applied_at_ms) VALUES (?, ?, ?)')
      .run(migration.id, migrationHash(migration), Date.now());
    failpoint('migration.before-commit');
  })();
  failpoint('migration.after-commit');
}
