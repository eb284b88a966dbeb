import type { DocumentFilter } from '#contract/filters.ts';
import type { Answer } from '#contract/knowledge.ts';
import type { CollectionFacts } from '../collectionStore.ts';
import type { Beyond } from './collectionQuestion.ts';

type Draft = Pick<Answer, 'text' | 'sentences' | 'citations' | 'abstained' | 'by' | 'note' | 'confidence' | 'passages' | 'inPrompt' | 'cut' | 'promptTokens' | 'generatedTokens'>;

/** Said where a question asks to count what no row tells. */
export const BEYOND: Readonly<Record<Beyond, string>> = {
  mentions: 'Lathe reads passages, it cannot count over all documents: the nearest passages are shown. How many documents there are, by whom and since when, it can tell.',
  records:
    'Lathe cannot count or list these: of a document it is not known whether it is a ticket, or how many messages stand in it. The nearest passages are shown. What came out of one export can be counted: ask, say, “How many documents are in the folder tickets.csv?”.',
};

/** A count or a list of documents, taken from what is known of each: no passage is quoted, because none says it. */
export function answerFromMetadata(asks: 'count' | 'list', filter: DocumentFilter, facts: CollectionFacts): Draft {
  const counted = `${facts.count} ${facts.count === 1 ? 'document' : 'documents'}${narrowedInWords(filter)}`;
  const lines = facts.documents.map(({ file, title, author, changedMs }) => `- ${[file, title === file ? null : title, author, new Date(changedMs).toISOString().slice(0, 10)].filter((part) => part !== null && part !== '').join(' · ')}`);
  const more = facts.count > facts.documents.length ? [`… and ${facts.count - facts.documents.length} more`] : [];
  const text = asks === 'count' && facts.count > facts.documents.length ? `${counted}.` : [`${counted}${lines.length === 0 ? '.' : ':'}`, ...lines, ...more].join('\n');
  const note = 'Counted from metadata: file names, authors and dates as the documents state them, else as the file says. No passage is quoted.';
  return { text, sentences: [], citations: [], abstained: false, by: 'metadata', note, confidence: 1, passages: [], inPrompt: 0, cut: null, promptTokens: null, generatedTokens: null };
}

/** After the word documents: what a filter lets through; empty for one that lets all through. */
export function narrowedInWords({ format, language, author, path, after, before }: DocumentFilter): string {
  const parts = [
    ...(format ? [` (${format.join(', ')})`] : []),
    ...(author === undefined ? [] : [` by ${author}`]),
    ...(language ? [` in the language ${language.join(', ')}`] : []),
    ...(path === undefined ? [] : [` in ${path}`]),
    ...(after === undefined ? [] : [` dated ${after} or later`]),
    ...(before === undefined ? [] : [`${after === undefined ? ' dated' : ' and'} before ${before}`]),
  ];
  return parts.join('');
}
