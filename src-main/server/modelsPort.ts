import { DEFAULT_TEXT_MODEL } from '#contract/models.ts';
import { AppError } from '../base/appError.ts';
import type { ModelsPort } from '../capabilities/knowledge/knowledgePorts.ts';
import { createTransformerFiles } from './transformerFiles.ts';
import type { Models, ReadyModel } from '../capabilities/models/models.ts';

export const EMBEDDER = 'all-minilm-l6-v2';
const STATIC_EMBEDDER = 'wordllama-l2-supercat-256';

/** Fills the knowledge capability's port with the models capability. `fixed` (environment) goes above the caller's wish, that above the preference. */
export function createModelsPort(models: Models, choice: { readonly fixed: string | null; preferred(): string | null }): ModelsPort {
  return {
    ...createTransformerFiles(models),
    async embedder(signal, onWait) {
      const fetched = async (slug: string): Promise<ReadyModel> => {
        let waiting = true;
        // The last report may come when the model is there already.
        return models.ensure(slug, signal, () => void (waiting && onWait?.(slug))).finally(() => void (waiting = false));
      };
      const transformer = await fetched(EMBEDDER);
      const still = await fetched(STATIC_EMBEDDER);
      return {
        digest: transformer.digest,
        tokenizerPath: transformer.fileOf('tokenizer.json'),
        staticModelFolder: still.folder,
        staticDigest: still.digest,
        staticSlug: still.slug,
      };
    },
    async embeddersHere() {
      const { models: known } = await models.handlers.list(undefined, { signal: new AbortController().signal });
      return known.flatMap(({ slug, task, state }) => (task === 'embedding' && state === 'ready' ? [slug] : []));
    },
    async textModel(wanted, signal, pinned) {
      const slug = wanted ?? choice.fixed ?? pinned ?? choice.preferred() ?? DEFAULT_TEXT_MODEL;
      const model = await models.ensure(slug, signal);
      if (model.task !== 'text') throw new AppError('MODEL_UNSUPPORTED', `${slug} is a model for ${model.task}, not for answers`, { hint: 'Choose a text model in Models.' });
      return { slug: model.slug, digest: model.digest, path: model.weightsPath };
    },
  };
}
