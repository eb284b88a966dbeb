import type { Job, JobState } from '#contract/jobs.ts';
import { problemsOf } from '../client/ingestProblems.ts';
import { saySentences } from '../client/problem.ts';
import { describeProgress, type ProgressWords } from '../lib/describeProgress.ts';
import { formatCount } from '../lib/formatCount.ts';
import { formatDuration } from '../lib/formatDuration.ts';
import { formatExact, formatMoment, formatRelative } from '../lib/formatTime.ts';
import type { Fact } from '../ui/Facts.tsx';
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
  if (job.error !== null) return saySentences(job.error.message, job.error.hint);
  if (isActive(job)) return job.progress?.now ?? (job.state === 'queued' ? 'Waiting for its turn' : '');
  if (job.endedAtMs === null) return '';
  const took = job.startedAtMs === null ? '' : ` · took ${formatDuration(Math.max(0, job.endedAtMs - job.startedAtMs))}`;
  const again = job.resumed === 0 ? '' : ` · taken up again ${job.resumed === 1 ? 'once' : `${job.resumed} times`}`;
  const problems = problemsOf(job);
  const unseen = problems[0] === undefined ? '' : ` · could not look into ${problems[0].path}${problems.length === 1 ? '' : ` and ${problems.length - 1} more`}: ${problems[0].reason}`;
  return `${formatRelative(job.endedAtMs, nowMs)}${took}${again}${unseen}`;
}

export interface JobFactsView {
  readonly meaning: Meaning;
  readonly word: string;
  readonly amount: readonly Fact[];
  readonly when: readonly Fact[];
  readonly result: readonly Fact[];
}

/** What the inspector says of a job. Figures of the result that are zero or empty are left out. */
export function prepareJobFacts(job: Job): JobFactsView {
  const progress = job.progress === null ? null : describeProgress(job.progress);
  const time = (name: string, atMs: number | null): Fact[] => (atMs === null ? [] : [{ name, value: formatMoment(atMs), title: formatExact(atMs) }]);
  const took = job.startedAtMs === null || job.endedAtMs === null ? [] : [{ name: 'Took', value: formatDuration(Math.max(0, job.endedAtMs - job.startedAtMs)) }];
  return {
    ...STATES[job.state],
    amount: progress === null ? [] : [{ name: 'Amount', value: progress.amount }, ...(progress.speed === '' ? [] : [{ name: 'Speed', value: progress.speed }])],
    when: [...time('Created', job.createdAtMs), ...time('Started', job.startedAtMs), ...time('Ended', job.endedAtMs), ...took],
    result: Object.entries(job.result ?? {}).flatMap(([name, value]) => resultFacts(name, value)),
  };
}

/** `passedOver` → `Passed over`; a group of figures becomes a line each. */
function resultFacts(name: string, value: unknown): Fact[] {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase());
  if (value === null || value === 0 || value === '' || value === undefined) return [];
  if (typeof value === 'number') return [{ name: words, value: formatCount(value), mono: true }];
  if (Array.isArray(value)) return value.length === 0 ? [] : [{ name: words, value: value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('; ') }];
  if (typeof value === 'object') return Object.entries(value).flatMap(([within, figure]) => resultFacts(`${name}: ${within}`, figure));
  return [{ name: words, value: String(value) }];
}
