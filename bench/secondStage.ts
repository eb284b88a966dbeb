import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmbeddingMethods } from '../src-main/runtimes/onnx/child/embeddingMethods.ts';
import type { DeepQuestion, DeepRow, DeepVectors, EmbeddedTexts, EmbedRequest, IndexLocation, PendingChunk, VectorCounts } from '../src-main/runtimes/types.ts';
import { MINILM } from '../test/helpers/minilmSettings.ts';
import type { StarterModel } from '../test/helpers/starterModels.ts';

const FOLDER = fileURLToPath(new URL('./cache/vectors', import.meta.url));
const CHUNKS_A_BATCH = 64;

/** What of the index child's methods the second stage uses. */
export interface VectorHandlers {
  pendingVectors(params: Record<string, unknown>): Promise<VectorCounts & { readonly chunks: readonly PendingChunk[] }>;
  addVectors(params: Record<string, unknown>): Promise<void>;
}

/** Transformer vectors with the very functions that the children run. Computed vectors stay in bench/cache, told by their text: a second run takes minutes where the first takes an hour. */
export interface SecondStage {
  /** Gives every chunk its vector; answers how many were computed now and in how many seconds. */
  complete(handlers: VectorHandlers, at: IndexLocation): Promise<{ computed: number; seconds: number }>;
  question(text: string): Promise<DeepQuestion>;
}

export function createSecondStage(name: string, model: StarterModel): SecondStage {
  mkdirSync(FOLDER, { recursive: true });
  const vectors: DeepVectors = { file: join(FOLDER, `${name}.db`), name: model.digest.slice(0, 8), dimensions: MINILM.dimensions };
  const { signal } = new AbortController();
  const methods = createEmbeddingMethods() as unknown as { embed(request: EmbedRequest, call: { signal: AbortSignal }): Promise<EmbeddedTexts> };
  const embed = (texts: readonly string[], kind: EmbedRequest['kind']): Promise<EmbeddedTexts> =>
    methods.embed({ weightsPath: model.weightsPath, tokenizerPath: join(model.folder, 'tokenizer.json'), settings: MINILM, texts, kind, detail: 'tokens', threads: availableParallelism() }, { signal });

  return {
    async complete(handlers, at) {
      let computed = 0;
      const startedAt = performance.now();
      for (;;) {
        const { chunks } = await handlers.pendingVectors({ at, deep: vectors, limit: CHUNKS_A_BATCH });
        if (chunks.length === 0) return { computed, seconds: (performance.now() - startedAt) / 1000 };
        const embedded = await embed(chunks.map(({ text }) => text), 'document');
        const rows = chunks.map(({ digest }, row): DeepRow => {
          const detail = embedded.tokens?.[row];
          return { digest, vector: embedded.vectors.slice(row * vectors.dimensions, (row + 1) * vectors.dimensions), detail: detail instanceof Uint8Array ? detail : null };
        });
        await handlers.addVectors({ at, deep: vectors, rows });
        computed += chunks.length;
      }
    },
    async question(text) {
      const { vectors: [...vector], tokens } = await embed([text], 'question');
      const own = tokens?.[0];
      return { vectors, vector: Float32Array.from(vector), tokens: own instanceof Float32Array ? own : new Float32Array() };
    },
  };
}
