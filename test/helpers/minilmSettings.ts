import type { EmbeddingSettings } from '../../src-main/contract/models.ts';

/** As the models capability reads them for all-minilm-l6-v2. */
export const MINILM: EmbeddingSettings = { family: 'MiniLM', queryPrefix: '', documentPrefix: '', pooling: 'mean', normalise: true, maxTokens: 256, dimensions: 384, note: null };
