import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EventPayload } from '#contract/events.ts';
import type { Handlers } from '#contract/handlers.ts';
import type { Job } from '#contract/jobs.ts';
import { contract } from '#contract/router.ts';
import { AppError } from '../base/appError.ts';
import { uuidv7 } from '../base/uuid.ts';
import type { SampleParts } from '../capabilities/projects/projectFolder.ts';
import { createProjects } from '../capabilities/projects/projects.ts';
import { homeOfKnowledge } from '../capabilities/knowledge/homeOfKnowledge.ts';
import { createEventStream, type EventStream } from './eventStream.ts';
import type { GuardPolicy } from './guard.ts';
import { createHandler, type Handle } from './handler.ts';
import { openMachine, type Machine, type MachineOptions } from './openMachine.ts';
import { openProject, type OpenProject } from './openProject.ts';
import { jobInSlot } from './slotOf.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createStaticFiles } from './staticFiles.ts';
import { createSystemHandlers } from './systemHandlers.ts';
import { runDoctor } from './doctor.ts';

export interface OwnerOptions extends Omit<MachineOptions, 'publish'> {
  /** A window goes on with what is unfinished in the projects it opens; absent = no. */
  readonly takesUp?: boolean;
  /** The built renderer. */
  readonly staticFolder: string;
  readonly sample: SampleParts;
  /** `host:port` values and origins that this owner's mounts answer to; read at every request. */
  readonly addresses: Pick<GuardPolicy, 'hosts' | 'origins'>;
}

export interface Owner {
  readonly handle: Handle;
  readonly sessions: Sessions;
  /** What the endpoint file carries; as good as a session. */
  readonly token: string;
  readonly events: EventStream;
  readonly machine: Machine;
  readonly sampleCopy: string;
  close(): Promise<void>;
}

/** The composition root of one process: the machine, its open projects, and the one handler over them. */
export async function openOwner(options: OwnerOptions): Promise<Owner> {
  const token = randomBytes(32).toString('base64url');
  const events = createEventStream(uuidv7());
  const machine = await openMachine({ ...options, publish: (payload) => events.publish(null, payload) });
  const sessions = createSessions(token, () => machine.clock.monotonicMs());
  /** By real folder. */
  const projects = new Map<string, OpenProject>();
  const opening = new Map<string, Promise<OpenProject>>();
  const sampleCopy = path.join(options.folders.data, 'sample');
  const publish = (projectId: string, payload: EventPayload): void => events.publish(projectId, payload);

  async function open(folder: string): Promise<OpenProject> {
    const known = projects.get(folder);
    if (known) return known;
    const underway = opening.get(folder) ?? openProject(folder, { ...machine, publish, takesUp: options.takesUp ?? false, preferredTextModel: () => machine.settings().textModel, isTrusted: (at) => projectsCapability.isTrusted(at) }).finally(() => opening.delete(folder));
    opening.set(folder, underway);
    const project = await underway;
    projects.set(folder, project);
    return project;
  }

  function opened(id: string): OpenProject {
    const project = [...projects.values()].find((candidate) => candidate.id === id);
    if (!project) throw new AppError('PROJECT_NOT_FOUND', `No project with the id ${id} is open`, { hint: 'Open its folder first.' });
    return project;
  }

  const projectsCapability = createProjects({
    userDatabase: machine.userDatabase,
    clock: machine.clock,
    sample: options.sample,
    sampleCopy,
    open,
    opened,
    publish,
    homeOf: async (id) => {
      const project = opened(id);
      return { ...(await homeOfKnowledge(project.database, project.knowledge.bases)), changes: await recentChanges(project) };
    },
  });

  const system = createSystemHandlers({
    ...machine,
    newCode: () => sessions.newCode(),
    recovered: () => [...projects.values()].flatMap((project) => project.recovered),
    doctor: (asked) => runDoctor(machine, { folders: options.folders, folder: asked?.folder, textModel: asked?.textModel ?? options.textModel }),
    onSettings: (settings) => {
      machine.applySettings(settings);
      events.publish(null, { topic: 'settings.changed' });
    },
  });

  const handle = createHandler({
    policy: { ...options.addresses, sessions },
    handlers: {
      system,
      projects: projectsCapability.handlers,
      models: machine.models.handlers,
      jobs: jobHandlers(machine, projects, opened),
      knowledge: inProject('knowledge', opened),
      pipelines: inProject('pipelines', opened),
    },
    events,
    staticFiles: createStaticFiles(options.staticFolder),
    source: (query) => opened(query.get('projectId') ?? '').knowledge.source(query.get('documentId') ?? ''),
    logger: machine.logger.child('server'),
  });

  await mkdir(options.folders.state, { recursive: true, mode: 0o700 });
  return {
    handle,
    sessions,
    token,
    events,
    machine,
    sampleCopy,
    async close() {
      await Promise.allSettled(opening.values());
      await Promise.all([...projects.values()].map((project) => project.close()));
      await machine.close();
    },
  };
}

const SHOWN_CHANGES = 10;

/** What was ingested, deleted or brought back, newest first. */
async function recentChanges(project: OpenProject): Promise<{ atMs: number; title: string }[]> {
  const deleted = (await project.journal.list()).map((entry) => ({ atMs: entry.undoneAtMs ?? entry.atMs, title: entry.undoneAtMs === null ? entry.title : `Undone: ${entry.title}` }));
  const ended = (await project.jobs.list(project.file.id, 50)).filter((job) => job.kind === 'knowledge.ingest' && job.endedAtMs !== null);
  const ingested = ended.map((job) => ({ atMs: job.endedAtMs ?? job.createdAtMs, title: job.state === 'done' ? `${job.title}: ${Number(job.result?.['ingested'] ?? 0)} documents read` : `${job.title}: ${job.state}` }));
  return [...deleted, ...ingested].sort((a, b) => b.atMs - a.atMs).slice(0, SHOWN_CHANGES);
}

/** Each procedure of a noun, run by the project that the input names. */
function inProject<Noun extends keyof OpenProject['handlers']>(noun: Noun, opened: (id: string) => OpenProject): Handlers<Noun> {
  type Plain = (input: { projectId: string }, call: { signal: AbortSignal }) => Promise<unknown>;
  const bound = Object.keys(contract[noun]).map((name) => {
    const run: Plain = (input, call) => (opened(input.projectId).handlers[noun] as unknown as Record<string, Plain>)[name]?.(input, call) as Promise<unknown>;
    return [name, run] as const;
  });
  return Object.fromEntries(bound) as unknown as Handlers<Noun>;
}

function jobHandlers(machine: Machine, projects: ReadonlyMap<string, OpenProject>, opened: (id: string) => OpenProject): Handlers<'jobs'> {
  async function find(id: string) {
    const queues = [{ queue: machine.jobs, shown: (job: Job) => job }, ...[...projects.values()].map((project) => ({ queue: project.jobs, shown: (job: Job) => jobInSlot(job, project.id) }))];
    for (const { queue, shown } of queues) {
      const found = await queue.get(id).catch(() => null);
      if (found) return { queue, shown, found };
    }
    throw new AppError('JOB_NOT_FOUND', `There is no job with the id ${id}`);
  }
  return {
    list: async ({ projectId, limit }) => {
      const { id, file, jobs } = opened(projectId);
      const own = await jobs.list(file.id, limit);
      const all = [...own.map((job) => jobInSlot(job, id)), ...(await machine.jobs.list(null, limit))];
      return all.sort((a, b) => b.createdAtMs - a.createdAtMs).slice(0, limit);
    },
    get: async ({ id }) => {
      const { shown, found } = await find(id);
      return shown(found);
    },
    cancel: async ({ id }) => {
      const { queue, shown } = await find(id);
      return shown(await queue.cancel(id));
    },
  };
}
