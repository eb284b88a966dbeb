import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { KnowledgeSource } from '#contract/sources.ts';
import { AppError } from '../../base/appError.ts';
import { isInside } from '../../base/paths.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import { isFetched, localPath, reachOf } from './sources/fetchSource.ts';

/** Owns the question whether a knowledge base's sources may be read: what a stranger wrote into the project file is asked about first. */
export interface SourceGate {
  /** The person named these absolute paths just now, which is a yes to each. Forgotten when Lathe ends. */
  named(paths: readonly string[]): Promise<void>;
  /** Throws PROJECT_UNTRUSTED, with the list, when sources of an untrusted project lead out of its folder or to another machine. */
  assertTrusted(name: string, sources: readonly KnowledgeSource[]): Promise<void>;
}

/** Where a path leads; one that does not exist leads nowhere, and reading it fails by itself. */
function realOf(absolute: string): Promise<string> {
  return realpath(absolute).catch(() => path.resolve(absolute));
}

export function createSourceGate({ projectFolder, trusted }: Pick<KnowledgeDeps, 'projectFolder' | 'trusted'>): SourceGate {
  const yes = new Set<string>();

  /** True when the way to a path passes the project folder: then the project decides where it leads, not who named it. */
  async function passesProject(absolute: string): Promise<boolean> {
    for (let at = absolute; ; at = path.dirname(at)) {
      if (isInside(projectFolder, at) || isInside(projectFolder, await realOf(at))) return true;
      if (path.dirname(at) === at) return false;
    }
  }

  async function named(paths: readonly string[]): Promise<void> {
    for (const entry of paths) if (!(await passesProject(entry))) yes.add(await realOf(entry));
  }

  async function assertTrusted(name: string, sources: readonly KnowledgeSource[]): Promise<void> {
    const reached = sources.map((source) => (isFetched(source) ? reachOf(source, projectFolder) : { path: localPath(source) ?? '' }));
    const outside = reached.flatMap((reach) => ('host' in reach ? [reach.host] : []));
    for (const source of reached.flatMap((reach) => ('path' in reach ? [reach.path] : []))) {
      const real = await realOf(source);
      if (!isInside(projectFolder, real) && !yes.has(real)) outside.push(real === path.resolve(source) ? real : `${source} (leads to ${real})`);
    }
    if (outside.length === 0 || (await trusted())) return;
    throw new AppError('PROJECT_UNTRUSTED', `This project was made elsewhere. Ingesting ${name} would read ${outside.length} ${outside.length === 1 ? 'place' : 'places'} outside its folder: ${outside.join(', ')}`, {
      hint: 'If that is right, trust the project: run the command again with --trust, or choose "Trust this project" in the window.',
      details: { outside },
    });
  }

  return { named, assertTrusted };
}
