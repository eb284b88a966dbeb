import type { ErrorCode } from '#contract/errors.ts';
import { migrationHash, type Migration } from './migrations.ts';

export interface AppliedMigration {
  readonly id: string;
  readonly sha256: string;
}

export interface MigrationPlan {
  readonly pending: readonly Migration[];
  readonly refusal: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | null;
}

/** What to apply, by set difference; refuses a database that knows more than we do, and one whose history differs from ours. */
export function planMigrations(known: readonly Migration[], applied: readonly AppliedMigration[], file: string): MigrationPlan {
  const byId = new Map(known.map((migration) => [migration.id, migration]));
  if (byId.size !== known.length) throw new Error(`Expected migrations with different ids but got ${known.map((one) => one.id).join(', ')}`);
  const newer = applied.filter((one) => !byId.has(one.id));
  if (newer.length > 0) {
    return refuse('DATABASE_NEWER', `${file} was made by a newer version of Lathe (it has ${newer.map((one) => one.id).join(', ')}, this version ends at ${lastId(known)}). Nothing in it was changed.`, 'Open it with that version, or install the newest one.');
  }
  const changed = applied.filter((one) => migrationHash(byId.get(one.id) as Migration) !== one.sha256);
  if (changed.length > 0) {
    return refuse('MIGRATION_CHANGED', `${file} was made with another text of ${changed.map((one) => one.id).join(', ')} than this version has. Nothing in it was changed.`, 'Open it with the version that made it, and report this: a released migration must never change.');
  }
  const done = new Set(applied.map((one) => one.id));
  return { pending: known.filter((one) => !done.has(one.id)).toSorted((a, b) => (a.id < b.id ? -1 : 1)), refusal: null };
}

function refuse(code: ErrorCode, message: string, hint: string): MigrationPlan {
  return { pending: [], refusal: { code, message, hint } };
}

function lastId(known: readonly Migration[]): string {
  return known.map((one) => one.id).toSorted().at(-1) ?? 'nothing';
}
