import type { Job, JobProgress } from '#contract/jobs.ts';
import type { Clock } from '../base/clock.ts';
import type { JobKind } from './jobQueue.ts';
import { createProgressMeter, type ReportedProgress } from './progressMeter.ts';

const PUBLISH_EVERY_MS = 100;
const SAVE_EVERY_MS = 1_000;

export interface LiveJobOptions {
  readonly kind: JobKind;
  readonly clock: Clock;
  readonly publish: (job: Job) => void;
  readonly save: (progress: JobProgress) => Promise<void>;
}

/** A job while this process runs it: its newest state, before and after it is on disk, and how often that is told. */
export class LiveJob {
  readonly kind: JobKind;
  readonly abort = new AbortController();
  readonly settled = Promise.withResolvers<void>();
  /** No longer counts as running. */
  ended = false;
  /** Asked to stop by the user, not by the end of the process. */
  cancelled = false;
  #job: Job;
  readonly #options: LiveJobOptions;
  readonly #measure: (reported: ReportedProgress) => JobProgress;
  #publishedAtMs = -Infinity;
  #savedAtMs: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(job: Job, options: LiveJobOptions) {
    this.#job = job;
    this.kind = options.kind;
    this.#options = options;
    this.#measure = createProgressMeter(() => options.clock.monotonicMs());
    this.#savedAtMs = options.clock.monotonicMs();
  }

  get job(): Job {
    return this.#job;
  }

  /** Changes the state and tells it at once. */
  change(change: Partial<Job>): void {
    this.#job = { ...this.#job, ...change };
    this.#publishNow();
  }

  cancel(reason: unknown): void {
    this.cancelled = true;
    if (this.#job.state === 'running') this.change({ state: 'cancelling' });
    this.abort.abort(reason);
  }

  report(reported: ReportedProgress): void {
    if (this.ended) return;
    const progress = this.#measure(reported);
    this.#job = { ...this.#job, progress };
    const atMs = this.#options.clock.monotonicMs();
    if (atMs - this.#publishedAtMs >= PUBLISH_EVERY_MS) this.#publishNow();
    else this.#timer ??= setTimeout(() => this.#publishNow(), PUBLISH_EVERY_MS).unref();
    if (atMs - this.#savedAtMs < SAVE_EVERY_MS) return;
    this.#savedAtMs = atMs;
    // Only a convenience after a kill: the job's own writes tell of a full disk.
    this.#options.save(progress).catch(() => undefined);
  }

  #publishNow(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#publishedAtMs = this.#options.clock.monotonicMs();
    this.#options.publish(this.#job);
  }
}
