import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { EventPayload } from '#contract/events.ts';
import type { Handlers } from '#contract/handlers.ts';
import type { ProjectId } from '#contract/ids.ts';
import type { DatabaseCopy, FileTrouble, HomeFacts, Project, ProjectFile } from '#contract/projects.ts';
import { AppError } from '../../base/appError.ts';
import type { Clock } from '../../base/clock.ts';
import type { Artifacts } from '../../storage/artifacts.ts';
import type { Database } from '../../storage/database.ts';
import type { Journal, JournalEntry } from '../../storage/journal.ts';
import { keepInJournal } from './fileJournal.ts';
import { listProjectFiles, projectSchemas, readProjectText, writeProjectText } from './projectFiles.ts';
import { createProjectFolder, exists, holdsOthersWork, PROJECT_FILE, readProjectFile, realFolder, type SampleParts } from './projectFolder.ts';
import { recentProjects, rememberProject, trustedFolder } from './projectStore.ts';
import type { ProjectSource } from './projectSource.ts';
import { readBranch } from './readBranch.ts';

/** An open project, as this capability needs it. */
export interface OpenedProject {
  readonly id: ProjectId;
  readonly folder: string;
  /** As it was opened. */
  readonly file: ProjectFile;
  readonly source: ProjectSource;
  readonly artifacts: Artifacts;
  readonly database: Database;
  readonly journal: Journal;
  undo(id?: string): Promise<JournalEntry>;
  /** The person trusts this folder: what waited for that goes on. */
  onTrusted(): void;
  /** Writes a checked copy of the database. */
  backup(): Promise<DatabaseCopy>;
  /** Knowledge files that cannot be used as they are. */
  troubles(): readonly FileTrouble[];
  /** Removes tombstoned things for good. */
  purge(): Promise<{ entries: number; freedBytes: number }>;
}

export interface ProjectsDeps {
  readonly userDatabase: Database;
  readonly clock: Clock;
  readonly sample: SampleParts;
  /** Where the opened copy of the sample lives. */
  readonly sampleCopy: string;
  open(folder: string): Promise<OpenedProject>;
  opened(id: string): OpenedProject;
  homeOf(id: string): Promise<HomeFacts>;
  publish(projectId: string, payload: EventPayload): void;
}

export interface Projects {
  readonly handlers: Handlers<'projects'>;
  isTrusted(folder: string): Promise<boolean>;
}

/** Owns projects as folders: making, opening, remembering, trusting, and their files. */
export function createProjects(deps: ProjectsDeps): Projects {
  /** Projects are known by their real folder; the data folder may be reached by a link. */
  const isSample = async (folder: string): Promise<boolean> => folder === (await realpath(deps.sampleCopy).catch(() => deps.sampleCopy));
  const isTrusted = async (folder: string): Promise<boolean> => (await isSample(folder)) || (await deps.userDatabase.run(trustedFolder, folder));

  async function describe(project: OpenedProject): Promise<Project> {
    const { file, trouble } = await project.source.read();
    const trusted = await isTrusted(project.folder);
    return {
      id: project.id,
      name: file.name,
      folder: project.folder,
      sample: await isSample(project.folder),
      trusted,
      textModel: file.models?.text ?? null,
      branch: await readBranch(project.folder, { trusted }),
      troubles: [...(trouble === null ? [] : [trouble]), ...project.troubles()],
    };
  }

  async function open(folder: string, trusted: boolean): Promise<Project> {
    if (!path.isAbsolute(folder)) throw new AppError('INPUT_INVALID', `Expected an absolute folder but got ${folder}`);
    const project = await deps.open(await realFolder(folder));
    return remember(project, trusted);
  }

  async function remember(project: OpenedProject, trusted: boolean): Promise<Project> {
    await deps.userDatabase.run(rememberProject, { folder: project.folder, id: project.id, name: project.file.name, opened_at_ms: deps.clock.now(), trusted: trusted ? 1 : 0 });
    if (trusted) project.onTrusted();
    return describe(project);
  }

  async function create(folder: string, name: string | undefined, sample: boolean): Promise<Project> {
    if (!path.isAbsolute(folder)) throw new AppError('INPUT_INVALID', `Expected an absolute folder but got ${folder}`);
    // What Lathe makes is trusted; state and knowledge files that somebody else left in the folder are not.
    const found = await holdsOthersWork(folder);
    await createProjectFolder({ folder, name: name ?? null, sample: sample ? deps.sample : null });
    return open(folder, !found);
  }

  const handlers: Handlers<'projects'> = {
    recent: async () => {
      const rows = await deps.userDatabase.run(recentProjects, undefined);
      return Promise.all(rows.map(async (row) => ({ id: row.id as ProjectId, name: row.name, folder: row.folder, openedAtMs: row.opened_at_ms, exists: await exists(path.join(row.folder, PROJECT_FILE)) })));
    },
    open: ({ folder, trust }) => open(folder, trust),
    create: ({ folder, name, sample }) => create(folder, name, sample),
    get: ({ projectId }) => describe(deps.opened(projectId)),
    trust: ({ projectId }) => remember(deps.opened(projectId), true),
    home: ({ projectId }) => deps.homeOf(projectId),
    files: ({ projectId }) => listProjectFiles(deps.opened(projectId).folder),
    readFile: ({ projectId, path: file }) => readProjectText(deps.opened(projectId).folder, file),
    writeFile: async ({ projectId, ...write }) => {
      const { folder, artifacts, database } = deps.opened(projectId);
      const written = await writeProjectText(folder, keepInJournal({ database, artifacts, clock: deps.clock }), write);
      deps.publish(projectId, { topic: 'project.changed' });
      deps.publish(projectId, { topic: 'undo.changed' });
      return written;
    },
    schemas: async () => projectSchemas(),
    undoList: ({ projectId }) => deps.opened(projectId).journal.list(),
    undo: async ({ projectId, id }) => deps.opened(projectId).undo(id),
    backup: async ({ projectId }) => deps.opened(projectId).backup(),
    purge: async ({ projectId }) => deps.opened(projectId).purge(),
  };

  return { handlers, isTrusted };
}

/** Opens the sample's copy, making it first when it is not there. */
export async function ensureSample(deps: Pick<ProjectsDeps, 'sample' | 'sampleCopy'>): Promise<string> {
  if (!(await exists(path.join(deps.sampleCopy, PROJECT_FILE)))) await createProjectFolder({ folder: deps.sampleCopy, name: 'Sample', sample: deps.sample });
  await readProjectFile(deps.sampleCopy);
  return deps.sampleCopy;
}
