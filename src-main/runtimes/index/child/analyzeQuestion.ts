import { analyzeText } from './analyzeText.ts';
import { STOP_WORDS } from './stopWords.ts';
import type { TextStore } from './textStore.ts';

export interface QuestionTerm {
  readonly term: string;
  /** The lower-case word that it came from. */
  readonly word: string;
  /** Chunks that hold it. */
  readonly frequency: number;
  /** Inverse document frequency, as BM25 has it; largest for a term that no chunk holds. */
  readonly idf: number;
}

export interface AnalyzedQuestion {
  readonly terms: readonly QuestionTerm[];
  /** Compounds as written (`os.path.join`), with their own frequencies. */
  readonly identifiers: readonly QuestionTerm[];
  /** Stems of the parts in double quotes: these must stand in a passage in this order. */
  readonly phrases: readonly (readonly string[])[];
}

export function analyzeQuestion(question: string, text: TextStore, chunks: number): AnalyzedQuestion {
  const words = question.match(/[\p{L}\p{N}_]+/gu) ?? [];
  const content = words.filter((word) => !STOP_WORDS.has(word.toLowerCase()));
  const terms = new Map<string, QuestionTerm>();
  for (const word of content.length > 0 ? content : words) {
    for (const term of analyzeText(word).terms) if (!terms.has(term)) terms.set(term, weigh(term, word.toLowerCase()));
  }
  const identifiers = new Map<string, QuestionTerm>();
  for (const identifier of analyzeText(question).identifiers) identifiers.set(identifier, weigh(identifier, identifier));
  const phrases = [...question.matchAll(/"([^"]{3,})"/g)].map((match) => analyzeText(match[1] as string).terms).filter((phrase) => phrase.length > 1);
  return { terms: [...terms.values()], identifiers: [...identifiers.values()], phrases };

  function weigh(term: string, word: string): QuestionTerm {
    const frequency = text.frequency(term);
    return { term, word, frequency, idf: Math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5)) };
  }
}
