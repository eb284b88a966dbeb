import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '#contract/handlers.ts';
import type { DocumentId, JobId } from '#contract/ids.ts';
import { AppError } from '../../base/appError.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { JobKind, JobQueue } from '../../jobs/jobQueue.ts';
import { createAsking, type Asking } from './askKnowledge.ts';
import { pageOfDocuments, removeDocuments } from './documentStore.ts';
import { toDocument, viewDocument } from './documentView.ts';
import { ingestKnowledge } from './ingest/ingestKnowledge.ts';
import { createKnowledgeBases, type KnowledgeBases } from './knowledgeBases.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import { createIndexDoor, type IndexDoor } from './openIndex.ts';
import { openSource, type SourceFile } from './openSource.ts';
import { importRecorded } from './recordedAnswers.ts';
import { assertNotEmpty, searchKnowledge } from './searchKnowledge.ts';
import { createSourceGate, type SourceGate } from './trustedSources.ts';

export interface IngestParams {
  readonly knowledgeId: string;
}

export interface Knowledge {
  readonly handlers: Handlers<'knowledge'>;
  readonly bases: KnowledgeBases;
  readonly door: IndexDoor;
  readonly asking: Asking;
  readonly gate: SourceGate;
  /** The original bytes of a document, for drawing a page. */
  source(documentId: string): Promise<SourceFile>;
}

/** The kinds of jobs that knowledge brings; the queue is made before the capability, so the work is looked up when it runs. */
export function knowledgeJobs(knowledge: () => Knowledge & { deps: KnowledgeDeps }): { ingest: JobKind<IngestParams>; answer: JobKind<{ answerId: string; knowledgeId: string; model: string | null }> } {
  return {
    ingest: {
      kind: 'knowledge.ingest',
      lane: 'ingest',
      onInterrupted: 'requeue',
      run: async ({ knowledgeId }, ctx) => {
        const { bases, deps, door, gate } = knowledge();
        const input = { knowledgeId, sources: await bases.addSources(knowledgeId, []) };
        // Here and not only where it was asked for: the job may come from the database of somebody else's project.
        await gate.assertTrusted((await bases.get(knowledgeId)).name, input.sources);
        const opened = await door.open(knowledgeId, ctx.signal, (now) => ctx.progress({ done: 0, total: null, unit: 'files', now }));
        const report = await ingestKnowledge({ ...deps, door }, input, { ...ctx, opened });
        await importRecorded(deps, knowledgeId);
        return report;
      },
    },
    answer: {
      kind: 'knowledge.answer',
      lane: 'answer',
      onInterrupted: 'fail',
      run: (params, ctx) => knowledge().asking.run(params, ctx),
    },
  };
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
export function createKnowledge(deps: KnowledgeDeps): Knowledge {
  const ingesting = new Map<string, string>();
  const bases = createKnowledgeBases(deps, (id) => ingesting.get(id) ?? null);
  const door = createIndexDoor(deps);
  const asking = createAsking({ ...deps, door });
  const gate = createSourceGate(deps);

  async function ingest(knowledgeId: string, paths: readonly string[]): Promise<{ job: JobId }> {
    const wanted = absolutePaths(paths);
    await assertReadable(wanted);
    const base = await bases.get(knowledgeId);
    await gate.named(wanted);
    // Before the wanted paths are written down: a refusal must leave the project file as it was.
    await gate.assertTrusted(base.name, [...(await bases.addSources(knowledgeId, [])), ...wanted]);
    const sources = await bases.addSources(knowledgeId, wanted);
    if (sources.length === 0) throw new AppError('INPUT_INVALID', `${base.name} has no sources yet`, { hint: 'Name files or folders to ingest.' });
    const running = ingesting.get(knowledgeId);
    // A second request while one is queued would only walk the same sources again.
    if (running !== undefined && (await deps.jobs.get(running as JobId)).state === 'queued') return { job: running as JobId };
    const job = await deps.jobs.enqueue({ kind: 'knowledge.ingest', projectId: deps.projectId, title: `Ingest ${base.name}`, params: { knowledgeId } });
    ingesting.set(knowledgeId, job.id);
    void forgetWhenDone(deps.jobs, job.id, () => {
      if (ingesting.get(knowledgeId) === job.id) ingesting.delete(knowledgeId);
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
    ingest: ({ knowledgeId, paths }) => ingest(knowledgeId, paths),
    documents: async ({ state, ...query }) => {
      const { total, rows } = await deps.database.run(pageOfDocuments, { ...query, state: state ?? null });
      return { total, documents: rows.map(toDocument) };
    },
    document: ({ documentId, parsedDigest }) => viewDocument(deps, documentId, parsedDigest),
    removeDocuments: ({ knowledgeId, documentIds }, { signal }) => remove({ knowledgeId, documentIds }, signal),
    search: async ({ knowledgeId, question, limit }, { signal }) => {
      await assertNotEmpty(deps, await bases.named(knowledgeId));
      return searchKnowledge({ ...deps, door }, { knowledgeId, question, limit }, signal);
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
  };

  return { handlers, bases, door, asking, gate, source: (documentId) => openSource(deps, documentId as DocumentId) };
}

async function forgetWhenDone(jobs: JobQueue, id: JobId, done: () => void): Promise<void> {
  // It rejects when Lathe closes first: then nobody is left to be told, and the job goes on at the next start.
  await jobs.wait(id).then(done, () => undefined);
}
