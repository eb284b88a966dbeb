import type { KnowledgeDeps } from './knowledgePorts.ts';
import type { SnapshotRow } from './knowledgeTables.ts';
import { chunksOfSnapshot } from './snapshots/snapshotStore.ts';

/** Why a search that was asked with the transformer's vectors went on without their list: some passages have none yet. */
export async function missingVectors({ database }: Pick<KnowledgeDeps, 'database'>, { id, vectors_done: done, paused }: SnapshotRow): Promise<string> {
  const total = await database.run(chunksOfSnapshot, id);
  const next = paused === 1 ? 'They are paused; `knowledge snapshot resume` goes on.' : 'They come in the background, else with the next ingestion; `knowledge status` shows how far they are.';
  // What the rows count as done may have been lost to damage since: then only the index knows how many are missing.
  const missing = done < total ? `${total - done} of ${total} passages have no transformer vector yet` : 'not every passage has its transformer vector';
  return `Found by words and static vectors alone: ${missing}. ${next}`;
}
