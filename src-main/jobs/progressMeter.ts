import type { JobProgress } from '#contract/jobs.ts';

/** What a job says of itself; the rest of its progress is measured. */
export type ReportedProgress = Pick<JobProgress, 'done' | 'total' | 'unit' | 'now'>;

const WINDOW_MS = 10_000;
const FIRST_RATE_MS = 500;
/** The first units often cost the start of a process as well: a time left from them alone is far off. */
const FIRST_LEFT_MS = 3_000;
const SAMPLE_EVERY_MS = 100;

/**
 * Adds rate and time left to reported progress, over the last ten seconds of a monotonic clock. A change of unit or
 * a step back (a new stage) begins a new measurement.
 */
export function createProgressMeter(monotonicMs: () => number): (reported: ReportedProgress) => JobProgress {
  let samples: { atMs: number; done: number }[] = [];
  let unit: JobProgress['unit'] | null = null;

  return (reported) => {
    const atMs = monotonicMs();
    const last = samples.at(-1);
    if (reported.unit !== unit || (last !== undefined && reported.done < last.done)) samples = [];
    unit = reported.unit;
    const previous = samples.at(-1);
    if (previous === undefined || atMs - previous.atMs >= SAMPLE_EVERY_MS) samples.push({ atMs, done: reported.done });
    while (samples.length > 2 && atMs - (samples[1]?.atMs ?? atMs) > WINDOW_MS) samples.shift();
    const first = samples[0];
    const elapsedMs = first === undefined ? 0 : atMs - first.atMs;
    const rate = first === undefined || elapsedMs < FIRST_RATE_MS ? null : ((reported.done - first.done) * 1000) / elapsedMs;
    const left = reported.total === null ? null : Math.max(0, reported.total - reported.done);
    const leftMs = left === null || rate === null || rate <= 0 || elapsedMs < FIRST_LEFT_MS ? null : (left / rate) * 1000;
    return { done: reported.done, total: reported.total, unit: reported.unit, now: reported.now, rate, leftMs };
  };
}
