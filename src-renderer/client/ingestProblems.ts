import { z } from 'zod';
import type { Job } from '#contract/jobs.ts';

const Ingested = z.object({ problems: z.array(z.object({ path: z.string(), reason: z.string() })) });

export interface IngestProblem {
  /** A source, or a folder within one. */
  readonly path: string;
  readonly reason: string;
}

/** What an ingestion could not look into although it went on with the rest. */
export function problemsOf({ kind, result }: Pick<Job, 'kind' | 'result'>): readonly IngestProblem[] {
  const parsed = kind === 'knowledge.ingest' ? Ingested.safeParse(result) : null;
  return parsed?.success === true ? parsed.data.problems : [];
}

/** Those of the newest ingestion of each knowledge base: an older one says nothing of today. */
export function standingProblems(jobs: readonly Job[]): { readonly job: Job; readonly problems: readonly IngestProblem[] }[] {
  const newest = new Map<string, Job>();
  for (const job of jobs) {
    if (job.kind !== 'knowledge.ingest' || job.state !== 'done') continue;
    const known = newest.get(job.title);
    if (known === undefined || job.createdAtMs > known.createdAtMs) newest.set(job.title, job);
  }
  return [...newest.values()].flatMap((job) => (problemsOf(job).length === 0 ? [] : [{ job, problems: problemsOf(job) }]));
}
