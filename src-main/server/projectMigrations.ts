import type { Migration } from '../storage/migrations.ts';
import { migration as createLineageAndUndo } from '../storage/migrations/0001-create-lineage-and-undo.ts';
import { migration as createJobs } from '../storage/migrations/0002-create-jobs.ts';
import { migration as addKnowledge } from '../storage/migrations/0003-add-knowledge.ts';
import { migration as addAnswers } from '../storage/migrations/0004-add-answers.ts';
import { migration as addSnapshots } from '../storage/migrations/0007-add-snapshots.ts';
import { migration as addAnswerCitations } from '../storage/migrations/0008-add-answer-citations.ts';
import { migration as addPipelines } from '../storage/migrations/0009-add-pipelines.ts';

/** Every migration of a project database. */
export const projectMigrations: readonly Migration[] = [createLineageAndUndo, createJobs, addKnowledge, addAnswers, addSnapshots, addAnswerCitations, addPipelines];
