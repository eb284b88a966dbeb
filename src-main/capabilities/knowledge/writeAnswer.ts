import type { DocumentFilter } from '#contract/filters.ts';
import type { Digest } from '#contract/ids.ts';
import type { Answer } from '#contract/knowledge.ts';
import type { AnswerTrace } from '#contract/why.ts';
import type { JobContext } from '../../jobs/jobQueue.ts';
import type { ChatMessage } from '../../runtimes/types.ts';
import { BEYOND } from './answer/answerFromMetadata.ts';
import { SEARCHED_FOR, type AskedModel } from './answer/answerTypes.ts';
import { collectionQuestion } from './answer/collectionQuestion.ts';
import { composeAnswer } from './answer/composeAnswer.ts';
import { standaloneQuestion } from './answer/followUp.ts';
import { openAnswering, type Answering } from './answering.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import type { IndexDoor, OpenedIndex } from './openIndex.ts';
import { findPassages, notesOf, toPassageResults, type FoundPassages } from './searchKnowledge.ts';
import { buildTrace } from './why/buildTrace.ts';

export interface AnswerParams {
  readonly answerId: string;
  readonly knowledgeId: string;
  readonly model: string | null;
  readonly filter?: DocumentFilter | undefined;
}

export interface Writing {
  readonly answer: Answer;
  /** Of its conversation, oldest first. */
  readonly history: readonly Answer[];
  readonly ctx: JobContext;
  /** The model's text as it comes. */
  readonly onText: (more: string) => void;
}

export interface WrittenAnswer {
  readonly answer: Answer;
  readonly modelDigest: string | null;
  readonly snapshotId: string;
  readonly trace: AnswerTrace;
}

type Deps = KnowledgeDeps & { readonly door: IndexDoor };

/** What an answer was made with, for the record of how it came about. */
interface Made {
  readonly answer: Answer;
  readonly knowledgeId: string;
  readonly answering: Answering;
  /** The index that was searched. */
  readonly opened: OpenedIndex;
  readonly result: FoundPassages;
  readonly standalone: string;
  readonly filter: DocumentFilter | null;
  readonly asked: AskedModel | null;
}

/** Composes one answer from a search and a model, streaming its text. Saves nothing. */
export async function writeAnswer(deps: Deps, params: AnswerParams, { answer, history, ctx, onText }: Writing): Promise<WrittenAnswer> {
  const startedMs = deps.clock.monotonicMs();
  const turns = history.map((earlier) => ({ question: earlier.question, answer: earlier.text }));
  const standalone = standaloneQuestion(answer.question, turns);
  ctx.progress({ done: 0, total: null, unit: 'characters', now: 'Searching' });
  const limit = Math.max(SEARCHED_FOR, (await deps.answers()).passages);
  const result = await findPassages(deps, { knowledgeId: params.knowledgeId, question: standalone, limit, filter: params.filter, trace: true }, ctx.signal);
  const searchMs = deps.clock.monotonicMs() - startedMs;
  const passages = toPassageResults(result);
  const opened = await deps.door.openSnapshot(result.snapshotId, ctx.signal);
  ctx.progress({ done: 0, total: null, unit: 'characters', now: 'Loading the model' });
  const loadingMs = deps.clock.monotonicMs();
  const answering = await openAnswering(deps, { wanted: params.model, at: opened.at, rows: result.rows, signal: ctx.signal });
  const modelMs = deps.clock.monotonicMs() - loadingMs;
  const collected = collectionQuestion(standalone);
  let asked: AskedModel | null = null;
  const draft = await composeAnswer(answering, {
    question: answer.question,
    standalone,
    history: turns,
    passages,
    confidence: result.found.confidence,
    answerable: result.found.answerable,
    ...(collected?.kind === 'beyond' ? { beyond: BEYOND[collected.of] } : {}),
    madeFrom: answering.settings.passages,
    maxTokens: answering.settings.maxTokens,
    seed: answering.settings.seed,
    signal: ctx.signal,
    onText,
    onAsked: (one) => {
      asked = one;
    },
  });
  const timingsMs = { search: searchMs, model: modelMs, ...draft.timingsMs, total: deps.clock.monotonicMs() - startedMs };
  const written: Answer = { ...answer, ...draft, timingsMs, state: 'done', confidence: result.found.confidence, passages, notes: notesOf(result), model: answering.model.slug };
  const trace = await traceOf({ answer: written, knowledgeId: params.knowledgeId, answering, opened, result, standalone, filter: params.filter ?? null, asked });
  return { answer: written, modelDigest: answering.model.digest, snapshotId: result.snapshotId, trace };
}

async function traceOf({ answer, knowledgeId, answering, opened: { snapshot, embedder }, result, standalone, filter, asked }: Made): Promise<AnswerTrace> {
  return buildTrace({
    answer,
    knowledgeId,
    snapshotId: result.snapshotId,
    standalone,
    filter,
    found: result.found,
    rows: result.rows,
    asked,
    messageTokens: await tokensOf(asked, (messages) => answering.countTokens(messages)),
    facts: answering.facts,
    digests: { model: answering.model.digest as Digest, embedder: result.found.candidates.deep === null ? null : (snapshot.embedder_digest as Digest | null), staticEmbedder: embedder.staticDigest as Digest },
  });
}

/** Of each message alone; one that is alone anyway was counted when it was fitted. */
async function tokensOf(asked: AskedModel | null, count: (messages: readonly ChatMessage[]) => Promise<number>): Promise<number[]> {
  if (asked === null) return [];
  const { messages } = asked.request;
  return messages.length === 1 ? [asked.tokens] : Promise.all(messages.map((message) => count([message])));
}
