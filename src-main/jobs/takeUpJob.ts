import type { Clock } from '../base/clock.ts';
import type { Database } from '../storage/database.ts';
import { endJob, requeueJob, type JobEnd, type StoredJob } from './jobCommands.ts';

/** A job whose process died this often is not tried again: it may be what kills it. */
const TRIES = 3;

export interface TakeUpOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** What its kind says; null for a kind that this version does not know. */
  readonly onInterrupted: 'requeue' | 'fail' | null;
}

/** Decides about a job that says "running" or "cancelling" although its process is gone. */
export async function takeUpJob({ job }: StoredJob, { database, clock, onInterrupted }: TakeUpOptions): Promise<void> {
  const { id, state, title, resumed, progress } = job;
  if (state === 'running' && onInterrupted === 'requeue' && resumed < TRIES) return database.run(requeueJob, { id });
  const end: Omit<JobEnd, 'state' | 'error'> = { id, progress, result: null, atMs: clock.now() };
  if (state === 'cancelling') return database.run(endJob, { ...end, state: 'cancelled', error: null });
  const message = resumed >= TRIES ? `${title} was stopped: Lathe ended ${resumed + 1} times while it ran.` : `${title} was interrupted: Lathe ended while it ran.`;
  const hint = resumed >= TRIES ? 'Look at the log for what ended it before starting it again.' : 'Start it again.';
  await database.run(endJob, { ...end, state: 'interrupted', error: { code: 'RUNTIME_EXITED', message, hint } });
}
