import type { DeepQuestion } from '../../runtimes/types.ts';
import type { DeepEmbedder, KnowledgeDeps } from './knowledgePorts.ts';
import type { SnapshotRow } from './knowledgeTables.ts';
import { vectorsOfSnapshot } from './snapshots/sweepEmbeddings.ts';
import { AGAIN_MS, causeInWords } from './unusedModel.ts';

/** The question as a snapshot's embedder sees it. */
export interface AskedDeep {
  /** Absent where the snapshot has no vectors yet, or its embedder cannot be used now. */
  readonly deep?: DeepQuestion;
  /** Why the search goes on without the vectors that there are, as a sentence; null when it does not. */
  readonly note: string | null;
}

export interface DeepQuestions {
  of(snapshot: SnapshotRow, question: string, signal: AbortSignal): Promise<AskedDeep>;
}

type Deps = Pick<KnowledgeDeps, 'deep' | 'vectorsFolder' | 'clock' | 'logger'>;

/** Owns that a search never fails, and never waits for a download, because of the second stage: it goes on without, and says so. */
export function createDeepQuestions(deps: Deps): DeepQuestions {
  const loaded = new Map<string, Promise<DeepEmbedder>>();
  const failed = new Map<string, { readonly atMs: number; readonly note: string }>();

  function load(slug: string): Promise<DeepEmbedder> {
    const known = loaded.get(slug);
    if (known) return known;
    const missing = new AbortController();
    const loading = deps.deep.open(slug, missing.signal, () => missing.abort(new Error(`${slug} is not on this machine`)));
    loaded.set(slug, loading);
    loading.catch(() => void loaded.delete(slug));
    return loading;
  }

  function without(slug: string, why: string): AskedDeep {
    const note = `Found by words and static vectors alone: the embedder ${slug} ${why}`;
    failed.set(slug, { atMs: deps.clock.monotonicMs(), note });
    deps.logger.warn(note);
    return { note };
  }

  return {
    async of(snapshot, question, signal) {
      const vectors = vectorsOfSnapshot(deps.vectorsFolder, snapshot);
      if (vectors === null || snapshot.vectors_done === 0) return { note: null };
      const slug = snapshot.embedder;
      const before = failed.get(slug);
      // An embedder that could not be loaded is not asked for again at every search.
      if (before !== undefined && deps.clock.monotonicMs() - before.atMs < AGAIN_MS) return { note: before.note };
      try {
        const embedder = await load(slug);
        // Vectors of two versions of a model do not compare.
        if (embedder.digest !== snapshot.embedder_digest) return without(slug, 'is another version now than the one that made the vectors. Build a new index: `knowledge snapshot new`.');
        const [embedded] = await embedder.embed([question], 'question', signal);
        if (!embedded) return without(slug, 'gave no vector for the question.');
        failed.delete(slug);
        return { deep: { vectors, vector: embedded.vector, tokens: embedded.tokens }, note: null };
      } catch (error) {
        signal.throwIfAborted();
        loaded.delete(slug);
        return without(slug, `cannot be used ${causeInWords(error)}`);
      }
    },
  };
}
