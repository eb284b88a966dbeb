import { AppError } from '../../base/appError.ts';
import { failpoint } from '../../base/failpoint.ts';
import type { JobContext } from '../../jobs/jobQueue.ts';
import type { DeepRow, DeepVectors, PendingChunk } from '../../runtimes/types.ts';
import type { DeepEmbedder, EmbeddedText, KnowledgeDeps } from './knowledgePorts.ts';
import type { OpenedIndex } from './openIndex.ts';
import { getSnapshot, saveVectorFacts } from './snapshots/snapshotStore.ts';
import { vectorsOf } from './snapshots/sweepEmbeddings.ts';

/** Asked of the index at a time: it looks for what is missing, which is not free. */
const CHUNKS_ASKED = 256;
/** Embedded and kept at a time: a kill costs so many. */
const CHUNKS_A_BATCH = 32;

export interface EmbedInput {
  readonly opened: OpenedIndex;
  readonly embedder: DeepEmbedder;
  /** Told after every batch; what is on disk counts. `asked`: the index said so, and nothing was reckoned. */
  readonly onCounted: (counted: { readonly done: number; readonly total: number; readonly asked: boolean }) => void;
}

type Deps = Pick<KnowledgeDeps, 'database' | 'index' | 'vectorsFolder'>;

async function begin(deps: Deps, { opened, embedder }: EmbedInput): Promise<DeepVectors> {
  const { id, knowledge_id: knowledgeId } = opened.snapshot;
  const row = await deps.database.run(getSnapshot, id);
  if (row?.embedder_digest !== embedder.digest || row.dimensions !== embedder.dimensions) {
    // Another file of the same name (a newer version of the model): its vectors do not compare with those of before.
    await deps.database.run(saveVectorFacts, { id, embedder_digest: embedder.digest, dimensions: embedder.dimensions, vectors_done: 0 });
  }
  return vectorsOf(deps.vectorsFolder, { knowledgeId, digest: embedder.digest, dimensions: embedder.dimensions });
}

const toRow = ({ digest }: PendingChunk, embedded: EmbeddedText | undefined): DeepRow => {
  if (embedded === undefined) throw new AppError('INTERNAL', 'Expected as many vectors as texts from the embedder');
  return { digest, vector: embedded.vector, detail: embedded.detail };
};

/** Makes the vectors of some chunks that have none; answers which, and how many had one before. To be run with nothing being swept. */
async function embedSome(deps: Deps, { opened, embedder, onCounted }: EmbedInput, { vectors, written, signal, progress }: Pass): Promise<{ done: number; total: number; wrote: ReadonlySet<string> }> {
  const { at, snapshot } = opened;
  const { chunks, done, total } = await deps.index.pendingVectors(at, vectors, CHUNKS_ASKED, { signal });
  onCounted({ done, total, asked: true });
  progress({ done, total, unit: 'chunks', now: embedder.slug });
  // Else it would go on for ever.
  if (chunks.some(({ digest }) => written.has(digest))) throw new AppError('INTERNAL', `Expected chunks without a vector from the index but got some whose vector was just written (${done} of ${total} are done)`);
  for (let from = 0; from < chunks.length; from += CHUNKS_A_BATCH) {
    signal.throwIfAborted();
    const batch = chunks.slice(from, from + CHUNKS_A_BATCH);
    const embedded = await embedder.embed(batch.map(({ text }) => text), 'document', signal);
    failpoint('embed.after-vectors');
    await deps.index.addVectors(at, vectors, batch.map((chunk, number) => toRow(chunk, embedded[number])), { signal });
    failpoint('embed.after-add');
    // Two chunks with one text have one vector: more may be done than were asked for.
    const reckoned = Math.min(total, done + from + batch.length);
    onCounted({ done: reckoned, total, asked: false });
    progress({ done: reckoned, total, unit: 'chunks', now: embedder.slug });
  }
  await deps.database.run(saveVectorFacts, { id: snapshot.id, vectors_done: Math.min(total, done + chunks.length) });
  return { done, total, wrote: new Set(chunks.map(({ digest }) => digest)) };
}

interface Pass extends Pick<JobContext, 'signal' | 'progress'> {
  readonly vectors: DeepVectors;
  /** Digests of the last pass: none of them may be missing still. */
  readonly written: ReadonlySet<string>;
}

/**
 * The second stage of one snapshot: makes what vectors are missing, a batch at a time, until none are. Goes on where it was: the index
 * says what is missing, so nothing else has to be remembered across a kill. Between passes a purge may sweep.
 */
export async function embedSnapshot(deps: Deps, input: EmbedInput, { signal, progress }: Pick<JobContext, 'signal' | 'progress'>): Promise<{ done: number; total: number }> {
  const vectors = await begin(deps, input);
  for (let written: ReadonlySet<string> = new Set(); ; ) {
    const { done, total, wrote } = await input.opened.embedding(() => embedSome(deps, input, { vectors, written, signal, progress }));
    if (wrote.size === 0) return { done, total };
    written = wrote;
  }
}
