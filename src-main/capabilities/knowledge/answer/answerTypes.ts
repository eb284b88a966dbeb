import type { ParsedDocument } from '#contract/document.ts';
import type { Answer, PassageResult } from '#contract/knowledge.ts';
import type { ChatMessage, GenerateRequest, GenerateResult } from '../../../runtimes/types.ts';
import type { Turn } from './followUp.ts';

/** What an answer is made with: a model, an embedding and the parsed documents. */
export interface AnswerDeps {
  readonly contextTokens: number;
  /** Of the model, where its file tells: small ones get a shorter prompt. */
  readonly parameters?: number | null;
  generate(request: GenerateRequest, options: { signal?: AbortSignal; onText?: (text: string) => void }): Promise<GenerateResult>;
  countTokens(messages: readonly ChatMessage[]): Promise<number>;
  /** Cosine similarity, texts × others, row-major. */
  similarity(texts: readonly string[], others: readonly string[]): Promise<Float32Array>;
  documentOf(documentId: string): Promise<{ parsedDigest: string; document: ParsedDocument }>;
}

export interface AnswerInput {
  readonly question: string;
  /** The question with what the conversation says about it: standaloneQuestion(). */
  readonly standalone: string;
  /** Oldest first. */
  readonly history: readonly Turn[];
  /** Best first. */
  readonly passages: readonly PassageResult[];
  readonly confidence: number;
  readonly answerable: boolean;
  /** Why passages cannot answer it, whatever is found; absent for every question that they can. */
  readonly beyond?: string;
  /** How many of the passages it may be made from; MADE_FROM when absent. */
  readonly madeFrom?: number;
  readonly maxTokens: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** The model's text as it comes; the draft's text replaces it in the end. */
  readonly onText: (text: string) => void;
  /** What the model was asked and what it wrote, before that is checked; not called where none was asked. */
  readonly onAsked?: (asked: AskedModel) => void;
}

/** One call of the model, exactly as it was made. */
export interface AskedModel {
  readonly request: GenerateRequest;
  /** Of the messages, in the model's own template. */
  readonly tokens: number;
  /** Which of the passages found are in the messages, whole or in part; from 0. */
  readonly passages: readonly number[];
  readonly written: string;
}

/** Passages that an answer is made from where the project says nothing else, and those that are searched for one. */
export const MADE_FROM = 6;
export const SEARCHED_FOR = 20;

export type AnswerDraft = Pick<Answer, 'text' | 'sentences' | 'citations' | 'abstained' | 'by' | 'note' | 'rejected' | 'inPrompt' | 'cut' | 'promptTokens' | 'generatedTokens' | 'timingsMs'>;
