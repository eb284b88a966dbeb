import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '#contract/handlers.ts';
import type { DocumentId, JobId, KnowledgeId, ProjectId } from '#contract/ids.ts';
import type { KnowledgeSource } from '#contract/sources.ts';
import { AppError, hasErrorCode } from '../../base/appError.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { JobKind, JobQueue } from '../../jobs/jobQueue.ts';
import { createAsking, type Asking } from './askKnowledge.ts';
import { pageOfDocuments, removeDocuments } from './documentStore.ts';
import { toDocument, viewDocument } from './documentView.ts';
import { ingestKnowledge, type IngestReport } from './ingest/ingestKnowledge.ts';
import { createKnowledgeBases, type KnowledgeBases } from './knowledgeBases.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import { embeddingMap } from './map/embeddingMap.ts';
import { createIndexDoor, type IndexDoor, type OpenedIndex } from './openIndex.ts';
import { openSource, type SourceFile } from './openSource.ts';
import { createMoving, type Moving } from './move/moving.ts';
import { previewFile } from './preview/previewFile.ts';
import { reviewJobs } from './questions/reviewJobs.ts';
import { createSavedQuestions, type SavedQuestions } from './questions/savedQuestions.ts';
import { importRecorded } from './recordedAnswers.ts';
import { assertNotEmpty, searchKnowledge } from './searchKnowledge.ts';
import { createSnapshots, type Snapshots, type SwapParams, type Undoing } from './snapshots/snapshots.ts';
import { createVectorStages, type EmbedParams, type VectorStages } from './snapshots/vectorStages.ts';
import { localPath } from './sources/fetchSource.ts';
import { createSourceWatch, type SourceWatch } from './watchSources.ts';
import { createSourceGate, type SourceGate } from './trustedSources.ts';
import type { AnswerParams } from './writeAnswer.ts';
import { createExplaining, type Explaining } from './why/explaining.ts';
import type { TryFixDeps } from './why/tryFix.ts';

export interface IngestParams {
  readonly knowledgeId: string;
  /** Absent in jobs from before there was a second stage. */
  readonly stage?: 'text' | 'all';
}

export interface Knowledge {
  readonly handlers: Handlers<'knowledge'>;
  readonly bases: KnowledgeBases;
  readonly door: IndexDoor;
  readonly asking: Asking;
  readonly gate: SourceGate;
  readonly snapshots: Snapshots;
  readonly stages: VectorStages;
  readonly saved: SavedQuestions;
  readonly explaining: Explaining;
  readonly moving: Moving;
  /** Watched folders; nothing is watched before its first refresh. */
  readonly watch: SourceWatch;
  /** The original bytes of a document, for drawing a page. */
  source(documentId: string): Promise<SourceFile>;
}

/** The kinds of jobs that knowledge brings; the queue is made before the capability, so the work is looked up when it runs. */
export function knowledgeJobs(knowledge: () => Knowledge & { deps: KnowledgeDeps }): readonly JobKind[] {
  const ingest: JobKind<IngestParams> = {
    kind: 'knowledge.ingest',
    lane: 'ingest',
    onInterrupted: 'requeue',
    run: async ({ knowledgeId, stage }, ctx) => {
      const { bases, deps, door, gate, stages } = knowledge();
      const input = { knowledgeId, sources: await bases.addSources(knowledgeId, []) };
      // Here and not only where it was asked for: the job may come from the database of somebody else's project.
      await gate.assertTrusted((await bases.get(knowledgeId)).name, input.sources);
      const work = async (): Promise<{ report: IngestReport; opened: OpenedIndex }> => {
        const opened = await door.open(knowledgeId, ctx.signal, (now) => ctx.progress({ done: 0, total: null, unit: 'files', now }));
        return { opened, report: await ingestKnowledge({ ...deps, door }, input, { ...ctx, opened }) };
      };
      // Another snapshot was let serve meanwhile: what is in there already is not read again.
      const { report, opened } = await work().catch((error: unknown) => {
        if (!hasErrorCode(error, 'SNAPSHOT_UNFIT')) throw error;
        return work();
      });
      await importRecorded(deps, knowledgeId);
      const vectors = await stages.count(opened);
      return { ...report, vectors, embedJob: stage === 'text' ? null : await stages.ensure(opened.snapshot.id) };
    },
  };
  const answer: JobKind<AnswerParams> = {
    kind: 'knowledge.answer',
    lane: 'answer',
    onInterrupted: 'fail',
    run: (params, ctx) => knowledge().asking.run(params, ctx),
  };
  // Made with the capability: looked up when they run, as the others.
  const embed: JobKind<EmbedParams> = { kind: 'knowledge.embed', lane: 'embed', onInterrupted: 'fail', run: (params, ctx) => knowledge().stages.run(params, ctx) };
  const build: JobKind<{ snapshotId: string }> = { kind: 'knowledge.snapshot', lane: 'snapshot', onInterrupted: 'requeue', run: (params, ctx) => knowledge().snapshots.build(params, ctx) };
  // In the lane of ingestions: one that runs writes into the snapshot that served when it began.
  const swap: JobKind<SwapParams> = { kind: 'knowledge.swap', lane: 'ingest', onInterrupted: 'requeue', run: (params, ctx) => knowledge().snapshots.swap(params, ctx) };
  // In the lane of ingestions too: what is copied must not be written meanwhile.
  const carry: JobKind<Parameters<Moving['export']>[0]> = { kind: 'knowledge.export', lane: 'ingest', onInterrupted: 'fail', run: (params, ctx) => knowledge().moving.export(params, ctx) };
  const receive: JobKind<Parameters<Moving['import']>[0]> = { kind: 'knowledge.import', lane: 'snapshot', onInterrupted: 'fail', run: (params, ctx) => knowledge().moving.import(params, ctx) };
  return [ingest, answer, embed, build, swap, carry, receive, ...reviewJobs(knowledge)];
}

function absolutePaths(paths: readonly string[]): readonly string[] {
  const relative = paths.find((entry) => !path.isAbsolute(entry));
  if (relative !== undefined) throw new AppError('INPUT_INVALID', `Expected absolute paths but got ${relative}`, { hint: 'Name the whole path, from the root of the disk.' });
  return paths.map((entry) => path.resolve(entry));
}

async function assertReadable(paths: readonly string[]): Promise<void> {
  for (const entry of paths) {
    await stat(entry).catch((cause: unknown) => {
      throw new AppError('PATH_UNREADABLE', `${entry} does not exist or may not be read`, { hint: 'Check the path and its permissions.', cause });
    });
  }
}

/** Composes the knowledge capability of one project. */
export function createKnowledge(deps: KnowledgeDeps, undoing: Undoing): Knowledge {
  const ingesting = new Map<string, { job: string; stage: 'text' | 'all' }>();
  const door = createIndexDoor(deps);
  const stages = createVectorStages({ ...deps, door });
  const bases = createKnowledgeBases(deps, { ingesting: (id) => ingesting.get(id)?.job ?? null, progress: (row, chunks) => stages.progress(row, chunks) });
  const snapshots = createSnapshots({ ...deps, ...undoing, door, bases, stages });
  const asking = createAsking({ ...deps, door });
  const gate = createSourceGate(deps);
  const bytesOf = async (knowledgeId: string, snapshotId: string): Promise<number> => (await snapshots.list(knowledgeId)).find(({ id }) => id === snapshotId)?.bytes ?? 0;
  const saved = createSavedQuestions({ ...deps, door, bases, bytesOf });
  const newSnapshot: TryFixDeps['newSnapshot'] = async ({ knowledgeId, settings, signal }) => {
    const { snapshot, job } = await snapshots.handlers.newSnapshot({ projectId: deps.projectId as ProjectId, knowledgeId: knowledgeId as KnowledgeId, settings }, { signal });
    return { snapshotId: snapshot.id, job };
  };
  const moving = createMoving({ ...deps, door, bases, stages });
  const explaining = createExplaining({ ...deps, door, bases, gate, saved, newSnapshot });

  async function ingestPaths(knowledgeId: string, paths: readonly string[], stage: 'text' | 'all'): Promise<{ job: JobId }> {
    const wanted = absolutePaths(paths);
    await assertReadable(wanted);
    return ingest(knowledgeId, wanted, stage);
  }

  /** Named just now, which is a yes to each path; what a person lets be fetched is in his settings. */
  async function ingest(knowledgeId: string, wanted: readonly KnowledgeSource[], stage: 'text' | 'all'): Promise<{ job: JobId }> {
    const base = await bases.get(knowledgeId);
    await gate.named(wanted.flatMap((source) => localPath(source) ?? []));
    // Before the wanted paths are written down: a refusal must leave the project file as it was.
    await gate.assertTrusted(base.name, [...(await bases.addSources(knowledgeId, [])), ...wanted]);
    const sources = await bases.addSources(knowledgeId, wanted);
    // Without sources there is still what came from those that were taken away.
    if (sources.length === 0 && base.documents.total === 0) throw new AppError('INPUT_INVALID', `${base.name} has no sources yet`, { hint: 'Name files or folders to ingest.' });
    const running = ingesting.get(knowledgeId);
    // A second request while one is queued would only walk the same sources again.
    if (running?.stage === stage && (await deps.jobs.get(running.job)).state === 'queued') return { job: running.job as JobId };
    const job = await deps.jobs.enqueue({ kind: 'knowledge.ingest', projectId: deps.projectId, title: `Ingest ${base.name}`, params: { knowledgeId, stage } satisfies IngestParams });
    ingesting.set(knowledgeId, { job: job.id, stage });
    void forgetWhenDone(deps.jobs, job.id, () => {
      if (ingesting.get(knowledgeId)?.job === job.id) ingesting.delete(knowledgeId);
      deps.publish({ topic: 'knowledge.changed', knowledgeId });
    });
    return { job: job.id };
  }

  async function remove(input: { knowledgeId: string; documentIds: readonly string[] }, signal: AbortSignal): Promise<{ undoId: string; removed: number }> {
    const undoId = uuidv7();
    const { names, promoted, removed } = await deps.database.run(removeDocuments, { knowledgeId: input.knowledgeId, ids: input.documentIds, atMs: deps.clock.now(), undoId });
    await door.open(input.knowledgeId, signal);
    await door.reach('hide', names);
    if (promoted.length > 0) await door.mend(input.knowledgeId, signal);
    deps.publish({ topic: 'knowledge.changed', knowledgeId: input.knowledgeId });
    deps.publish({ topic: 'undo.changed' });
    return { undoId, removed };
  }

  const handlers: Handlers<'knowledge'> = {
    list: () => bases.list(),
    create: ({ name }) => bases.create(name),
    remove: ({ knowledgeId }) => bases.remove(knowledgeId),
    ingest: ({ knowledgeId, paths, stage }) => ingestPaths(knowledgeId, paths, stage),
    documents: async ({ state, ...query }) => {
      const { total, rows } = await deps.database.run(pageOfDocuments, { ...query, state: state ?? null });
      return { total, documents: rows.map(toDocument) };
    },
    document: ({ documentId, parsedDigest }) => viewDocument(deps, documentId, parsedDigest),
    removeDocuments: ({ knowledgeId, documentIds }, { signal }) => remove({ knowledgeId, documentIds }, signal),
    search: async ({ knowledgeId, question, limit, filter }, { signal }) => {
      await assertNotEmpty(deps, await bases.named(knowledgeId));
      return searchKnowledge({ ...deps, door }, { knowledgeId, question, limit, filter }, signal);
    },
    ask: async (input) => {
      await assertNotEmpty(deps, await bases.named(input.knowledgeId));
      return asking.start(input);
    },
    answer: ({ answerId }) => asking.get(answerId),
    conversations: ({ knowledgeId }) => asking.conversations(knowledgeId ?? null),
    conversation: ({ conversationId }) => asking.conversation(conversationId),
    removeConversation: ({ conversationId }) => asking.remove(conversationId),
    feedback: ({ answerId, feedback }) => asking.feedback(answerId, feedback),
    addSource: async ({ knowledgeId, source }) => {
      const started = await ingest(knowledgeId, [source], 'all');
      await watch.refresh(false);
      return started;
    },
    removeSource: async ({ knowledgeId, source }) => {
      const base = await bases.removeSource(knowledgeId, source);
      await watch.refresh(false);
      return base;
    },
    ...snapshots.handlers,
    ...saved.handlers,
    ...explaining.handlers,
    ...moving.handlers,
    preview: (input, { signal }) => previewFile({ ...deps, bases, gate }, input, signal),
    map: (input, { signal }) => embeddingMap({ ...deps, door }, input, signal),
  };

  const watch = createSourceWatch({ bases, ingest: (knowledgeId) => ingest(knowledgeId, [], 'all'), logger: deps.logger });

  return { handlers, bases, watch, door, asking, gate, snapshots, stages, saved, explaining, moving, source: (documentId) => openSource(deps, documentId as DocumentId) };
}

async function forgetWhenDone(jobs: JobQueue, id: JobId, done: () => void): Promise<void> {
  // It rejects when Lathe closes first: then nobody is left to be told, and the job goes on at the next start.
  await jobs.wait(id).then(done, () => undefined);
}
