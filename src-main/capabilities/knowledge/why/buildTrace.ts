import type { DocumentFilter } from '#contract/filters.ts';
import type { Answer } from '#contract/knowledge.ts';
import type { AnswerTrace, TracedChunk } from '#contract/why.ts';
import type { SearchResult, TextModelFacts, TracedCandidate } from '../../../runtimes/types.ts';
import type { AskedModel } from '../answer/answerTypes.ts';
import { splitSentences } from '../answer/splitSentences.ts';
import type { DocumentRow } from '../knowledgeTables.ts';
import { squeezed } from '../questions/holdsQuote.ts';

/** Lists are long and most of what is in them was never near: a trace must stay small beside its answer. */
const MOST_CHUNKS = 300;
const PREVIEW = 300;
/** A shorter sentence says nothing of where it stands. */
const TELLING = 20;

export interface TracedAnswer {
  readonly answer: Answer;
  readonly knowledgeId: string;
  readonly snapshotId: string;
  readonly standalone: string;
  readonly filter: DocumentFilter | null;
  readonly found: SearchResult;
  /** By the names that documents have in the index. */
  readonly rows: ReadonlyMap<string, Pick<DocumentRow, 'id' | 'file' | 'title'>>;
  /** null where no model was asked. */
  readonly asked: AskedModel | null;
  /** Tokens of each message alone, in the order of the messages. */
  readonly messageTokens: readonly number[];
  readonly facts: Pick<TextModelFacts, 'contextTokens' | 'threads'>;
  readonly digests: AnswerTrace['digests'];
}

/** How an answer came about, as it is kept: what each stage of the search held, the prompt as it was sent, what the model wrote. */
export function buildTrace(traced: TracedAnswer): AnswerTrace {
  const { answer, found, asked } = traced;
  const prompt = asked === null ? '' : squeezed(asked.request.messages.map(({ content }) => content).join('\n'));
  const chunks = (found.trace ?? []).slice(0, MOST_CHUNKS).flatMap((candidate) => tracedChunk(candidate, traced, prompt));
  const cited = answer.passages.filter((passage) => answer.citations.some((citation) => citation.documentId === passage.documentId && citation.start < passage.end && passage.start < citation.end));
  return {
    answerId: answer.id,
    knowledgeId: traced.knowledgeId as AnswerTrace['knowledgeId'],
    snapshotId: traced.snapshotId as AnswerTrace['snapshotId'],
    question: answer.question,
    standalone: traced.standalone,
    filter: traced.filter,
    funnel: { ...found.candidates, passages: found.passages.length, prompt: asked?.passages.length ?? 0, cited: cited.length },
    chunks,
    prompt: asked === null ? null : promptOf(asked, traced),
    written: asked === null ? null : asked.written.toWellFormed(),
    digests: traced.digests,
    threads: traced.facts.threads ?? null,
    timingsMs: answer.timingsMs,
  };
}

function promptOf({ request, tokens }: AskedModel, { facts, messageTokens }: TracedAnswer): AnswerTrace['prompt'] {
  const messages = request.messages.map(({ role, content }, at) => ({ role, content: content.toWellFormed(), tokens: messageTokens[at] ?? 0 }));
  return { messages, tokens, contextTokens: facts.contextTokens, maxTokens: request.maxTokens, temperature: request.temperature, seed: request.seed };
}

function tracedChunk(candidate: TracedCandidate, { answer, rows, asked }: TracedAnswer, prompt: string): TracedChunk[] {
  // A document that was deleted at this very moment has no name to show.
  const row = rows.get(candidate.documentId);
  if (!row) return [];
  const { ranks, passage, score, features } = candidate;
  const near = passage !== null && (asked?.passages.includes(passage - 1) ?? false);
  return [
    {
      chunkId: candidate.chunkId,
      documentId: row.id as TracedChunk['documentId'],
      file: row.file,
      title: row.title,
      headings: [...candidate.headings],
      page: candidate.page ?? null,
      start: candidate.start,
      end: candidate.end,
      preview: candidate.text.slice(0, PREVIEW).toWellFormed(),
      ranks: { ...ranks, passage },
      score: score !== null && Number.isFinite(score) ? score : null,
      features: Object.fromEntries(Object.entries(features).filter(([, value]) => Number.isFinite(value))),
      inPrompt: near && standsIn(candidate.text, prompt),
      cited: answer.citations.filter((citation) => citation.documentId === row.id && citation.start < candidate.end && candidate.start < citation.end).map(({ number }) => number),
    },
  ];
}

/** The prompt holds the nearest sentences of a passage, not always all of it: one sentence of the chunk is enough. */
function standsIn(text: string, prompt: string): boolean {
  const sentences = splitSentences(text, { lineBreaks: 'end' }).map(({ start, end }) => squeezed(text.slice(start, end)));
  const telling = sentences.filter((sentence) => sentence.length >= TELLING);
  return (telling.length > 0 ? telling : [squeezed(text)]).some((sentence) => prompt.includes(sentence));
}
