import { DEFAULT_EMBEDDING_MODEL, type EmbeddingSettings } from '#contract/models.ts';
import { AppError } from '../base/appError.ts';
import { digestOf } from '../base/canonicalJson.ts';
import type { ModelsPort } from '../capabilities/knowledge/knowledgePorts.ts';
import type { Models } from '../capabilities/models/models.ts';

const noEmbedder = (slug: string): AppError => new AppError('MODEL_UNSUPPORTED', `${slug} cannot make the vectors of passages: it is no ONNX embedder.`, { hint: 'Choose a model for embedding in Models, or add one: lathe models add FOLDER' });

/** The transformers' part of the knowledge capability's port. All reject as Models.ensure does, or with MODEL_UNSUPPORTED. */
export function createTransformerFiles(models: Pick<Models, 'ensure' | 'ready' | 'handlers'>): Pick<ModelsPort, 'assertEmbedder' | 'deepEmbedder' | 'reranker'> {
  /** As the catalogue says: its files are not here yet. */
  async function taskOf(slug: string): Promise<string | undefined> {
    const { models: known } = await models.handlers.list({}, { signal: new AbortController().signal });
    return known.find((model) => model.slug === slug)?.task;
  }

  return {
    async assertEmbedder(slug) {
      const ready = await models.ready(slug);
      if (ready !== null ? ready.embedding !== null : (await taskOf(slug)) === 'embedding') return;
      throw noEmbedder(slug);
    },
    async deepEmbedder(wanted, signal, onWait) {
      const slug = wanted ?? DEFAULT_EMBEDDING_MODEL;
      let waiting = true;
      const model = await models.ensure(slug, signal, () => void (waiting && onWait?.(slug))).finally(() => void (waiting = false));
      if (model.embedding === null) throw noEmbedder(slug);
      return { slug, digest: vectorsDigest(model.digest, model.embedding), weightsPath: model.weightsPath, tokenizerPath: model.fileOf('tokenizer.json'), settings: model.embedding };
    },
    async reranker(slug, signal) {
      if (slug === null) return null;
      const model = await models.ensure(slug, signal);
      if (model.pairTokens === null) throw new AppError('MODEL_UNSUPPORTED', `${slug} cannot rerank passages: it is a model for ${model.task}.`, { hint: 'Choose a reranker in Models, or add one: lathe models add FOLDER' });
      return { slug, digest: model.digest, weightsPath: model.weightsPath, tokenizerPath: model.fileOf('tokenizer.json'), maxTokens: model.pairTokens };
    },
  };
}

/** Names the vectors of passages, not the file: other settings beside the same weights make other vectors. A question's prefix is not in them. */
function vectorsDigest(weights: string, { documentPrefix, pooling, normalise, maxTokens, dimensions }: EmbeddingSettings): string {
  return digestOf({ weights, documentPrefix, pooling, normalise, maxTokens, dimensions });
}
