import { oc } from '@orpc/contract';
import { z } from 'zod';
import { JobId, ProjectId } from './ids.ts';

export const JobState = z.enum(['queued', 'running', 'cancelling', 'done', 'failed', 'cancelled', 'interrupted']);
export type JobState = z.infer<typeof JobState>;

/** Amount done, of what; total is null until it is known. */
export const JobProgress = z.object({
  done: z.number().nonnegative(),
  total: z.number().nonnegative().nullable(),
  unit: z.enum(['files', 'bytes', 'tokens', 'characters', 'cells', 'chunks', 'steps']),
  /** What is being worked on now, in words. */
  now: z.string(),
  /** Units a second, over the last seconds; null until measured. */
  rate: z.number().nonnegative().nullable(),
  leftMs: z.number().nonnegative().nullable(),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const ErrorShape = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

export const Job = z.object({
  id: JobId,
  /** null for jobs of the machine (a model download). */
  projectId: ProjectId.nullable(),
  /** `knowledge.ingest`, `knowledge.answer`, `models.download` … */
  kind: z.string(),
  title: z.string(),
  state: JobState,
  progress: JobProgress.nullable(),
  error: ErrorShape.nullable(),
  /** Counts and identifiers that the kind reports when it ends. */
  result: z.record(z.string(), z.unknown()).nullable(),
  createdAtMs: z.number().int(),
  startedAtMs: z.number().int().nullable(),
  endedAtMs: z.number().int().nullable(),
  /** How often the job was taken up again after its process died. */
  resumed: z.number().int().nonnegative(),
});
export type Job = z.infer<typeof Job>;

export const jobs = {
  /** Newest first. */
  list: oc.input(z.object({ projectId: ProjectId, limit: z.number().int().min(1).max(500).default(100) })).output(z.array(Job)),
  get: oc.input(z.object({ id: JobId })).output(Job),
  /** Returns at once; the job ends as `cancelled` when its work has stopped. */
  cancel: oc.input(z.object({ id: JobId })).output(Job),
};
