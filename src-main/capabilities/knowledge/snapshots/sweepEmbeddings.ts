import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from '../../../base/isMissing.ts';
import type { DeepVectors } from '../../../runtimes/types.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { SnapshotRow } from '../knowledgeTables.ts';
import type { OpenedIndex } from '../openIndex.ts';

/**
 * Beside the folders of the snapshots, in one folder a knowledge base, one file a model: transformer vectors by the digest of their text.
 * They outlive a snapshot, because making them takes hours, and must not outlive a purge.
 */
export const EMBEDDINGS = 'embeddings';

export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

export function vectorsOf(vectorsFolder: string, { knowledgeId, digest, dimensions }: { readonly knowledgeId: string; readonly digest: string; readonly dimensions: number }): DeepVectors {
  const name = digest.slice(0, 8);
  return { file: path.join(vectorsFolder, EMBEDDINGS, knowledgeId, `${name}.db`), name, dimensions };
}

/** Null until the second stage of this snapshot has begun. */
export function vectorsOfSnapshot(vectorsFolder: string, row: Pick<SnapshotRow, 'knowledge_id' | 'embedder_digest' | 'dimensions'>): DeepVectors | null {
  if (row.embedder_digest === null || row.dimensions === null) return null;
  return vectorsOf(vectorsFolder, { knowledgeId: row.knowledge_id, digest: row.embedder_digest, dimensions: row.dimensions });
}

/** Deletes the vectors of knowledge bases that have no row any more. */
export async function dropEmbeddings(vectorsFolder: string, bases: ReadonlySet<string>): Promise<void> {
  const folder = path.join(vectorsFolder, EMBEDDINGS);
  for (const name of await namesIn(folder)) if (!bases.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
}

export interface Sweeping {
  readonly snapshots: readonly SnapshotRow[];
  /** Knowledge bases of which an index was deleted: nobody can say which of their texts are still there. */
  readonly lost: ReadonlySet<string>;
  readonly signal: AbortSignal;
  open(snapshotId: string): Promise<OpenedIndex>;
  say(sentence: string): void;
}

/** Forgets the vectors of texts that no snapshot holds any more. */
export async function sweepEmbeddings(deps: Pick<KnowledgeDeps, 'index' | 'vectorsFolder'>, { snapshots, lost, signal, open, say }: Sweeping): Promise<void> {
  const root = path.join(deps.vectorsFolder, EMBEDDINGS);
  for (const knowledgeId of await namesIn(root)) {
    const own = snapshots.filter((snapshot) => snapshot.knowledge_id === knowledgeId);
    for (const name of (await namesIn(path.join(root, knowledgeId))).filter((file) => file.endsWith('.db'))) {
      const file = path.join(root, knowledgeId, name);
      const using = own.filter((snapshot) => vectorsOfSnapshot(deps.vectorsFolder, snapshot)?.file === file);
      const vectors = using[0] && vectorsOfSnapshot(deps.vectorsFolder, using[0]);
      if (vectors && !lost.has(knowledgeId)) {
        const opened = await Promise.all(using.map(({ id }) => open(id)));
        await deps.index.sweepVectors(opened.map(({ at }) => at), vectors, { signal });
        continue;
      }
      for (const part of ['', '-wal', '-shm']) await rm(`${file}${part}`, { force: true });
      if (vectors) say('Transformer vectors of an index that could not be cleaned of what was purged were deleted with it; they are made again.');
    }
  }
}
