import type { EmbedRequest } from '../../types.ts';
import type { ChildCall, ChildMethods } from '../../wire.ts';
import { loadEmbedder, type Embedder } from './embedder.ts';

/** Embedders stay loaded, one a folder, until the process is stopped. */
export function createEmbeddingMethods(): ChildMethods {
  const loaded = new Map<string, Promise<Embedder>>();

  function use(folder: string): Promise<Embedder> {
    const known = loaded.get(folder);
    if (known) return known;
    const loading = loadEmbedder(folder);
    loaded.set(folder, loading);
    loading.catch(() => loaded.delete(folder));
    return loading;
  }

  return {
    embed: async (params: EmbedRequest, call: ChildCall) => (await use(params.modelFolder)).embed(params.texts, call.signal),
  };
}
