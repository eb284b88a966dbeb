import type { EmbeddingSettings } from '#contract/models.ts';

type FamilySettings = Pick<EmbeddingSettings, 'family' | 'queryPrefix' | 'documentPrefix' | 'pooling' | 'normalise'> & { readonly maxTokens: number };

const mean = { pooling: 'mean', normalise: true, queryPrefix: '', documentPrefix: '' } as const;
const cls = { ...mean, pooling: 'cls' } as const;
const BGE_QUERY = 'Represent this sentence for searching relevant passages: ';

/** What each family's model card asks for; the first name that fits counts, so the narrower stand first. */
const FAMILIES: readonly (readonly [RegExp, FamilySettings])[] = [
  [/bge-m3/, { ...cls, family: 'BGE-M3', maxTokens: 8192 }],
  [/bge-.*-en|bge-(small|base|large)/, { ...cls, family: 'BGE', queryPrefix: BGE_QUERY, maxTokens: 512 }],
  [/e5-.*instruct/, { ...mean, family: 'E5 instruct', queryPrefix: 'Instruct: Given a question, retrieve passages that answer it\nQuery: ', maxTokens: 512 }],
  [/(^|[^a-z])e5([^a-z]|$)/, { ...mean, family: 'E5', queryPrefix: 'query: ', documentPrefix: 'passage: ', maxTokens: 512 }],
  [/arctic-embed/, { ...cls, family: 'Arctic Embed', queryPrefix: BGE_QUERY, maxTokens: 512 }],
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
