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

/** Brings a database to the newest schema, after a checked copy when there is anything to lose. All steps or none. */
export function migrateDatabase(connection: Connection, migrations: readonly Migration[], file: string): Migrated {
  const applied = readApplied(connection);
  const plan = planMigrations(migrations, applied, file);
  if (plan.refusal) throw new AppError(plan.refusal.code, plan.refusal.message, { hint: plan.refusal.hint, details: { file } });
  createStateTables(connection);
  if (plan.pending.length === 0) return { migrated: [], copy: null };
  const copy = applied.length === 0 ? null : copyBefore(connection, file, applied.at(-1)?.id ?? '');
  connection.pragma('foreign_keys = OFF');
  try {
    // One transaction for all steps: a step that fails leaves the database as the version before can open it.
    connection.transaction(() => {
      for (const migration of plan.pending) apply(connection, migration, file);
      failpoint('migration.before-commit');
    })();
    failpoint('migration.after-commit');
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
  try {
    connection.exec(migration.up);
  } catch (cause) {
    throw stepFailed(migration, file, cause);
  }
  failpoint('migration.inside');
  const broken = connection.pragma('foreign_key_check') as { table: string }[];
  if (broken.length > 0) throw databaseDamaged(file, `${migration.id} would leave ${broken.length} broken references in ${broken[0]?.table}`);
  connection.prepare('INSERT INTO storage_migrations (id, sha256, applied_at_ms) VALUES (?, ?, ?)').run(migration.id, migrationHash(migration), Date.now());
}

function stepFailed(migration: Migration, file: string, cause: unknown): unknown {
  const constraint = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_CONSTRAINT');
  if (!constraint) return cause;
  return databaseDamaged(file, `its rows do not fit the step ${migration.id} of the upgrade (${cause.message})`, cause);
}
