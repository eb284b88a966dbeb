import type { Job, JobState } from '#contract/jobs.ts';
import { describeProgress, type ProgressWords } from '../lib/describeProgress.ts';
import { formatDuration } from '../lib/formatDuration.ts';
import { formatRelative } from '../lib/formatTime.ts';
import type { Meaning } from '../ui/StateMark.tsx';

export interface JobRow {
  readonly id: Job['id'];
  readonly title: string;
  readonly meaning: Meaning;
  readonly word: string;
  readonly progress: ProgressWords | null;
  /** What is worked on now, why it failed, or how long it took. */
  readonly detail: string;
  readonly canCancel: boolean;
}

const STATES: Record<JobState, { meaning: Meaning; word: string }> = {
  queued: { meaning: 'waiting', word: 'Queued' },
  running: { meaning: 'running', word: 'Running' },
  cancelling: { meaning: 'waiting', word: 'Stopping' },
  done: { meaning: 'good', word: 'Done' },
  failed: { meaning: 'bad', word: 'Failed' },
  cancelled: { meaning: 'stopped', word: 'Cancelled' },
  interrupted: { meaning: 'warning', word: 'Interrupted' },
};

export const isActive = ({ state }: Pick<Job, 'state'>): boolean => state === 'queued' || state === 'running' || state === 'cancelling';

/** Running first, then queued, then what ended, newest first. */
export function prepareJobs(jobs: readonly Job[], nowMs: number): JobRow[] {
  const rank = (job: Job): number => (job.state === 'running' || job.state === 'cancelling' ? 0 : job.state === 'queued' ? 1 : 2);
  return jobs
    .toSorted((a, b) => rank(a) - rank(b) || b.createdAtMs - a.createdAtMs)
    .map((job) => ({
      id: job.id,
      title: job.title,
      ...STATES[job.state],
      progress: isActive(job) && job.progress !== null ? describeProgress(job.progress) : null,
      detail: detailOf(job, nowMs),
      canCancel: job.state === 'queued' || job.state === 'running',
    }));
}

function detailOf(job: Job, nowMs: number): string {
  if (job.error !== null) return job.error.hint === undefined ? job.error.message : `${job.error.message} ${job.error.hint}`;
  if (isActive(job)) return job.progress?.now ?? (job.state === 'queued' ? 'Waiting for its turn' : '');
  if (job.endedAtMs === null) return '';
  const took = job.startedAtMs === null ? '' : ` · took ${formatDuration(Math.max(0, job.endedAtMs - job.startedAtMs))}`;
  const again = job.resumed === 0 ? '' : ` · taken up again ${job.resumed === 1 ? 'once' : `${job.resumed} times`}`;
  return `${formatRelative(job.endedAtMs, nowMs)}${took}${again}`;
}
