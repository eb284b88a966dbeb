import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { EventPayload } from '#contract/events.ts';
import type { Handlers } from '#contract/handlers.ts';
import type { ProjectId } from '#contract/ids.ts';
import type { DatabaseCopy, FileTrouble, ProjectFile } from '#contract/projects.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { createKnowledge, knowledgeJobs, type Knowledge } from '../capabilities/knowledge/knowledge.ts';
import { MADE_FROM } from '../capabilities/knowledge/answer/answerTypes.ts';
import type { AnswerSettings, DeepPort, KnowledgeDeps, ModelsPort } from '../capabilities/knowledge/knowledgePorts.ts';
import { sayMended } from '../capabilities/knowledge/sayMended.ts';
import { createPurge } from '../capabilities/knowledge/purgeKnowledge.ts';
import { createUndoEffects, createUndoHandlers } from '../capabilities/knowledge/knowledgeUndo.ts';
import { createReranking } from '../capabilities/knowledge/rerankPassages.ts';
import type { FetchPorts } from '../capabilities/knowledge/sources/fetchedFiles.ts';
import type { PipelineDeps } from '../capabilities/pipelines/pipelinePorts.ts';
import { createPipelines, pipelineJobs } from '../capabilities/pipelines/pipelines.ts';
import { namedArtifacts } from '../capabilities/pipelines/pipelineStore.ts';
import { createFileUndo, keepInJournal } from '../capabilities/projects/fileJournal.ts';
import { createQuestionUndo } from '../capabilities/knowledge/questions/questionUndo.ts';
import { createKnowledgeFiles } from '../capabilities/projects/knowledgeFiles.ts';
import { readProjectFile } from '../capabilities/projects/projectFolder.ts';
import { createPipelineFiles } from '../capabilities/projects/pipelineFiles.ts';
import { createQuestionFiles } from '../capabilities/projects/questionFiles.ts';
import { createProjectSource, type ProjectSource } from '../capabilities/projects/projectSource.ts';
import { watchProject } from '../capabilities/projects/watchProject.ts';
import { createJobQueue, type JobQueue } from '../jobs/jobQueue.ts';
import type { DataRuntime, IndexRuntime, ParseRuntime, TextRuntime } from '../runtimes/types.ts';
import { openArtifacts, type Artifacts } from '../storage/artifacts.ts';
import { copiesFolder, dropOldCopies } from '../storage/copyDatabase.ts';
import { openDatabase, type Database } from '../storage/database.ts';
import { openJournal, type Journal, type JournalEntry } from '../storage/journal.ts';
import { databaseWorker } from './databaseWorkers.ts';
import { lockProject } from './lockProject.ts';
import { openState } from './projectState.ts';
import type { RerankPort } from './rerankPort.ts';
import { jobInSlot, slotOf } from './slotOf.ts';

/** What a project needs of the machine that it is opened on. */
export interface ProjectMachine {
  /** Of this Lathe. */
  readonly version: string;
  readonly parse: ParseRuntime & { readonly processes: number };
  readonly index: IndexRuntime;
  readonly data: DataRuntime;
  readonly text: TextRuntime;
  readonly models: ModelsPort;
  readonly deep: DeepPort;
  readonly rerank: RerankPort;
  readonly fetching: FetchPorts;
  /** A window stays open: it goes on with second stages that are unfinished. A command does only the work asked for. */
  readonly takesUp: boolean;
  /** The person's choice of a model for answers; null = none made. */
  readonly preferredTextModel: () => string | null;
  isTrusted(folder: string): Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly publish: (projectId: string, payload: EventPayload) => void;
}

export interface OpenProject {
  /** Of this folder; see slotOf. */
  readonly id: ProjectId;
  readonly folder: string;
  readonly file: ProjectFile;
  readonly source: ProjectSource;
  readonly artifacts: Artifacts;
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly journal: Journal;
  readonly knowledge: Knowledge;
  readonly handlers: { readonly knowledge: Handlers<'knowledge'>; readonly pipelines: Handlers<'pipelines'> };
  /** What opening had to mend, in sentences. */
  readonly recovered: readonly string[];
  undo(id?: string): Promise<JournalEntry>;
  onTrusted(): void;
  troubles(): readonly FileTrouble[];
  /** Removes for good what was deleted, and the files that nothing names any more. */
  purge(): Promise<{ entries: number; freedBytes: number }>;
  /** Writes a checked copy of the database beside the copies that upgrades make. */
  backup(): Promise<DatabaseCopy>;
  close(): Promise<void>;
}

export const DEFAULT_ANSWER = { maxTokens: 256, seed: 7, passages: MADE_FROM };

function answerSettings(file: ProjectFile, preferred: string | null): AnswerSettings {
  const given = file.settings?.answers;
  return { model: file.models?.text ?? preferred, maxTokens: given?.maxTokens ?? DEFAULT_ANSWER.maxTokens, seed: given?.seed ?? DEFAULT_ANSWER.seed, passages: given?.passages ?? DEFAULT_ANSWER.passages };
}

/** Opens one project: lock, database, artifacts, jobs, capabilities; takes up what an earlier process left. */
export async function openProject(folder: string, machine: ProjectMachine): Promise<OpenProject> {
  const file = await readProjectFile(folder);
  const state = await openState(folder);
  const lock = lockProject(state, folder);
  // What was opened last is closed first, also when opening fails half-way.
  const onClose: (() => unknown)[] = [() => lock.release()];
  const close = async (): Promise<void> => {
    const failed: unknown[] = [];
    for (const step of onClose.splice(0).reverse()) await Promise.resolve().then(step).catch((error: unknown) => failed.push(error));
    for (const error of failed.slice(1)) machine.logger.warn(`More of ${folder} could not be closed`, error);
    if (failed.length > 0) throw failed[0];
  };
  try {
    return await compose({ folder, file, state, onClose, close }, machine);
  } catch (error) {
    await close().catch((reason: unknown) => machine.logger.warn(`What was opened of ${folder} could not all be closed`, reason));
    throw error;
  }
}

interface OpenedFolder {
  readonly folder: string;
  readonly file: ProjectFile;
  readonly state: string;
  readonly onClose: (() => unknown)[];
  close(): Promise<void>;
}

async function compose({ folder, file, state, onClose, close }: OpenedFolder, machine: ProjectMachine): Promise<OpenProject> {
  const logger = machine.logger.child('project');
  const id = slotOf(file.id, folder);
  const publish = (payload: EventPayload): void => machine.publish(id, payload);
  const database = await openDatabase({
    file: path.join(state, 'lathe.db'),
    worker: databaseWorker('project'),
    readers: 2,
    onWarning: (message) => logger.warn(message),
    onSlow: (slow) => logger.warn(`${slow.name} took ${Math.round(slow.ms)} ms`),
  });
  onClose.push(() => database.close());
  const closing = new AbortController();
  let purging: Promise<unknown> = Promise.resolve();
  onClose.push(() => purging);
  const artifacts = openArtifacts(path.join(state, 'artifacts'));
  const source = createProjectSource(folder, file);
  const jobs = createJobQueue({
    database,
    clock: machine.clock,
    publish: (job) => publish({ topic: 'job.changed', job: jobInSlot(job, id) }),
    kinds: [...knowledgeJobs(() => ({ ...knowledge, deps })), ...pipelineJobs(() => pipelineDeps)],
    concurrency: { ingest: 1, answer: 1, embed: 1, snapshot: 1, pipeline: 1 },
  });
  onClose.push(() => jobs.stop());
  onClose.push(() => closing.abort());
  const namedReranker = async (): Promise<string | null> => (await source.read()).file.models?.reranker ?? null;
  const scratchFolder = path.join(state, 'scratch');
  await rm(scratchFolder, { recursive: true, force: true });
  const deps: KnowledgeDeps = {
    ...machine,
    index: sayMended(machine.index, logger),
    projectId: file.id,
    projectFolder: folder,
    vectorsFolder: path.join(state, 'vectors'),
    reranking: createReranking({ named: namedReranker, trusted: () => machine.isTrusted(folder), open: (slug, signal) => machine.rerank.open(slug, signal), clock: machine.clock, logger }),
    sourcesFolder: path.join(state, 'sources'),
    scratchFolder,
    database,
    artifacts,
    jobs,
    files: createKnowledgeFiles(folder, artifacts),
    questions: createQuestionFiles(folder, keepInJournal({ database, artifacts, clock: machine.clock })),
    trusted: () => machine.isTrusted(folder),
    parseProcesses: () => machine.parse.processes,
    answers: async () => answerSettings((await source.read()).file, machine.preferredTextModel()),
    publish,
    logger: logger.child('knowledge'),
  };
  const pipelineFiles = createPipelineFiles(folder);
  const pipelineDeps: PipelineDeps = { projectId: file.id, projectFolder: folder, scratchFolder, database, artifacts, jobs, data: machine.data, files: pipelineFiles, trusted: () => machine.isTrusted(folder), clock: machine.clock };
  const pipelines = createPipelines(pipelineDeps);
  const knowledge: Knowledge = createKnowledge(deps, { journal: () => journal, undo: (entry) => undo(entry) });
  const journal = openJournal(database, { ...createUndoHandlers(knowledge), ...createFileUndo(folder, artifacts), ...createQuestionUndo(deps.questions) }, machine.clock);
  const effects = createUndoEffects(deps, knowledge);
  async function undo(entryId?: string): Promise<JournalEntry> {
    const { entry } = await journal.undo(entryId);
    const effect = effects[entry.kind as keyof typeof effects];
    await effect?.(entry.payload as never);
    publish({ topic: 'project.changed' });
    publish({ topic: 'undo.changed' });
    return entry;
  }
  await knowledge.moving.finish();
  // What a kill left between a snapshot's row and its files.
  await knowledge.door.sweep();
  const settled = await knowledge.bases.sync();
  let begun = false;
  const readTroubles = async (): Promise<FileTrouble[]> => [...(await knowledge.saved.troubles()), ...(await pipelineFiles.troubles())];
  let otherTroubles = await readTroubles();
  const watcher = watchProject(folder, (problem) => {
    if (problem !== null) return logger.warn(problem);
    Promise.all([knowledge.bases.sync(), readTroubles()]).then(
      ([, troubles]) => {
        otherTroubles = troubles;
        publish({ topic: 'project.changed' });
        return begun && machine.takesUp ? knowledge.watch.refresh(true) : undefined;
      },
      (error: unknown) => logger.warn(`A project file cannot be used: ${error instanceof Error ? error.message : String(error)}`),
    );
  });
  onClose.push(() => watcher.close());
  onClose.push(() => knowledge.watch.close());
  const { purge } = createPurge({ ...deps, door: knowledge.door, journal, namedElsewhere: () => database.run(namedArtifacts, undefined) });
  const trusted = await machine.isTrusted(folder);
  /** What a project does by itself, once. Not for a stranger: it may need a model. */
  async function begin(): Promise<void> {
    if (begun) return;
    begun = true;
    // What was deleted 30 days ago goes for good, beside everything else.
    const after = purging;
    purging = after.then(() => purge('month-old', closing.signal)).catch((error: unknown) => {
      if (!closing.signal.aborted) logger.warn(`What was deleted a month ago could not be purged; the next start tries again: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (!machine.takesUp) return;
    await knowledge.stages.takeUp();
    await knowledge.watch.refresh(true);
  }
  const taken = [...(await pipelines.recover()), ...(await recover({ knowledge, jobs, trusted }))];
  if (trusted) await begin();
  for (const sentence of taken) logger.warn(sentence);
  const recovered = [...settled, ...taken];
  return {
    id,
    folder,
    file,
    source,
    artifacts,
    database,
    jobs,
    journal,
    knowledge,
    handlers: { knowledge: knowledge.handlers, pipelines: pipelines.handlers },
    get recovered() {
      const waiting = jobs.held().map(({ title }) => `${title} waits until you trust this project, which was made elsewhere.`);
      return [...recovered, ...waiting, ...knowledge.door.mended];
    },
    onTrusted() {
      jobs.release();
      begin().catch((error: unknown) => {
        if (!closing.signal.aborted) logger.warn(`What waited until this project is trusted could not all begin; the next start tries again: ${error instanceof Error ? error.message : String(error)}`);
      });
    },
    troubles: () => [...knowledge.bases.troubles(), ...otherTroubles],
    undo,
    async purge() {
      const asked = purging.then(() => purge('all', closing.signal));
      purging = asked.catch(() => undefined);
      const purged = await asked;
      publish({ topic: 'undo.changed' });
      return purged;
    },
    async backup() {
      const madeAtMs = machine.clock.now();
      const name = `lathe.db.${new Date(madeAtMs).toISOString().replaceAll(':', '-')}.db`;
      const copy = path.join(copiesFolder(database.file), name);
      await database.backup(copy);
      dropOldCopies(database.file);
      return { name, bytes: (await stat(copy)).size, madeAtMs };
    },
    close,
  };
}

async function recover({ knowledge, jobs, trusted }: { knowledge: Knowledge; jobs: JobQueue; trusted: boolean }): Promise<string[]> {
  const sentences: string[] = [];
  const unfinished = await knowledge.asking.recover();
  if (unfinished > 0) sentences.push(`${unfinished} ${unfinished === 1 ? 'answer was' : 'answers were'} being written when Lathe stopped and ${unfinished === 1 ? 'is' : 'are'} marked as failed.`);
  // A stranger's database may hold jobs too: they run once the person trusts the project.
  for (const job of await jobs.recover({ hold: !trusted })) {
    const done = job.progress?.total ? ` after ${job.progress.done} of ${job.progress.total} ${job.progress.unit}` : '';
    if (job.state === 'queued' && trusted) sentences.push(`${job.title} was interrupted${done} and goes on.`);
    else if (job.state === 'interrupted') sentences.push(`${job.title} was interrupted${done}.`);
  }
  return sentences;
}
