import type { ModelsPort } from '../capabilities/knowledge/knowledgePorts.ts';
import type { Reranker } from '../capabilities/knowledge/rerankPassages.ts';
import type { RerankRuntime } from '../runtimes/types.ts';

export interface RerankPort {
  /** The cross-encoder of this name; null for no name. Rejects as ModelsPort.reranker does. */
  open(slug: string | null, signal: AbortSignal): Promise<Reranker | null>;
}

/** Joins the models capability, which has the files, with the process that reads pairs. */
export function createRerankPort(models: Pick<ModelsPort, 'reranker'>, runtime: RerankRuntime): RerankPort {
  return {
    async open(named, signal) {
      const files = await models.reranker(named, signal);
      if (files === null) return null;
      const { slug, digest, weightsPath, tokenizerPath, maxTokens } = files;
      return { slug, digest, score: (question, passages, signalled) => runtime.score({ weightsPath, tokenizerPath, maxTokens, question, passages }, { signal: signalled }) };
    },
  };
}
