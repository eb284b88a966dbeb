import type { StageProgress } from '#contract/stages.ts';
import { formatDuration } from './terminal.ts';

/** How far the second stage is, in a word or two. */
export function describeVectors({ state, done, total, leftMs }: StageProgress): string {
  if (total === 0) return '-';
  const share = `${Math.floor((done / total) * 100)} %`;
  if (state === 'complete') return 'complete';
  if (state === 'paused') return `paused at ${share}`;
  if (state === 'waiting') return `${share}, waiting: ingest again`;
  return leftMs === null ? `${share}, running` : `${share}, ${formatDuration(leftMs)} left`;
}
