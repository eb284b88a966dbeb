import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { KnowledgeSource } from '#contract/sources.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { toErrorBody } from '../../../base/appError.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import { fetchSource, folderNameOf, isFetched, localPath, rootOf } from '../sources/fetchSource.ts';
import type { FetchedFiles } from '../sources/fetchedFiles.ts';
import { scanSources, type Scan, type ScannedFile } from './scanSources.ts';

type Deps = Pick<KnowledgeDeps, 'fetching' | 'sourcesFolder' | 'projectFolder'>;

async function toScanned({ root, files }: FetchedFiles, sourcesFolder: string): Promise<ScannedFile[]> {
  return Promise.all(
    files.map(async ({ name, path: copy, url, modifiedMs, bytes }): Promise<ScannedFile> => {
      const facts = await stat(copy, { bigint: true });
      return { path: copy, root, file: name, bytes, mtimeNs: String(facts.mtimeNs), inode: String(facts.ino), copy: path.relative(sourcesFolder, copy), ...(url === null ? {} : { url }), ...(modifiedMs === null ? {} : { modifiedMs }) };
    }),
  );
}

/**
 * Lists the files of all sources; what is fetched is brought up to date first. A source that cannot be fetched now is a problem with its
 * reason, and its documents stay; where it is the only source its error is thrown.
 */
export async function gatherFiles(deps: Deps, sources: readonly KnowledgeSource[], ctx: Pick<JobContext, 'signal' | 'progress'>): Promise<Scan> {
  const scan = await scanSources(sources.flatMap((source) => localPath(source) ?? []), ctx.signal);
  const files = [...scan.files];
  const problems = [...scan.problems];
  const skipped: Record<string, number> = { ...scan.skipped };
  for (const source of sources.filter(isFetched)) {
    const root = rootOf(source);
    const folder = path.join(deps.sourcesFolder, folderNameOf(source));
    try {
      await mkdir(deps.sourcesFolder, { recursive: true });
      const onProgress = ({ done, known, unit, now }: { done: number; known: number | null; unit: string; now: string }): void =>
        ctx.progress({ done, total: known, unit: unit === 'files' ? 'files' : 'steps', now: `Fetching ${root}: ${now}` });
      const fetched = await fetchSource(source, deps.projectFolder, { ...deps.fetching, folder, signal: ctx.signal, onProgress });
      files.push(...(await toScanned(fetched, deps.sourcesFolder)));
      problems.push(...fetched.problems);
      for (const [reason, count] of Object.entries(fetched.counts)) skipped[reason] = (skipped[reason] ?? 0) + count;
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (sources.length === 1) throw error;
      const { message, hint } = toErrorBody(error);
      problems.push({ path: root, reason: hint === undefined ? message : `${message.replace(/\.$/, '')}. ${hint}`, unseen: { root, file: '' } });
    }
  }
  return { files, problems, skipped };
}
