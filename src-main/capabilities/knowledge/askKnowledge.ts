import type { Answer, Conversation } from '#contract/knowledge.ts';
import type { AnswerId, ConversationId, JobId } from '#contract/ids.ts';
import { AppError, toErrorBody } from '../../base/appError.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { JobContext } from '../../jobs/jobQueue.ts';
import { composeAnswer, type AnswerDraft } from './answer/composeAnswer.ts';
import { standaloneQuestion } from './answer/followUp.ts';
import { answersOf, getAnswer, getConversation, listConversations, removeConversation, saveAnswer, unfinishedAnswers, type ConversationListing } from './answerStore.ts';
import { readParsed } from './documentView.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import type { IndexDoor } from './openIndex.ts';
import { findPassages, toPassageResults, type FoundPassages } from './searchKnowledge.ts';

/** Passages found for an answer; the best few of them go into the prompt. */
const PASSAGES = 20;
const CONVERSATIONS_A_PAGE = 1_000;

export interface AskInput {
  readonly knowledgeId: string;
  readonly question: string;
  readonly conversationId?: string | undefined;
  readonly model?: string | undefined;
}

export interface AnswerParams {
  readonly answerId: string;
  readonly knowledgeId: string;
  readonly model: string | null;
}

export interface Asking {
  start(input: AskInput): Promise<{ answer: Answer; job: JobId }>;
  /** The job's work. */
  run(params: AnswerParams, ctx: JobContext): Promise<Record<string, unknown>>;
  get(answerId: string): Promise<Answer>;
  conversations(knowledgeId: string | null): Promise<Conversation[]>;
  conversation(id: string): Promise<{ conversation: Conversation; answers: Answer[] }>;
  remove(conversationId: string): Promise<{ undoId: string }>;
  feedback(answerId: string, feedback: Answer['feedback']): Promise<Answer>;
  /** Marks answers that a dead process left unfinished. */
  recover(): Promise<number>;
}

type Deps = KnowledgeDeps & { readonly door: IndexDoor };

function blankAnswer(question: string, conversationId: string, atMs: number): Answer {
  return {
    id: uuidv7() as AnswerId,
    conversationId: conversationId as ConversationId,
    question,
    state: 'running',
    text: '',
    sentences: [],
    citations: [],
    abstained: false,
    by: 'model',
    note: null,
    confidence: 0,
    model: null,
    passages: [],
    inPrompt: 0,
    cut: null,
    promptTokens: null,
    generatedTokens: null,
    timingsMs: {},
    feedback: null,
    error: null,
    createdAtMs: atMs,
    recorded: null,
  };
}

function toConversation(row: ConversationListing): Conversation {
  return { id: row.id as ConversationId, knowledgeId: row.knowledge_id as Conversation['knowledgeId'], title: row.title, answers: row.answers, updatedAtMs: row.updated_at_ms };
}

interface Writing {
  readonly answer: Answer;
  readonly history: readonly Answer[];
  readonly ctx: JobContext;
  /** What the model has written so far: kept when the answer is stopped. */
  text: string;
}

/** Composes one answer from a search and a model, streaming its text. */
async function write(deps: Deps, params: AnswerParams, work: Writing): Promise<{ answer: Answer; modelDigest: string }> {
  const { answer, history, ctx } = work;
  const startedMs = deps.clock.monotonicMs();
  const question = standaloneQuestion(answer.question, history.map((earlier) => ({ question: earlier.question, answer: earlier.text })));
  ctx.progress({ done: 0, total: null, unit: 'characters', now: 'Searching' });
  const result: FoundPassages = await findPassages(deps, { knowledgeId: params.knowledgeId, question, limit: PASSAGES }, ctx.signal);
  const searchMs = deps.clock.monotonicMs() - startedMs;
  const passages = toPassageResults(result);
  const { at } = await deps.door.open(params.knowledgeId, ctx.signal);
  ctx.progress({ done: 0, total: null, unit: 'characters', now: 'Loading the model' });
  const loadingMs = deps.clock.monotonicMs();
  // A stranger's project must not make this machine fetch a model: its pin counts once the project is trusted.
  const pinned = (await deps.trusted()) ? (await deps.answers()).model : null;
  const model = await deps.models.textModel(params.model, ctx.signal, pinned);
  const facts = await deps.text.load(model.path, { signal: ctx.signal });
  const modelMs = deps.clock.monotonicMs() - loadingMs;
  const settings = await deps.answers();
  const draft: AnswerDraft = await composeAnswer(
    {
      contextTokens: facts.contextTokens,
      parameters: facts.parameters,
      generate: (request, options) => deps.text.generate(model.path, request, options),
      countTokens: (messages) => deps.text.countTokens(model.path, messages, { signal: ctx.signal }),
      similarity: (texts, others) => deps.index.similarity(at, { texts, others }, { signal: ctx.signal }),
      documentOf: async (documentId) => {
        const row = [...result.rows.values()].find((candidate) => candidate.id === documentId);
        if (!row?.parsed_digest) throw new AppError('DOCUMENT_NOT_FOUND', `The document ${documentId} has no parsed form`);
        return { parsedDigest: row.parsed_digest, document: await readParsed(deps, row.parsed_digest) };
      },
    },
    {
      question: answer.question,
      standalone: question,
      history: history.map((earlier) => ({ question: earlier.question, answer: earlier.text })),
      passages,
      confidence: result.found.confidence,
      answerable: result.found.answerable,
      maxTokens: settings.maxTokens,
      seed: settings.seed,
      signal: ctx.signal,
      onText: (more) => {
        deps.publish({ topic: 'answer.text', answerId: answer.id, at: work.text.length, text: more });
        work.text += more;
        ctx.progress({ done: work.text.length, total: null, unit: 'characters', now: 'Writing' });
      },
    },
  );
  const timingsMs = { search: searchMs, model: modelMs, ...draft.timingsMs, total: deps.clock.monotonicMs() - startedMs };
  return { answer: { ...answer, ...draft, timingsMs, state: 'done', confidence: result.found.confidence, passages, model: model.slug }, modelDigest: model.digest };
}

export function createAsking(deps: Deps): Asking {
  async function get(answerId: string): Promise<Answer> {
    const answer = await deps.database.run(getAnswer, answerId);
    if (!answer) throw new AppError('ANSWER_NOT_FOUND', `There is no answer with the id ${answerId}`);
    return answer;
  }

  async function save(answer: Answer, knowledgeId: string, modelDigest: string | null = null): Promise<Answer> {
    await deps.database.run(saveAnswer, { answer, knowledgeId, atMs: deps.clock.now(), modelDigest });
    deps.publish({ topic: 'answer.changed', answer });
    deps.publish({ topic: 'conversations.changed' });
    return answer;
  }

  async function conversations(knowledgeId: string | null): Promise<Conversation[]> {
    const all: ConversationListing[] = [];
    // In pages, so that no single read holds a reader of the database for long.
    for (let full = true; full; ) {
      const page = await deps.database.run(listConversations, { knowledgeId, after: all.at(-1) ?? null, limit: CONVERSATIONS_A_PAGE });
      all.push(...page);
      full = page.length === CONVERSATIONS_A_PAGE;
    }
    return all.map(toConversation);
  }

  async function conversation(id: string): Promise<{ conversation: Conversation; answers: Answer[] }> {
    const found = await deps.database.run(getConversation, id);
    if (!found) throw new AppError('CONVERSATION_NOT_FOUND', `There is no conversation with the id ${id}`, { hint: 'It may have been deleted; an undo brings it back.' });
    return { conversation: toConversation(found), answers: await deps.database.run(answersOf, id) };
  }

  async function start({ knowledgeId, question, conversationId, model }: AskInput): Promise<{ answer: Answer; job: JobId }> {
    if (conversationId !== undefined) await conversation(conversationId);
    const answer = await save(blankAnswer(question, conversationId ?? uuidv7(), deps.clock.now()), knowledgeId);
    const params: AnswerParams = { answerId: answer.id, knowledgeId, model: model ?? null };
    const job = await deps.jobs.enqueue({ kind: 'knowledge.answer', projectId: deps.projectId, title: `Answer: ${question.slice(0, 80)}`, params });
    return { answer, job: job.id };
  }

  async function run(params: AnswerParams, ctx: JobContext): Promise<Record<string, unknown>> {
    const answer = await get(params.answerId);
    const history = (await deps.database.run(answersOf, answer.conversationId)).filter((earlier) => earlier.id !== answer.id && earlier.state === 'done' && earlier.createdAtMs <= answer.createdAtMs);
    const work: Writing = { answer, history, ctx, text: '' };
    try {
      const written = await write(deps, params, work);
      await save(written.answer, params.knowledgeId, written.modelDigest);
    } catch (error) {
      const stopped = ctx.signal.aborted;
      const { code, message, hint } = toErrorBody(error);
      const said = stopped ? null : { code, message, ...(hint === undefined ? {} : { hint }) };
      await save({ ...answer, text: work.text, state: stopped ? 'stopped' : 'failed', error: said }, params.knowledgeId);
      throw error;
    }
    return { answerId: answer.id };
  }

  async function recover(): Promise<number> {
    const unfinished = await deps.database.run(unfinishedAnswers, undefined);
    for (const { answer, knowledgeId } of unfinished) {
      const error = { code: 'RUNTIME_EXITED', message: 'Lathe stopped while this answer was being written', hint: 'Ask again.' };
      await save({ ...answer, state: 'failed', error }, knowledgeId);
    }
    return unfinished.length;
  }

  async function remove(conversationId: string): Promise<{ undoId: string }> {
    const undoId = uuidv7();
    const removed = await deps.database.run(removeConversation, { id: conversationId, atMs: deps.clock.now(), undoId });
    if (!removed) throw new AppError('CONVERSATION_NOT_FOUND', `There is no conversation with the id ${conversationId}`);
    deps.publish({ topic: 'conversations.changed' });
    deps.publish({ topic: 'undo.changed' });
    return { undoId };
  }

  async function feedback(answerId: string, given: Answer['feedback']): Promise<Answer> {
    const answer = await get(answerId);
    const { conversation: found } = await conversation(answer.conversationId);
    return save({ ...answer, feedback: given }, found.knowledgeId);
  }

  return { start, run, get, conversations, conversation, remove, feedback, recover };
}
