import type { DeepEmbedder, DeepPort, ModelsPort } from '../capabilities/knowledge/knowledgePorts.ts';
import type { EmbeddedTexts, EmbeddingRuntime } from '../runtimes/types.ts';

/** Fills the knowledge capability's port with the models capability and the processes that embed. */
export function createDeepPort(models: Pick<ModelsPort, 'deepEmbedder'>, runtime: EmbeddingRuntime): DeepPort {
  return {
    async open(slug, signal, onWait): Promise<DeepEmbedder> {
      const { digest, weightsPath, tokenizerPath, settings } = await models.deepEmbedder(slug, signal, onWait);
      const embed = async (texts: readonly string[], kind: 'question' | 'document', signalled: AbortSignal): Promise<EmbeddedTexts> =>
        // The tokens of a question are compared with a passage's; of a passage only its one vector is kept.
        runtime.embed({ weightsPath, tokenizerPath, settings, texts, kind, ...(kind === 'question' ? { detail: 'tokens' as const } : {}) }, { signal: signalled });
      // Nothing but a vector says how many numbers one has.
      const { dimensions } = await embed(['dimensions'], 'question', signal);
      return {
        slug,
        digest,
        dimensions,
        tokenizerPath,
        async embed(texts, kind, signalled) {
          const { vectors, tokens } = await embed(texts, kind, signalled);
          let token = 0;
          return texts.map((_, row) => {
            const from = token;
            token += tokens?.counts[row] ?? 0;
            return { vector: vectors.slice(row * dimensions, (row + 1) * dimensions), detail: null, tokens: tokens?.vectors.slice(from * dimensions, token * dimensions) ?? new Float32Array() };
          });
        },
      };
    },
  };
}
