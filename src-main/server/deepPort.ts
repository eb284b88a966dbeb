import type { DeepEmbedder, DeepPort, ModelsPort } from '../capabilities/knowledge/knowledgePorts.ts';
import type { EmbeddingRuntime } from '../runtimes/types.ts';

/** Fills the knowledge capability's port with the models capability and the processes that embed. */
export function createDeepPort(models: Pick<ModelsPort, 'deepEmbedder'>, runtime: EmbeddingRuntime): DeepPort {
  return {
    async open(slug, signal, onWait): Promise<DeepEmbedder> {
      const { digest, weightsPath, tokenizerPath, settings } = await models.deepEmbedder(slug, signal, onWait);
      const { dimensions } = settings;
      return {
        slug,
        digest,
        dimensions,
        tokenizerPath,
        async embed(texts, kind, signalled) {
          const { vectors, tokens } = await runtime.embed({ weightsPath, tokenizerPath, settings, texts, kind, detail: 'tokens' }, { signal: signalled });
          return texts.map((_, row) => {
            const own = tokens?.[row];
            return {
              vector: vectors.slice(row * dimensions, (row + 1) * dimensions),
              detail: own instanceof Uint8Array ? own : null,
              tokens: own instanceof Float32Array ? own : new Float32Array(),
            };
          });
        },
      };
    },
  };
}
