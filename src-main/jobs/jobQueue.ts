import type { Job } from '#contract/jobs.ts';
import { AppError, toErrorBody } from '../base/appError.ts';
import type { Clock } from '../base/clock.ts';
import { failpoint } from '../base/failpoint.ts';
import { createLogger, type Logger } from '../base/logger.ts';
import { uuidv7 } from '../base/uuid.ts';
import type { Database } from '../storage/database.ts';
import { addJob, cancelJob, endJob, getJob, listJobs, listOpenJobs, requeueJob, saveJobProgress, startJob, type JobEnd, type StoredJob } from './jobCommands.ts';
import { LiveJob } from './liveJob.ts';
import type { ReportedProgress } from './progressMeter.ts';
import { takeUpJob } from './takeUpJob.ts';

/**
 * Owns long work: what waits, what runs, how it ends. States are in the database before anyone is told, so a kill leaves
 * nothing that says "running" without a process. Does not know what the work is.
 */
export interface JobQueue {
  /** Resolves when the job is on disk as `queued`. */
  enqueue(asked: EnqueueRequest): Promise<Job>;
  /** Cancels what waits at once and asks what runs to stop. Rejects with JOB_NOT_FOUND. */
  cancel(id: string): Promise<Job>;
  /** Rejects with JOB_NOT_FOUND. */
  get(id: string): Promise<Job>;
  /** Newest first; `null` lists the jobs of the machine. */
  list(projectId: string | null, limit: number): Promise<Job[]>;
  /** Resolves when the job has ended, however it ended. Rejects with the signal's reason, JOB_NOT_FOUND, or CANCELLED when the queue stops first. */
  wait(id: string, signal?: AbortSignal): Promise<Job>;
  /** To be called once, before anything is enqueued: takes up what an earlier process left. Returns the jobs whose state it changed. With `hold` none of them runs before `release`. */
  recover(options?: { readonly hold: boolean }): Promise<Job[]>;
  /** What recovery holds back. */
  held(): Job[];
  /** Lets what recovery holds back run. */
  release(): void;
  /** Stops running work (put back in the queue, or `interrupted`), waiting up to five seconds for it. */
  stop(): Promise<void>;
}

export interface EnqueueRequest {
  readonly kind: string;
  /** null for jobs of the machine. */
  readonly projectId: string | null;
  readonly title: string;
  /** JSON; what `run` gets, also in a later process. */
  readonly params: unknown;
}

/** How one kind of job runs. */
export interface JobKind<P = never> {
  readonly kind: string;
  /** Jobs of one lane share its concurrency and run in the order they were asked for. */
  readonly lane: string;
  /** What becomes of a job whose process died: run again from its start (so `run` must be able to go on), or `interrupted`. */
  readonly onInterrupted: 'requeue' | 'fail';
  /** The resolved value is the job's result. Rejecting after the signal fired ends the job as cancelled. */
  run(params: P, context: JobContext): Promise<Record<string, unknown>>;
}

export interface JobContext {
  readonly job: Job;
  readonly signal: AbortSignal;
  /** Cheap: at most ten a second are published and one a second is stored. */
  progress(progress: ReportedProgress): void;
  readonly log: Logger;
}

export interface JobQueueOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly publish: (job: Job) => void;
  readonly kinds: readonly JobKind[];
  /** Jobs at once, by lane; 1 where none is given. */
  readonly concurrency: Readonly<Record<string, number>>;
  readonly logger?: Logger;
}

const STOP_MS = 5_000;
const SAVE_AGAIN_MS = 1_000;

export function createJobQueue(options: JobQueueOptions): JobQueue {
  return new Queue(options);
}

class Queue implements JobQueue {
  readonly #options: JobQueueOptions;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #logger: Logger;
  readonly #waitingByLane = new Map<string, StoredJob[]>();
  #held: StoredJob[] = [];
  /** Jobs that this process is running, and ended ones whose end is not on disk yet. */
  readonly #live = new Map<string, LiveJob>();
  readonly #waiters = new Map<string, Set<PromiseWithResolvers<Job>>>();
  #stopping = false;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.kind, kind]));
    this.#logger = options.logger ?? createLogger();
  }

  async enqueue(asked: EnqueueRequest): Promise<Job> {
    const kind = this.#kind(asked.kind);
    if (this.#stopping) throw stopped();
    const { id, atMs } = { id: uuidv7(), atMs: this.#options.clock.now() };
    const stored = await this.#options.database.run(addJob, { ...asked, id, atMs, params: JSON.stringify(asked.params ?? null) });
    this.#options.publish(stored.job);
    this.#line(kind.lane).push(stored);
    this.#pump(kind.lane);
    return stored.job;
  }

  async cancel(id: string): Promise<Job> {
    const stored = await this.#options.database.run(cancelJob, { id, atMs: this.#options.clock.now() }).catch((error: unknown) => {
      // Stopping work must not depend on space left on the disk.
      const live = this.#live.get(id);
      if (live === undefined || live.ended) throw error;
      this.#logger.warn(`The cancellation of job ${id} could not be saved`, error);
      return { job: { ...live.job, state: 'cancelling' as const }, params: null };
    });
    if (stored === null) throw notFound(id);
    const live = this.#live.get(id);
    if (stored.job.state === 'cancelling' && live !== undefined && !live.ended) {
      live.cancel(new AppError('CANCELLED', `${live.job.title} was cancelled.`));
      return live.job;
    }
    const waited = this.#dropFromLine(id) || live !== undefined;
    if (stored.job.state === 'cancelled' && waited) {
      this.#options.publish(stored.job);
      this.#tellWaiters(stored.job);
    }
    return live?.ended === true ? live.job : stored.job;
  }

  async get(id: string): Promise<Job> {
    const stored = await this.#options.database.run(getJob, id);
    if (stored === null) throw notFound(id);
    return this.#current(stored);
  }

  async list(projectId: string | null, limit: number): Promise<Job[]> {
    const found = await this.#options.database.run(listJobs, { projectId, limit });
    return found.map((stored) => this.#current(stored));
  }

  async wait(id: string, signal?: AbortSignal): Promise<Job> {
    signal?.throwIfAborted();
    const waiter = Promise.withResolvers<Job>();
    // Listening before looking: a job that ends in between is not missed.
    const waiters = this.#waiters.get(id) ?? new Set();
    this.#waiters.set(id, waiters.add(waiter));
    const onAbort = () => waiter.reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const job = await Promise.race([this.get(id), waiter.promise]);
      if (hasEnded(job)) return job;
      if (this.#stopping) throw stopped();
      return await waiter.promise;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      waiter.promise.catch(() => undefined);
      waiters.delete(waiter);
      if (waiters.size === 0 && this.#waiters.get(id) === waiters) this.#waiters.delete(id);
    }
  }

  async recover({ hold }: { readonly hold: boolean } = { hold: false }): Promise<Job[]> {
    const { database, clock } = this.#options;
    const changed: Job[] = [];
    for (const found of await database.run(listOpenJobs, null)) {
      const onInterrupted = this.#kinds.get(found.job.kind)?.onInterrupted ?? null;
      if (found.job.state !== 'queued') await takeUpJob(found, { database, clock, onInterrupted });
      const stored = (await database.run(getJob, found.job.id)) ?? found;
      if (stored.job.state !== found.job.state) changed.push(stored.job);
      if (this.#kinds.has(stored.job.kind) && stored.job.state === 'queued') this.#held.push(stored);
    }
    changed.forEach((job) => this.#options.publish(job));
    if (!hold) this.release();
    return changed;
  }

  held(): Job[] {
    return this.#held.map(({ job }) => job);
  }

  release(): void {
    for (const stored of this.#held.splice(0)) this.#line(this.#kind(stored.job.kind).lane).push(stored);
    for (const lane of this.#waitingByLane.keys()) this.#pump(lane);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const live of this.#live.values()) live.abort.abort(stopped());
    const settled = Promise.all([...this.#live.values()].map((live) => live.settled.promise));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, STOP_MS);
    await Promise.race([settled, late]);
    clearTimeout(timer);
    for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.reject(stopped());
    this.#waiters.clear();
  }

  #pump(lane: string): void {
    const line = this.#line(lane);
    const running = [...this.#live.values()].filter((live) => live.kind.lane === lane && !live.ended).length;
    const free = (this.#options.concurrency[lane] ?? 1) - running;
    if (this.#stopping || free <= 0) return;
    for (const stored of line.splice(0, free)) void this.#start(stored);
  }

  async #start({ job, params }: StoredJob): Promise<void> {
    const { database, clock, publish } = this.#options;
    const kind = this.#kind(job.kind);
    const live = new LiveJob(job, { kind, clock, publish, save: (progress) => database.run(saveJobProgress, { id: job.id, progress }) });
    this.#live.set(job.id, live);
    try {
      const started = await database.run(startJob, { id: job.id, atMs: clock.now() });
      if (started === null) return this.#forget(live);
      live.change({ state: 'running', startedAtMs: started.job.startedAtMs });
      await this.#run(live, params);
    } catch (error) {
      this.#logger.error(`Job ${job.id} could not be started`, error);
      await this.#end(live, { state: 'failed', error: toErrorBody(error) });
    }
  }

  async #run(live: LiveJob, params: unknown): Promise<void> {
    const { job, kind, abort } = live;
    try {
      abort.signal.throwIfAborted();
      failpoint('job.before-run');
      const context: JobContext = { job, signal: abort.signal, progress: (reported) => live.report(reported), log: this.#logger.child(kind.kind) };
      const result = await kind.run(params as never, context);
      failpoint('job.after-run');
      await this.#end(live, { state: 'done', result });
    } catch (error) {
      if (!abort.signal.aborted) await this.#end(live, { state: 'failed', error: toErrorBody(error) });
      else if (live.cancelled) await this.#end(live, { state: 'cancelled' });
      else await this.#endByStop(live);
    }
  }

  async #endByStop(live: LiveJob): Promise<void> {
    const { id, title } = live.job;
    if (live.kind.onInterrupted === 'fail') {
      return this.#end(live, { state: 'interrupted', error: { code: 'CANCELLED', message: `${title} was interrupted: Lathe was closed while it ran.`, hint: 'Start it again.' } });
    }
    try {
      await this.#options.database.run(requeueJob, { id });
    } catch (error) {
      // The row says "running"; the next start takes it up as after a kill.
      this.#logger.warn(`Job ${id} could not be put back in the queue`, error);
    }
    live.change({ state: 'queued', startedAtMs: null, resumed: live.job.resumed + 1 });
    this.#forget(live);
  }

  /** Ends a job: on disk, then for everyone. When the disk refuses, everyone is told and it is saved as soon as that works. */
  async #end(live: LiveJob, how: { state: JobEnd['state']; error?: JobEnd['error']; result?: JobEnd['result'] }): Promise<void> {
    const { id } = live.job;
    const end: JobEnd = { id, state: how.state, error: how.error ?? null, result: how.result ?? null, progress: live.job.progress, atMs: this.#options.clock.now() };
    live.ended = true;
    let saved = await this.#save(end);
    const ended: Partial<Job> = { state: end.state, error: end.error, result: end.result, endedAtMs: end.atMs };
    live.change(ended);
    this.#tellWaiters(live.job);
    this.#pump(live.kind.lane);
    while (!saved && !this.#stopping) {
      await new Promise((resolve) => setTimeout(resolve, SAVE_AGAIN_MS).unref());
      saved = await this.#save(end);
    }
    this.#forget(live);
  }

  async #save(end: JobEnd): Promise<boolean> {
    try {
      await this.#options.database.run(endJob, end);
      return true;
    } catch (error) {
      this.#logger.warn(`The end of job ${end.id} (${end.state}) could not be saved yet`, error);
      return false;
    }
  }

  #forget(live: LiveJob): void {
    live.ended = true;
    this.#live.delete(live.job.id);
    live.settled.resolve();
    this.#pump(live.kind.lane);
  }

  #tellWaiters(job: Job): void {
    for (const waiter of this.#waiters.get(job.id) ?? []) waiter.resolve(job);
    this.#waiters.delete(job.id);
  }

  #current(stored: StoredJob): Job {
    return this.#live.get(stored.job.id)?.job ?? stored.job;
  }

  #line(lane: string): StoredJob[] {
    const line = this.#waitingByLane.get(lane) ?? [];
    this.#waitingByLane.set(lane, line);
    return line;
  }

  /** True when the job was waiting. */
  #dropFromLine(id: string): boolean {
    for (const line of [...this.#waitingByLane.values(), this.#held]) {
      const at = line.findIndex((stored) => stored.job.id === id);
      if (at >= 0) return line.splice(at, 1).length > 0;
    }
    return false;
  }

  #kind(name: string): JobKind {
    const kind = this.#kinds.get(name);
    if (!kind) throw new AppError('INTERNAL', `Expected a job kind among ${[...this.#kinds.keys()].join(', ')} but got ${name}`);
    return kind;
  }
}

function hasEnded(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled' || job.state === 'interrupted';
}

function notFound(id: string): AppError {
  return new AppError('JOB_NOT_FOUND', `There is no job ${id}.`, { hint: 'List the jobs to see which there are.' });
}

function stopped(): AppError {
  return new AppError('CANCELLED', 'Lathe is closing; the work goes on at the next start.');
}
