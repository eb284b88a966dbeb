import { constants, setPriority } from 'node:os';
import type { EmbedRequest, RerankRequest } from '../../types.ts';
import type { ChildCall, ChildMethods } from '../../wire.ts';
import { loadEmbedder, type Embedder } from './embedder.ts';
import { loadReranker, type Reranker } from './reranker.ts';

/** Models stay loaded, one for each way of use, until the process is stopped. */
export function createEmbeddingMethods(): ChildMethods {
  const embedders = new Map<string, Promise<Embedder>>();
  const rerankers = new Map<string, Promise<Reranker>>();

  return {
    embed: async (params: EmbedRequest, call: ChildCall) => {
      if (params.kind === 'document') giveWay();
      const { weightsPath, tokenizerPath, settings, threads } = params;
      return (await once(embedders, JSON.stringify([weightsPath, tokenizerPath, settings, threads]), () => loadEmbedder(params))).embed(params, call.signal);
    },
    score: async (params: RerankRequest, call: ChildCall) => {
      const { weightsPath, tokenizerPath, maxTokens, threads } = params;
      return (await once(rerankers, JSON.stringify([weightsPath, tokenizerPath, maxTokens, threads]), () => loadReranker(params))).score(params, call.signal);
    },
  };
}

function once<Loaded>(known: Map<string, Promise<Loaded>>, key: string, load: () => Promise<Loaded>): Promise<Loaded> {
  const before = known.get(key);
  if (before) return before;
  const loading = load();
  known.set(key, loading);
  loading.catch(() => known.delete(key));
  return loading;
}

/** Documents are embedded behind what a person does, in a process of their own (onnxRuntime.ts): a lower priority cannot be taken back. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: it is only courtesy.
  }
}
