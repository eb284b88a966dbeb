import type { JobId } from '#contract/ids.ts';
import type { StageProgress } from '#contract/stages.ts';
import { AppError } from '../../../base/appError.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { embedSnapshot } from '../embedStage.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { SnapshotRow } from '../knowledgeTables.ts';
import { getBase } from '../knowledgeStore.ts';
import type { IndexDoor, OpenedIndex } from '../openIndex.ts';
import { allSnapshots, getSnapshot, listSnapshots, saveVectorFacts } from './snapshotStore.ts';
import { vectorsOfSnapshot } from './sweepEmbeddings.ts';

export interface EmbedParams {
  readonly snapshotId: string;
}

export interface VectorStages {
  /**
   * The work of the job. It is not put back in the queue by itself after a kill: what is missing is known from the vectors, and a
   * command does only the work asked for.
   */
  run(params: EmbedParams, ctx: JobContext): Promise<Record<string, unknown>>;
  /** Starts the job that makes what is missing, unless one waits already; null when nothing is missing or it is paused. */
  ensure(snapshotId: string): Promise<JobId | null>;
  /** Chunks with a vector and all chunks, as the index says; kept for `progress`. */
  count(opened: OpenedIndex): Promise<{ done: number; total: number }>;
  pause(snapshotId: string): Promise<void>;
  resume(snapshotId: string): Promise<void>;
  /** Ends the job of a snapshot and waits for its end. */
  stop(snapshotId: string): Promise<void>;
  /** Starts what is unfinished and not paused. */
  takeUp(): Promise<void>;
  progress(row: SnapshotRow, chunks: number): StageProgress;
  jobOf(snapshotId: string): JobId | null;
}

interface Running {
  readonly done: number;
  readonly total: number;
  /** Of the monotonic clock, and how many were done then, oldest first: what the rate is measured from. */
  readonly marks: readonly { readonly atMs: number; readonly done: number }[];
}

const RATE_OVER_MS = 30_000;

type Deps = KnowledgeDeps & { readonly door: IndexDoor };

/** Owns which second stages run, wait or are paused, and how far each is. Their work is embedStage.ts. */
export function createVectorStages(deps: Deps): VectorStages {
  const jobs = new Map<string, JobId>();
  const running = new Map<string, Running>();

  async function row(snapshotId: string): Promise<SnapshotRow> {
    const found = await deps.database.run(getSnapshot, snapshotId);
    if (!found) throw new AppError('SNAPSHOT_NOT_FOUND', `There is no snapshot with the id ${snapshotId}`, { hint: 'It may have been purged.' });
    return found;
  }

  async function run({ snapshotId }: EmbedParams, ctx: JobContext): Promise<Record<string, unknown>> {
    const snapshot = await deps.database.run(getSnapshot, snapshotId);
    // Purged or paused between being asked for and now.
    if (!snapshot || snapshot.paused === 1) return { done: 0, total: 0 };
    const say = (now: string): void => ctx.progress({ done: 0, total: null, unit: 'chunks', now });
    const opened = await deps.door.openSnapshot(snapshotId, ctx.signal, say);
    say(`Loading ${snapshot.embedder}`);
    const embedder = await deps.deep.open(snapshot.embedder, ctx.signal, (slug) => say(`Waiting for the model ${slug}`));
    const onCounted = ({ done, total, asked }: { readonly done: number; readonly total: number; readonly asked: boolean }): void => {
      const atMs = deps.clock.monotonicMs();
      const marks = (running.get(snapshotId)?.marks ?? []).filter((mark) => atMs - mark.atMs < RATE_OVER_MS);
      running.set(snapshotId, { done, total, marks: [...marks, { atMs, done }] });
      // The job tells every batch; whoever lists knowledge bases need not count again so often.
      if (asked) deps.publish({ topic: 'knowledge.changed', knowledgeId: snapshot.knowledge_id });
    };
    try {
      return await embedSnapshot(deps, { opened, embedder, onCounted }, ctx);
    } finally {
      running.delete(snapshotId);
    }
  }

  async function start(snapshot: SnapshotRow): Promise<JobId> {
    const known = jobs.get(snapshot.id);
    // One that runs may have looked for the last time already: a second one finds what came since.
    if (known !== undefined && (await deps.jobs.get(known)).state === 'queued') return known;
    const base = await deps.database.run(getBase, snapshot.knowledge_id);
    const { id } = await deps.jobs.enqueue({ kind: 'knowledge.embed', projectId: deps.projectId, title: `Make vectors of ${base?.name ?? 'a knowledge base'}`, params: { snapshotId: snapshot.id } satisfies EmbedParams });
    jobs.set(snapshot.id, id);
    const ended = (): void => {
      if (jobs.get(snapshot.id) === id) jobs.delete(snapshot.id);
      deps.publish({ topic: 'knowledge.changed', knowledgeId: snapshot.knowledge_id });
    };
    // It rejects when Lathe closes first: then nobody is left to be told.
    void deps.jobs.wait(id).then(ended, () => undefined);
    return id;
  }

  async function chunksIn(snapshot: SnapshotRow): Promise<number> {
    return (await deps.database.run(listSnapshots, snapshot.knowledge_id)).find((counted) => counted.row.id === snapshot.id)?.chunks ?? 0;
  }

  async function ensure(snapshotId: string): Promise<JobId | null> {
    const snapshot = await row(snapshotId);
    if (snapshot.paused === 1 || snapshot.vectors_done >= (await chunksIn(snapshot))) return null;
    return start(snapshot);
  }

  async function count(opened: OpenedIndex): Promise<{ done: number; total: number }> {
    const snapshot = await row(opened.snapshot.id);
    const vectors = vectorsOfSnapshot(deps.vectorsFolder, snapshot);
    if (vectors === null) return { done: 0, total: await chunksIn(snapshot) };
    const counted = await deps.index.countVectors(opened.at, vectors);
    await deps.database.run(saveVectorFacts, { id: snapshot.id, vectors_done: counted.done });
    return counted;
  }

  async function stop(snapshotId: string): Promise<void> {
    const job = jobs.get(snapshotId);
    if (job === undefined) return;
    await deps.jobs.cancel(job);
    await deps.jobs.wait(job);
  }

  function progress(snapshot: SnapshotRow, chunks: number): StageProgress {
    const now = running.get(snapshot.id);
    const total = now?.total ?? chunks;
    const done = Math.min(now?.done ?? snapshot.vectors_done, total);
    if (done >= total) return { state: 'complete', done, total, rate: null, leftMs: null };
    const [first, last] = [now?.marks[0], now?.marks.at(-1)];
    const seconds = first && last ? (last.atMs - first.atMs) / 1_000 : 0;
    const rate = first && last && seconds > 1 && last.done > first.done ? (last.done - first.done) / seconds : null;
    const state = snapshot.paused === 1 ? 'paused' : now || jobs.has(snapshot.id) ? 'running' : 'waiting';
    return { state, done, total, rate, leftMs: rate === null ? null : ((total - done) / rate) * 1_000 };
  }

  return {
    run,
    ensure,
    count,
    async pause(snapshotId) {
      await row(snapshotId);
      await deps.database.run(saveVectorFacts, { id: snapshotId, paused: 1 });
      await stop(snapshotId);
    },
    async resume(snapshotId) {
      await row(snapshotId);
      await deps.database.run(saveVectorFacts, { id: snapshotId, paused: 0 });
      await ensure(snapshotId);
    },
    stop,
    async takeUp() {
      for (const snapshot of await deps.database.run(allSnapshots, undefined)) {
        if (snapshot.state === 'serving' || snapshot.state === 'ready') await ensure(snapshot.id);
      }
    },
    progress,
    jobOf: (snapshotId) => jobs.get(snapshotId) ?? null,
  };
}
