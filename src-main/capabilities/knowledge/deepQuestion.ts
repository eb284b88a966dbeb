import type { DeepQuestion } from '../../runtimes/types.ts';
import type { DeepEmbedder, KnowledgeDeps } from './knowledgePorts.ts';
import type { SnapshotRow } from './knowledgeTables.ts';
import { vectorsOfSnapshot } from './snapshots/sweepEmbeddings.ts';

/** An embedder that could not be loaded is not asked for again at every search. */
const AGAIN_MS = 60_000;

export interface DeepQuestions {
  /** The question as the snapshot's embedder sees it; undefined where the snapshot has no vectors or its embedder cannot be loaded now. */
  of(snapshot: SnapshotRow, question: string, signal: AbortSignal): Promise<DeepQuestion | undefined>;
}

type Deps = Pick<KnowledgeDeps, 'deep' | 'vectorsFolder' | 'clock' | 'logger'>;

/** Owns that a search never fails, and never waits for a download, because of the second stage: it goes on without. */
export function createDeepQuestions(deps: Deps): DeepQuestions {
  const loaded = new Map<string, Promise<DeepEmbedder>>();
  const failedAtMs = new Map<string, number>();

  function load(slug: string): Promise<DeepEmbedder> {
    const known = loaded.get(slug);
    if (known) return known;
    const missing = new AbortController();
    const loading = deps.deep.open(slug, missing.signal, () => missing.abort(new Error(`${slug} is not on this machine`)));
    loaded.set(slug, loading);
    loading.catch(() => void loaded.delete(slug));
    return loading;
  }

  return {
    async of(snapshot, question, signal) {
      const vectors = vectorsOfSnapshot(deps.vectorsFolder, snapshot);
      if (vectors === null || snapshot.vectors_done === 0) return undefined;
      const slug = snapshot.embedder;
      const now = deps.clock.monotonicMs();
      if (now - (failedAtMs.get(slug) ?? -Infinity) < AGAIN_MS) return undefined;
      try {
        const embedder = await load(slug);
        const [embedded] = await embedder.embed([question], 'question', signal);
        // Another version of the model: its vectors do not compare with those that are kept.
        if (!embedded || embedder.digest !== snapshot.embedder_digest) return undefined;
        return { vectors, vector: embedded.vector, tokens: embedded.tokens };
      } catch (error) {
        signal.throwIfAborted();
        loaded.delete(slug);
        failedAtMs.set(slug, now);
        deps.logger.warn(`Searches go on without transformer vectors for now: ${slug} cannot be used (${error instanceof Error ? error.message : String(error)})`);
        return undefined;
      }
    },
  };
}
