import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import type { FetchedSource, KnowledgeSource } from '#contract/sources.ts';
import { digestOf } from '../../../base/canonicalJson.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Broker } from '../../../base/network.ts';
import type { Secrets } from '../../../base/secrets.ts';
import { crawlSite } from './crawlSite.ts';
import { exportGit } from './exportGit.ts';
import { fetchApi } from './fetchApi.ts';
import type { FetchedFiles, FetchPorts, FetchWork } from './fetchedFiles.ts';
import { isRemote } from './fetchRepository.ts';

/** True for a source that Lathe copies before it is read; false for a file or folder, watched or not. */
export function isFetched(source: KnowledgeSource): source is FetchedSource {
  return typeof source === 'object' && !('watch' in source);
}

/** The path of a file or folder, watched or not; null for what is fetched. */
export function localPath(source: KnowledgeSource): string | null {
  if (typeof source === 'string') return source;
  return 'watch' in source ? source.folder : null;
}

/** How a source is written where people read it. */
export function shownSource(source: KnowledgeSource): string {
  if (typeof source === 'string') return source;
  if ('watch' in source) return source.folder;
  if ('site' in source) return source.site;
  return 'api' in source ? source.api : `${source.git} at ${source.commit}`;
}

/** What its documents are listed under: the same as FetchedFiles.root. */
export function rootOf(source: FetchedSource): string {
  return 'site' in source ? source.site : 'api' in source ? source.api : source.git;
}

/**
 * The name of its folder, the same from one ingestion to the next. What only says how much is read of it is no part of that, nor
 * is the commit: the next one shares most files.
 */
export function folderNameOf(source: FetchedSource): string {
  const identity = 'site' in source ? { site: source.site } : 'api' in source ? { api: source.api } : { git: source.git, folder: source.folder ?? '' };
  return digestOf(identity).slice(0, 32);
}

/** What an untrusted project must be asked about before it is fetched: the host or the path that it names. */
export function reachOf(source: FetchedSource, projectFolder: string): { readonly host: string } | { readonly path: string } {
  const address = 'site' in source ? source.site : 'api' in source ? source.api : source.git;
  return isRemote(address) ? { host: new URL(address).origin } : { path: path.resolve(projectFolder, address) };
}

/** The real ports: the broker, the secrets of this machine, and time. */
export function createFetchPorts({ broker, secrets, clock }: { readonly broker: Pick<Broker, 'fetch' | 'proxy'>; readonly secrets: Secrets; readonly clock: Clock }): FetchPorts {
  return { fetch: broker.fetch, proxy: broker.proxy, secret: secrets.read, clock, wait: (ms, signal) => sleep(ms, undefined, { signal }) };
}

/**
 * Brings a source's copies up to date in `work.folder` and lists them. See crawlSite, exportGit and fetchApi for what they throw;
 * what failed after something was ever read is in `problems`, and the copies are kept.
 */
export function fetchSource(source: FetchedSource, projectFolder: string, work: FetchWork): Promise<FetchedFiles> {
  if ('site' in source) return crawlSite(source, work);
  if ('api' in source) return fetchApi(source, work);
  return exportGit(source, isRemote(source.git) ? source.git : path.resolve(projectFolder, source.git), work);
}
