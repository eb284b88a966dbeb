import type { EmbeddingSettings } from '#contract/models.ts';

type FamilySettings = Pick<EmbeddingSettings, 'family' | 'queryPrefix' | 'documentPrefix' | 'pooling' | 'normalise'> & { readonly maxTokens: number };

const mean = { pooling: 'mean', normalise: true, queryPrefix: '', documentPrefix: '' } as const;
const cls = { ...mean, pooling: 'cls' } as const;
const BGE_QUERY = 'Represent this sentence for searching relevant passages: ';
/** What the cards ask for before a question that is to find passages. */
const E5_INSTRUCTION = 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ';

/** What each family's model card asks for; the first name that fits counts, so the narrower stand first. */
const FAMILIES: readonly (readonly [RegExp, FamilySettings])[] = [
  [/bge-m3/, { ...cls, family: 'BGE-M3', maxTokens: 8192 }],
  [/bge-.*-en|bge-(small|base|large)/, { ...cls, family: 'BGE', queryPrefix: BGE_QUERY, maxTokens: 512 }],
  [/e5-mistral.*instruct/, { ...mean, family: 'E5 Mistral', pooling: 'last', queryPrefix: E5_INSTRUCTION, maxTokens: 4096 }],
  [/e5-.*instruct/, { ...mean, family: 'E5 instruct', queryPrefix: E5_INSTRUCTION, maxTokens: 512 }],
  [/(^|[^a-z])e5([^a-z]|$)/, { ...mean, family: 'E5', queryPrefix: 'query: ', documentPrefix: 'passage: ', maxTokens: 512 }],
  [/arctic-embed-.*v2/, { ...cls, family: 'Arctic Embed 2', queryPrefix: 'query: ', maxTokens: 8192 }],
  [/arctic-embed-m-long/, { ...cls, family: 'Arctic Embed', queryPrefix: BGE_QUERY, maxTokens: 2048 }],
  [/arctic-embed/, { ...cls, family: 'Arctic Embed', queryPrefix: BGE_QUERY, maxTokens: 512 }],
  [/nomic-embed-.*v2/, { ...mean, family: 'Nomic Embed 2', queryPrefix: 'search_query: ', documentPrefix: 'search_document: ', maxTokens: 512 }],
  [/nomic-embed/, { ...mean, family: 'Nomic Embed', queryPrefix: 'search_query: ', documentPrefix: 'search_document: ', maxTokens: 2048 }],
  [/(^|[^a-z])gte-/, { ...mean, family: 'GTE', maxTokens: 512 }],
  [/minilm/, { ...mean, family: 'MiniLM', maxTokens: 256 }],
  [/mpnet/, { ...mean, family: 'MPNet', maxTokens: 384 }],
];

/** By the model's name (its folder, its slug or what config.json calls it); null when no family is told. */
export function familySettings(names: readonly string[]): FamilySettings | null {
  for (const name of names) {
    const found = FAMILIES.find(([pattern]) => pattern.test(name.toLowerCase()));
    if (found) return found[1];
  }
  return null;
}
