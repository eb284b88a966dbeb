import path from 'node:path';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import type { Project } from '#contract/projects.ts';
import { AppError } from '../base/appError.ts';
import { userFolders } from '../base/paths.ts';
import { nearestProject } from '../capabilities/projects/projectFolder.ts';
import { ensureSample } from '../capabilities/projects/projects.ts';
import { attach, type Attached } from './attach.ts';
import { productFolders } from './productFolders.ts';
import { fromHere, say, type GlobalOptions } from './terminal.ts';

/** Runs work with a connection to the owner, and lets go of it afterwards. */
export async function withOwner<T>(work: (attached: Attached) => Promise<T>): Promise<T> {
  const attached = await attach({ mode: 'command', say });
  try {
    return await work(attached);
  } finally {
    await attached.close();
  }
}

/** Where a command's project comes from; nothing is made and nothing is opened. */
export interface ProjectChoice {
  readonly folder: string;
  readonly from: 'flag' | 'environment' | 'project' | 'default';
  readonly by: string;
}

/** --project, else LATHE_PROJECT, else the nearest lathe.yaml above the working folder, else the sample. */
export async function chooseProject(options: GlobalOptions): Promise<ProjectChoice> {
  if (options.project !== undefined) return { folder: fromHere(options.project), from: 'flag', by: '--project' };
  const named = process.env['LATHE_PROJECT'];
  if (named !== undefined) return { folder: fromHere(named), from: 'environment', by: 'LATHE_PROJECT' };
  const nearest = await nearestProject(fromHere('.'));
  if (nearest !== null) return { folder: nearest, from: 'project', by: 'the nearest lathe.yaml' };
  return { folder: path.join(userFolders().data, 'sample'), from: 'default', by: 'the sample' };
}

export async function projectFolder(options: GlobalOptions): Promise<string> {
  const { folder, from } = await chooseProject(options);
  return from === 'default' ? ensureSample({ sample: productFolders().sample, sampleCopy: folder }) : folder;
}

/** --trust or LATHE_TRUST=1: a yes to the one project that this command names. */
function trusts(options: GlobalOptions): boolean {
  return options.trust === true || process.env['LATHE_TRUST'] === '1';
}

/** Opens the folder and says on stderr which of its files cannot be used. */
export async function openFolder({ client }: Attached, folder: string, options: GlobalOptions): Promise<Project> {
  const project = await client.projects.open({ folder, trust: trusts(options) });
  for (const { message } of project.troubles) say(message);
  return project;
}

export async function withProject<T>(options: GlobalOptions, work: (attached: Attached, project: Project) => Promise<T>): Promise<T> {
  return withOwner(async (attached) => {
    const project = await openFolder(attached, await projectFolder(options), options);
    const { recovered } = await attached.client.system.status();
    for (const sentence of recovered) say(sentence);
    return work(attached, project);
  });
}

/** The knowledge base by name, slug or id; may be left out when there is exactly one. */
export async function pickKnowledge({ client }: Pick<Attached, 'client'>, project: Project, wanted: string | undefined): Promise<KnowledgeBase> {
  const bases = await client.knowledge.list({ projectId: project.id });
  const names = bases.map((base) => base.name).join(', ');
  if (wanted === undefined) {
    const [only] = bases;
    if (!only) throw new AppError('KNOWLEDGE_NOT_FOUND', 'This project has no knowledge base', { hint: 'Make one with `knowledge create NAME`.' });
    if (bases.length > 1) throw new AppError('KNOWLEDGE_AMBIGUOUS', `This project has ${bases.length} knowledge bases: ${names}`, { hint: 'Name one with --knowledge NAME.' });
    return only;
  }
  // The name as written before all else: the slug of "Papers" is the name of "papers".
  const found = bases.find((base) => base.name === wanted) ?? bases.find((base) => base.slug === wanted || base.id === wanted) ?? sameButForCase(bases, wanted);
  if (!found) throw new AppError('KNOWLEDGE_NOT_FOUND', `There is no knowledge base named ${wanted} in this project${names === '' ? '' : `; there are: ${names}`}`, { hint: `Make it with \`knowledge create ${wanted}\`.` });
  return found;
}

/** The one whose name differs in case alone; of several none is guessed. */
function sameButForCase(bases: readonly KnowledgeBase[], wanted: string): KnowledgeBase | undefined {
  const [only, other] = bases.filter((base) => base.name.toLowerCase() === wanted.toLowerCase());
  return other === undefined ? only : undefined;
}
