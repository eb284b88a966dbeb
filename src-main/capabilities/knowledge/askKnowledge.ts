import type { DocumentFilter } from '#contract/filters.ts';
import { Answer as AnswerRecord, type Answer, type Conversation } from '#contract/knowledge.ts';
import type { AnswerId, ConversationId, JobId } from '#contract/ids.ts';
import { AppError, toErrorBody } from '../../base/appError.ts';
import { canonicalJson } from '../../base/canonicalJson.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { JobContext } from '../../jobs/jobQueue.ts';
import { answerFromMetadata } from './answer/answerFromMetadata.ts';
import { collectionQuestion } from './answer/collectionQuestion.ts';
import { answersOf, getAnswer, getConversation, listConversations, removeConversation, saveAnswer, unfinishedAnswers, type ConversationListing } from './answerStore.ts';
import { collectionFacts } from './collectionStore.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import type { IndexDoor } from './openIndex.ts';
import { writeAnswer, type AnswerParams, type WrittenAnswer } from './writeAnswer.ts';

const CONVERSATIONS_A_PAGE = 1_000;
/** Documents that an answer names one by one. */
const LISTED = 50;

export interface AskInput {
  readonly knowledgeId: string;
  readonly question: string;
  readonly conversationId?: string | undefined;
  readonly model?: string | undefined;
  readonly filter?: DocumentFilter | undefined;
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
    notes: [],
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

export function createAsking(deps: Deps): Asking {
  async function get(answerId: string): Promise<Answer> {
    const answer = await deps.database.run(getAnswer, answerId);
    if (!answer) throw new AppError('ANSWER_NOT_FOUND', `There is no answer with the id ${answerId}`);
    // As it was written then: what came since has its default.
    return AnswerRecord.parse(answer);
  }

  async function save(answer: Answer, knowledgeId: string, made?: Omit<WrittenAnswer, 'answer'>): Promise<Answer> {
    // Before the row: one that names a trace which is not there would be an answer that nobody can explain.
    const trace = made === undefined ? {} : { trace: await deps.artifacts.put(new TextEncoder().encode(canonicalJson(made.trace))), snapshotId: made.snapshotId };
    await deps.database.run(saveAnswer, { answer, knowledgeId, atMs: deps.clock.now(), modelDigest: made?.modelDigest ?? null, ...trace });
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

  async function start({ knowledgeId, question, conversationId, model, filter }: AskInput): Promise<{ answer: Answer; job: JobId }> {
    if (conversationId !== undefined) await conversation(conversationId);
    const answer = await save(blankAnswer(question, conversationId ?? uuidv7(), deps.clock.now()), knowledgeId);
    const params: AnswerParams = { answerId: answer.id, knowledgeId, model: model ?? null, ...(filter ? { filter } : {}) };
    const job = await deps.jobs.enqueue({ kind: 'knowledge.answer', projectId: deps.projectId, title: `Answer: ${question.slice(0, 80)}`, params });
    return { answer, job: job.id };
  }

  async function run(params: AnswerParams, ctx: JobContext): Promise<Record<string, unknown>> {
    const answer = await get(params.answerId);
    const history = (await deps.database.run(answersOf, answer.conversationId)).filter((earlier) => earlier.id !== answer.id && earlier.state === 'done' && earlier.createdAtMs <= answer.createdAtMs);
    let text = '';
    try {
      const collected = await collect(answer, params);
      if (collected !== null) {
        await save(collected, params.knowledgeId);
        return { answerId: answer.id };
      }
      const onText = (more: string): void => {
        deps.publish({ topic: 'answer.text', answerId: answer.id, at: text.length, text: more });
        text += more;
        ctx.progress({ done: text.length, total: null, unit: 'characters', now: 'Writing' });
      };
      const written = await writeAnswer(deps, params, { answer, history, ctx, onText });
      await save(written.answer, params.knowledgeId, written);
    } catch (error) {
      const stopped = ctx.signal.aborted;
      const { code, message, hint } = toErrorBody(error);
      const said = stopped ? null : { code, message, ...(hint === undefined ? {} : { hint }) };
      await save({ ...answer, text, state: stopped ? 'stopped' : 'failed', error: said }, params.knowledgeId);
      throw error;
    }
    return { answerId: answer.id };
  }

  /** The answer to a question about the collection itself; null for all others. */
  async function collect(answer: Answer, { knowledgeId, filter }: AnswerParams): Promise<Answer | null> {
    const asked = collectionQuestion(answer.question);
    if (asked?.kind !== 'metadata') return null;
    const startedMs = deps.clock.monotonicMs();
    const narrowed = { ...asked.filter, ...filter };
    const facts = await deps.database.run(collectionFacts, { knowledgeId, filter: narrowed, limit: LISTED });
    return { ...answer, ...answerFromMetadata(asked.asks, narrowed, facts), state: 'done', timingsMs: { total: deps.clock.monotonicMs() - startedMs } };
  }

  async function recover(): Promise<number> {
    const unfinished = await deps.database.run(unfinishedAnswers, undefined);
    for (const { answer, knowledgeId } of unfinished) {
      const error = { code: 'RUNTIME_EXITED', message: 'Lathe stopped while this answer was being written', hint: 'Ask again.' };
      await save({ ...AnswerRecord.parse(answer), state: 'failed', error }, knowledgeId);
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
