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

/** --project, else LATHE_PROJECT, else the nearest lathe.yaml above the working folder, else the sample. */
export async function projectFolder(options: GlobalOptions): Promise<string> {
  const named = options.project ?? process.env['LATHE_PROJECT'];
  if (named !== undefined) return fromHere(named);
  const nearest = await nearestProject(fromHere('.'));
  if (nearest !== null) return nearest;
  return ensureSample({ sample: productFolders().sample, sampleCopy: path.join(userFolders().data, 'sample') });
}

/** --trust or LATHE_TRUST=1: a yes to the one project that this command names. */
export function trusts(options: GlobalOptions): boolean {
  return options.trust === true || process.env['LATHE_TRUST'] === '1';
}

export async function withProject<T>(options: GlobalOptions, work: (attached: Attached, project: Project) => Promise<T>): Promise<T> {
  return withOwner(async (attached) => {
    const project = await attached.client.projects.open({ folder: await projectFolder(options), trust: trusts(options) });
    const { recovered } = await attached.client.system.status();
    for (const sentence of recovered) say(sentence);
    return work(attached, project);
  });
}

/** The knowledge base by name, slug or id; may be left out when there is exactly one. */
export async function pickKnowledge({ client }: Attached, project: Project, wanted: string | undefined): Promise<KnowledgeBase> {
  const bases = await client.knowledge.list({ projectId: project.id });
  const names = bases.map((base) => base.name).join(', ');
  if (wanted === undefined) {
    const [only] = bases;
    if (!only) throw new AppError('KNOWLEDGE_NOT_FOUND', 'This project has no knowledge base', { hint: 'Make one with `knowledge create NAME`.' });
    if (bases.length > 1) throw new AppError('KNOWLEDGE_AMBIGUOUS', `This project has ${bases.length} knowledge bases: ${names}`, { hint: 'Name one with --knowledge NAME.' });
    return only;
  }
  const found = bases.find((base) => base.name === wanted || base.slug === wanted || base.id === wanted);
  if (!found) throw new AppError('KNOWLEDGE_NOT_FOUND', `There is no knowledge base named ${wanted} in this project${names === '' ? '' : `; there are: ${names}`}`, { hint: `Make it with \`knowledge create ${wanted}\`.` });
  return found;
}
