import type { HandlersOf } from '#contract/handlers.ts';
import { AnswerTrace, type DocumentUse, type Replay, type SimilarDocument, type whyProcedures } from '#contract/why.ts';
import { AppError } from '../../../base/appError.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { similarDocuments } from '../aliases/similarDocuments.ts';
import { getAnswer, traceOfAnswer } from '../answerStore.ts';
import { documentRow } from '../documentView.ts';
import type { SavedQuestions } from '../questions/savedQuestions.ts';
import { performAutopsy } from './autopsy.ts';
import { replayAnswer } from './replayAnswer.ts';
import { tryFix, type TryFixDeps, type TryFixParams } from './tryFix.ts';
import { useOfDocument } from './useStore.ts';

/** More than anyone reads; the sentence says how many there are. */
const MOST_ANSWERS = 500;

export interface ReplayParams {
  readonly answerId: string;
}

export interface Explaining {
  readonly handlers: HandlersOf<typeof whyProcedures>;
  /** The jobs' work. */
  replay(params: ReplayParams, ctx: JobContext): Promise<Record<string, unknown>>;
  tryFix(params: TryFixParams, ctx: JobContext): Promise<Record<string, unknown>>;
  /** How an answer came about. Rejects with ANSWER_NOT_FOUND, or TRACE_MISSING where it was not kept. */
  traceOf(answerId: string): Promise<AnswerTrace>;
}

type Deps = Omit<TryFixDeps, 'traceOf'> & { readonly saved: Pick<SavedQuestions, 'expecting'> };

/** Owns the ways back: from an answer to what made it, and from a document to what was made of it. */
export function createExplaining(deps: Deps): Explaining {
  async function traceOf(answerId: string): Promise<AnswerTrace> {
    const found = await deps.database.run(traceOfAnswer, answerId);
    if (found === null) throw new AppError('ANSWER_NOT_FOUND', `There is no answer with the id ${answerId}`, { hint: 'It may have been deleted with its conversation. `knowledge why last` shows the newest one.' });
    if (found.trace === null) {
      throw new AppError('TRACE_MISSING', 'How this answer came about was not kept: it was recorded elsewhere, did not end, or is from before Lathe kept it', { hint: 'Ask the question again; new answers keep it.' });
    }
    return AnswerTrace.parse(JSON.parse(new TextDecoder().decode(await deps.artifacts.get(found.trace as never))));
  }

  async function replay({ answerId }: ReplayParams, ctx: JobContext): Promise<Replay> {
    const trace = await traceOf(answerId);
    const answer = await deps.database.run(getAnswer, answerId);
    return replayAnswer(deps, { trace, slug: answer?.model ?? null }, ctx);
  }

  async function documentUse(documentId: string): Promise<DocumentUse> {
    const row = await documentRow(deps, documentId);
    const { answerCount, ...use } = await deps.database.run(useOfDocument, { documentId, limit: MOST_ANSWERS });
    const similar = await similarDocuments(deps, documentId);
    const questions = (await deps.saved.expecting(row.knowledge_id, [row.file])).map(({ id, question }) => ({ id, question }));
    return {
      ...use,
      questions,
      ifDeleted: ifDeleted(row.file, { answers: answerCount, questions: questions.length, similar }),
      history: use.history.map((form) => ({ ...form, current: form.parsedDigest === row.parsed_digest })) as DocumentUse['history'],
      answers: use.answers as DocumentUse['answers'],
      aliases: similar.map(({ likeness: _, ...alias }) => alias),
    };
  }

  return {
    handlers: {
      why: ({ answerId }) => traceOf(answerId),
      async replay({ answerId }) {
        const { question } = await traceOf(answerId);
        const params: ReplayParams = { answerId };
        return { job: (await deps.jobs.enqueue({ kind: 'knowledge.replay', projectId: deps.projectId, title: `Ask again: ${question.slice(0, 80)}`, params })).id };
      },
      documentUse: ({ documentId }) => documentUse(documentId),
      similar: async ({ documentId }) => similarDocuments(deps, (await documentRow(deps, documentId)).id),
      autopsy: ({ projectId: _, ...input }, { signal }) => performAutopsy({ ...deps, traceOf }, input, signal),
      async tryFix({ projectId: _, ...params }) {
        return { job: (await deps.jobs.enqueue({ kind: 'knowledge.try', projectId: deps.projectId, title: `Try: ${params.fix.title.slice(0, 80)}`, params: params satisfies TryFixParams })).id };
      },
    },
    replay,
    tryFix: (params, ctx) => tryFix({ ...deps, traceOf }, params, ctx),
    traceOf,
  };
}

function counted(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

/** What goes stale, in one sentence. */
function ifDeleted(file: string, { answers, questions, similar }: { answers: number; questions: number; similar: readonly SimilarDocument[] }): string {
  const stale = [
    ...(answers === 0 ? [] : [`${counted(answers, 'answer that quotes it goes', 'answers that quote it go')} stale`]),
    ...(questions === 0 ? [] : [`${counted(questions, 'saved question expects', 'saved questions expect')} a passage that is gone`]),
  ];
  const [twin] = similar;
  const others = similar.length > 1 ? ` and ${similar.length - 1} more` : '';
  const instead = twin === undefined ? '' : twin.likeness === 1 ? `; ${twin.file}${others} with the same text answers in its place` : `; ${twin.file}${others} with nearly the same text stays`;
  if (stale.length === 0) return `Nothing was made of ${file} yet: no answer quotes it and no saved question expects it${instead}.`;
  return `If ${file} is deleted, ${stale.join(' and ')}${instead}; old citations still open until it is purged.`;
}
