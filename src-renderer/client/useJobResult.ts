import { useEffect, useRef } from 'react';
import type { ZodType } from 'zod';
import type { Job } from '#contract/jobs.ts';
import { useJob } from './systemQueries.ts';

export interface JobResult<T> {
  readonly job: Job | null;
  readonly running: boolean;
  /** Null until the job is done. */
  readonly result: T | null;
}

/** Follows a job and reads what it reports at its end. `onDone` runs once, with the result. */
export function useJobResult<T>(id: string | null, schema: ZodType<T>, onDone?: (result: T) => void): JobResult<T> {
  const job = useJob(id);
  const parsed = job?.state === 'done' ? schema.safeParse(job.result) : null;
  const result = parsed?.success === true ? parsed.data : null;
  const told = useRef<string | null>(null);
  // Outside system: the job. Its end is told once, however often the view is drawn.
  useEffect(() => {
    if (result === null || id === null || told.current === id) return;
    told.current = id;
    onDone?.(result);
  });
  return { job, running: id !== null && (job === null || job.endedAtMs === null), result };
}
