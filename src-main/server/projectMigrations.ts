import type { Migration } from '../storage/migrations.ts';
import { migration as createLineageAndUndo } from '../storage/migrations/0001-create-lineage-and-undo.ts';
import { migration as createJobs } from '../storage/migrations/0002-create-jobs.ts';

/** Every migration of a project database. */
export const projectMigrations: readonly Migration[] = [createLineageAndUndo, createJobs];
