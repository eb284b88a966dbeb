import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '#contract/handlers.ts';
import type { JobId } from '#contract/ids.ts';
import type { Snapshot, SnapshotSettings } from '#contract/snapshots.ts';
import type { z } from 'zod';
import { AppError } from '../../../base/appError.ts';
import { failpoint } from '../../../base/failpoint.ts';
import { isMissing } from '../../../base/isMissing.ts';
import { uuidv7 } from '../../../base/uuid.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import type { Journal } from '../../../storage/journal.ts';
import type { KnowledgeBases } from '../knowledgeBases.ts';
import type { KnowledgeDeps, SettingsInFile } from '../knowledgePorts.ts';
import type { SnapshotRow } from '../knowledgeTables.ts';
import type { IndexDoor } from '../openIndex.ts';
import { catchUp } from './buildSnapshot.ts';
import { addSnapshot, beginBuild, dropSnapshot, endBuild, getSnapshot, listSnapshots, servingSnapshot, swapSnapshots, type CountedSnapshot, type Swap } from './snapshotStore.ts';
import type { VectorStages } from './vectorStages.ts';

type Procedures = 'snapshots' | 'newSnapshot' | 'swapSnapshot' | 'undoSwap' | 'purgeSnapshot' | 'pauseVectors' | 'resumeVectors';

export interface Snapshots {
  readonly handlers: Pick<Handlers<'knowledge'>, Procedures>;
  /** The work of the job that builds a snapshot, or goes on with it. */
  build(params: { readonly snapshotId: string }, ctx: JobContext): Promise<Record<string, unknown>>;
  /** The work of the job that lets one serve, or takes the newest swap back. */
  swap(params: SwapParams, ctx: JobContext): Promise<Record<string, unknown>>;
  list(knowledgeId: string): Promise<Snapshot[]>;
  /** Around the transaction that takes a swap back: the snapshot that served learns first what came since. */
  aroundUndo(swap: Swap, commit: () => Promise<unknown[]>): Promise<unknown[]>;
  /** After a swap, or its undo: the project file says what serves, as it `stood` there before where that is known, and everyone is told. */
  afterSwap(knowledgeId: string, stood?: SettingsInFile): Promise<void>;
}

export interface SwapParams {
  readonly knowledgeId: string;
  /** The one that is to serve; null = take the newest swap back. */
  readonly snapshotId: string | null;
}

/** The undo list; it is made after the capability, which says how to undo. */
export interface Undoing {
  readonly journal: () => Pick<Journal, 'list'>;
  /** The same as an undo from the list. */
  readonly undo: (id: string) => Promise<unknown>;
}

interface Deps extends KnowledgeDeps, Undoing {
  readonly door: IndexDoor;
  readonly bases: KnowledgeBases;
  readonly stages: VectorStages;
}

function unfit(why: string, what: string): AppError {
  return new AppError('SNAPSHOT_UNFIT', `${why}: this snapshot cannot be ${what}`, { hint: 'List the snapshots to see what they are.' });
}

/** Throws SNAPSHOT_UNFIT where a snapshot does not hold all documents; `what` cannot be done with it then. */
export function assertWhole(state: Snapshot['state'], what: string): void {
  if (state === 'building') throw unfit('It is still being built', what);
  if (state === 'failed') throw unfit('Its build ended early', what);
}

/** Bytes below a folder; 0 where there is none. */
async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  // A file that the index merged away meanwhile has no size any more.
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => stat(path.join(entry.parentPath, entry.name)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Owns the snapshots of knowledge bases: building one beside the one that serves, letting it serve, taking that back, purging. */
export function createSnapshots(deps: Deps): Snapshots {
  const building = new Map<string, JobId>();
  const folderOf = (snapshotId: string): string => path.join(deps.vectorsFolder, snapshotId);

  async function toSnapshot({ row, documents, chunks, behind }: CountedSnapshot): Promise<Snapshot> {
    return {
      id: row.id as Snapshot['id'],
      knowledgeId: row.knowledge_id as Snapshot['knowledgeId'],
      state: row.state as Snapshot['state'],
      maxTokens: row.max_tokens,
      embedder: row.embedder,
      documents,
      chunks,
      behind,
      vectors: deps.stages.progress(row, chunks),
      bytes: await bytesBelow(folderOf(row.id)),
      createdAtMs: row.created_at_ms,
      servedFromMs: row.served_from_ms,
      servedUntilMs: row.served_until_ms,
      job: building.get(row.id) ?? deps.stages.jobOf(row.id),
      failure: row.failure,
    };
  }

  async function list(knowledgeId: string): Promise<Snapshot[]> {
    await deps.bases.named(knowledgeId);
    return Promise.all((await deps.database.run(listSnapshots, knowledgeId)).map(toSnapshot));
  }

  async function find(knowledgeId: string, snapshotId: string): Promise<Snapshot> {
    const found = (await list(knowledgeId)).find(({ id }) => id === snapshotId);
    if (!found) throw new AppError('SNAPSHOT_NOT_FOUND', `This knowledge base has no snapshot with the id ${snapshotId}`, { hint: 'It may have been purged. List them with `knowledge snapshot list`.' });
    return found;
  }

  const changed = (knowledgeId: string): void => deps.publish({ topic: 'knowledge.changed', knowledgeId });

  async function enqueue(kind: string, title: string, params: unknown): Promise<JobId> {
    return (await deps.jobs.enqueue({ kind, projectId: deps.projectId, title, params })).id;
  }

  async function build({ snapshotId }: { snapshotId: string }, ctx: JobContext): Promise<Record<string, unknown>> {
    const row = await deps.database.run(getSnapshot, snapshotId);
    if (!row) throw new AppError('SNAPSHOT_NOT_FOUND', 'The snapshot was purged before it was built');
    building.set(snapshotId, ctx.job.id);
    try {
      await deps.database.run(beginBuild, snapshotId);
      const opened = await deps.door.openSnapshot(snapshotId, ctx.signal, (now) => ctx.progress({ done: 0, total: null, unit: 'files', now }));
      const documents = await catchUp(deps, opened, ctx);
      failpoint('snapshot.before-ready');
      await deps.database.run(endBuild, { id: snapshotId, failure: null });
      return { snapshotId, documents, embedJob: await deps.stages.ensure(snapshotId) };
    } catch (error) {
      // Closing Lathe is no failure: the build goes on at the next start.
      const closing = ctx.signal.aborted && (await deps.jobs.get(ctx.job.id)).state !== 'cancelling';
      if (!closing) await deps.database.run(endBuild, { id: snapshotId, failure: ctx.signal.aborted ? 'It was cancelled' : error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      building.delete(snapshotId);
      changed(row.knowledge_id);
    }
  }

  /** One like the one that serves is of use only where that one's vectors are of another version of the embedder than is here now. */
  async function assertDiffers(serving: SnapshotRow, { maxTokens, embedder }: { readonly maxTokens: number; readonly embedder: string }, { name, signal }: { readonly name: string; readonly signal: AbortSignal }): Promise<void> {
    if (maxTokens !== serving.max_tokens || embedder !== serving.embedder) return;
    if (serving.embedder_digest !== null && (await deps.models.embeddersHere()).includes(embedder) && (await deps.deep.open(embedder, signal)).digest !== serving.embedder_digest) return;
    throw new AppError('INPUT_INVALID', `The index of ${name} that serves has chunks of up to ${maxTokens} tokens and the embedder ${embedder}: a new one would be the same`, {
      hint: 'Name what is to differ: another --max-tokens, or another --embedder.',
    });
  }

  async function newSnapshot(knowledgeId: string, settings: z.infer<typeof SnapshotSettings>, signal: AbortSignal): Promise<{ snapshot: Snapshot; job: JobId }> {
    const base = await deps.bases.named(knowledgeId);
    const serving = await deps.database.run(servingSnapshot, knowledgeId);
    if (!serving) throw new AppError('SNAPSHOT_NOT_FOUND', `No snapshot of ${base.name} serves`);
    if (settings.embedder !== undefined) await deps.models.assertEmbedder(settings.embedder);
    const wanted = { maxTokens: settings.maxTokens ?? serving.max_tokens, embedder: settings.embedder ?? serving.embedder };
    await assertDiffers(serving, wanted, { name: base.name, signal });
    const id = uuidv7();
    await deps.database.run(addSnapshot, { id, knowledgeId, ...wanted, atMs: deps.clock.now() });
    const job = await enqueue('knowledge.snapshot', `Build a new index of ${base.name}`, { snapshotId: id });
    building.set(id, job);
    changed(knowledgeId);
    return { snapshot: await find(knowledgeId, id), job };
  }

  /** Brings a snapshot up to what serves, and its index in line with its rows: an alias may have taken a document's place in these alone. */
  async function prepare(snapshotId: string, ctx: Pick<JobContext, 'signal' | 'progress'>): Promise<void> {
    const opened = await deps.door.openSnapshot(snapshotId, ctx.signal, (now) => ctx.progress({ done: 0, total: null, unit: 'files', now }));
    await catchUp(deps, opened, ctx);
    await deps.door.mendSnapshot(snapshotId, ctx.signal);
  }

  async function swap({ knowledgeId, snapshotId }: SwapParams, ctx: JobContext): Promise<Record<string, unknown>> {
    if (snapshotId === null) return undoNewest(knowledgeId);
    const serving = await deps.database.run(servingSnapshot, knowledgeId);
    // Cut off after it was done: it is done.
    if (serving?.id === snapshotId) return { snapshotId };
    await prepare(snapshotId, ctx);
    failpoint('swap.before-commit');
    const undoId = uuidv7();
    const stood = await deps.bases.settingsInFile(knowledgeId);
    await deps.database.run(swapSnapshots, { to: snapshotId, undoId, stood, atMs: deps.clock.now() });
    failpoint('swap.after-commit');
    await afterSwap(knowledgeId);
    await deps.stages.ensure(snapshotId);
    return { snapshotId, undoId };
  }

  async function undoNewest(knowledgeId: string): Promise<Record<string, unknown>> {
    const entry = (await deps.journal().list()).find(({ kind, undoneAtMs, payload }) => kind === 'knowledge.swap' && undoneAtMs === null && (payload as Swap).knowledgeId === knowledgeId);
    if (!entry) throw new AppError('UNDO_NOT_POSSIBLE', 'No swap of this knowledge base can be undone', { hint: 'The snapshot that served before was purged, or there never was another.' });
    await deps.undo(entry.id);
    return { snapshotId: (entry.payload as Swap).id };
  }

  async function aroundUndo({ id, to, knowledgeId }: Swap, commit: () => Promise<unknown[]>): Promise<unknown[]> {
    const [former, serving] = [await deps.database.run(getSnapshot, id), await deps.database.run(servingSnapshot, knowledgeId)];
    // The undo itself says why these cannot be.
    if (!former || serving?.id !== to) return commit();
    const ctx = { signal: new AbortController().signal, progress: () => undefined };
    await prepare(id, ctx);
    failpoint('swap.before-commit');
    const { alone } = await deps.door.openSnapshot(to, ctx.signal);
    // No batch of an ingestion is between its look at what serves and its rows.
    const done = await alone(commit);
    failpoint('swap.after-commit');
    return done;
  }

  async function afterSwap(knowledgeId: string, stood?: SettingsInFile): Promise<void> {
    const serving = await deps.database.run(servingSnapshot, knowledgeId);
    if (serving) await deps.bases.writeSettings(knowledgeId, { maxTokens: serving.max_tokens, embedder: serving.embedder }, stood);
    changed(knowledgeId);
    deps.publish({ topic: 'undo.changed' });
  }

  async function purge(knowledgeId: string, snapshotId: string): Promise<{ freedBytes: number }> {
    const { state, bytes } = await find(knowledgeId, snapshotId);
    const serves = new AppError('SNAPSHOT_UNFIT', 'The snapshot that serves cannot be purged', { hint: 'Let another one serve first, or delete the knowledge base.' });
    if (state === 'serving') throw serves;
    const build = building.get(snapshotId);
    if (build !== undefined) {
      await deps.jobs.cancel(build);
      await deps.jobs.wait(build);
    }
    await deps.stages.stop(snapshotId);
    if (!(await deps.database.run(dropSnapshot, { id: snapshotId, atMs: deps.clock.now() }))) throw serves;
    failpoint('snapshot.after-drop');
    await deps.door.discard(snapshotId);
    changed(knowledgeId);
    deps.publish({ topic: 'undo.changed' });
    return { freedBytes: bytes };
  }

  async function assertFit(knowledgeId: string, snapshotId: string): Promise<void> {
    const { state } = await find(knowledgeId, snapshotId);
    if (state === 'serving') throw unfit('It serves already', 'swapped in');
    assertWhole(state, 'swapped in');
  }

  const swapTitle = async (knowledgeId: string, verb: string): Promise<string> => `${verb} the index of ${(await deps.bases.named(knowledgeId)).name}`;

  return {
    list,
    aroundUndo,
    afterSwap,
    build,
    swap,
    handlers: {
      snapshots: ({ knowledgeId }) => list(knowledgeId),
      newSnapshot: ({ knowledgeId, settings }, { signal }) => newSnapshot(knowledgeId, settings, signal),
      async swapSnapshot({ knowledgeId, snapshotId }) {
        await assertFit(knowledgeId, snapshotId);
        return { job: await enqueue('knowledge.swap', await swapTitle(knowledgeId, 'Swap'), { knowledgeId, snapshotId } satisfies SwapParams) };
      },
      undoSwap: async ({ knowledgeId }) => ({ job: await enqueue('knowledge.swap', await swapTitle(knowledgeId, 'Swap back'), { knowledgeId, snapshotId: null } satisfies SwapParams) }),
      purgeSnapshot: ({ knowledgeId, snapshotId }) => purge(knowledgeId, snapshotId),
      async pauseVectors({ knowledgeId, snapshotId }) {
        await find(knowledgeId, snapshotId);
        await deps.stages.pause(snapshotId);
        return find(knowledgeId, snapshotId);
      },
      async resumeVectors({ knowledgeId, snapshotId }) {
        await find(knowledgeId, snapshotId);
        await deps.stages.resume(snapshotId);
        return find(knowledgeId, snapshotId);
      },
    },
  };
}
