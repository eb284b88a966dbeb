import type { HandlersOf } from '#contract/handlers.ts';
import type { JobId } from '#contract/ids.ts';
import type { Answer } from '#contract/knowledge.ts';
import type { FileTrouble } from '#contract/projects.ts';
import type { Evaluation, ExpectedPassage, questionProcedures, SavedQuestion, StoredQuestion } from '#contract/questions.ts';
import { type comparisonProcedures, type Snapshot, SnapshotComparison } from '#contract/snapshots.ts';
import { AppError } from '../../../base/appError.ts';
import { uuidv7 } from '../../../base/uuid.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { getAnswer } from '../answerStore.ts';
import { documentRow } from '../documentView.ts';
import type { KnowledgeBases } from '../knowledgeBases.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import { assertWhole } from '../snapshots/snapshots.ts';
import { getSnapshot, servingSnapshot } from '../snapshots/snapshotStore.ts';
import { compareSnapshots } from './compareSnapshots.ts';
import { evaluateSnapshot, questionsOf, type EvaluateDeps } from './evaluate.ts';
import { createExpectedPassages } from './expectedPassages.ts';
import { listEvaluations, recordRemovedQuestions, saveEvaluation, withdrawRemovedQuestions } from './questionStore.ts';
import type { QuestionFilesPort } from './questionsPort.ts';

export interface EvaluateParams {
  readonly knowledgeId: string;
  readonly snapshotId: string | null;
}

export interface CompareParams {
  readonly knowledgeId: string;
  readonly before: string | null;
  readonly after: string;
}

export interface SavedQuestions {
  readonly handlers: HandlersOf<typeof questionProcedures & typeof comparisonProcedures>;
  /** The jobs' work. */
  evaluate(params: EvaluateParams, ctx: JobContext): Promise<Record<string, unknown>>;
  compare(params: CompareParams, ctx: JobContext): Promise<Record<string, unknown>>;
  /** Questions that expect a passage of this file. */
  expecting(knowledgeId: string, files: readonly string[]): Promise<StoredQuestion[]>;
  troubles(): Promise<FileTrouble[]>;
}

type Deps = KnowledgeDeps &
  EvaluateDeps & {
    readonly bases: Pick<KnowledgeBases, 'named'>;
    readonly questions: QuestionFilesPort;
    /** Bytes of a snapshot on disk. */
    readonly bytesOf: (knowledgeId: string, snapshotId: string) => Promise<number>;
  };

/** Any of them counts as found; a question with thirty is one that nobody reads again. */
const MOST_EXPECTED = 20;

/** Owns the saved questions of a project's knowledge bases and what became of them, snapshot by snapshot. */
export function createSavedQuestions(deps: Deps): SavedQuestions {
  const expected = createExpectedPassages(deps);

  async function newest(knowledgeId: string): Promise<Map<string, SavedQuestion['outcome']>> {
    const serving = await deps.database.run(servingSnapshot, knowledgeId);
    const [evaluation] = serving === null ? [] : await deps.database.run(listEvaluations, { knowledgeId, snapshotId: serving.id, limit: 1 });
    return new Map(evaluation?.outcomes.map(({ questionId, outcome }) => [questionId as string, outcome]));
  }

  async function described(knowledgeId: string, questions: readonly StoredQuestion[]): Promise<SavedQuestion[]> {
    const outcomes = await newest(knowledgeId);
    const found = await expected.look(knowledgeId, questions.flatMap((question) => question.expected));
    let at = 0;
    return questions.map((question) => ({ ...question, found: found.slice(at, (at += question.expected.length)), outcome: outcomes.get(question.id) ?? null }));
  }

  function changed(knowledgeId: string): void {
    deps.publish({ topic: 'project.changed' });
    deps.publish({ topic: 'undo.changed' });
    deps.publish({ topic: 'knowledge.changed', knowledgeId });
  }

  async function save(knowledgeId: string, { id, ...said }: Omit<StoredQuestion, 'id'> & { id?: string | undefined }): Promise<SavedQuestion> {
    const { slug } = await deps.bases.named(knowledgeId);
    const question: StoredQuestion = { id: id ?? uuidv7(), ...said };
    await deps.questions.change(slug, (questions) => {
      const at = questions.findIndex((each) => each.id === question.id);
      return at < 0 ? [...questions, question] : questions.with(at, question);
    });
    changed(knowledgeId);
    const [one] = await described(knowledgeId, [question]);
    if (!one) throw new Error('Expected the question that was saved');
    return one;
  }

  /** The same question asked again keeps its identity, so that its history goes on. */
  async function saveOfAnswer(knowledgeId: string, answerId: string): Promise<SavedQuestion> {
    const answer = await deps.database.run(getAnswer, answerId);
    if (!answer) throw new AppError('ANSWER_NOT_FOUND', `There is no answer with the id ${answerId}`);
    const { slug } = await deps.bases.named(knowledgeId);
    const known = (await deps.questions.read(slug)).find(({ question }) => question.trim() === answer.question.trim());
    return save(knowledgeId, { ...(known === undefined ? {} : { id: known.id }), question: answer.question, expected: passagesOf(answer) });
  }

  async function remove(knowledgeId: string, ids: readonly string[]): Promise<{ undoId: string; removed: number }> {
    const { slug } = await deps.bases.named(knowledgeId);
    const undoId = uuidv7();
    let removed: StoredQuestion[] = [];
    const record = async (): Promise<{ withdraw(): Promise<void> }> => {
      await deps.database.run(recordRemovedQuestions, { id: undoId, slug, questions: removed, atMs: deps.clock.now() });
      return { withdraw: () => deps.database.run(withdrawRemovedQuestions, { id: undoId, atMs: deps.clock.now() }) };
    };
    await deps.questions.change(
      slug,
      (questions) => {
        removed = questions.filter(({ id }) => ids.includes(id));
        if (removed.length === 0) throw new AppError('INPUT_INVALID', `None of these ${ids.length} questions is in knowledge/questions/${slug}.yaml`, { hint: 'They may have been deleted already; an undo brings them back.' });
        return questions.filter(({ id }) => !ids.includes(id));
      },
      record,
    );
    changed(knowledgeId);
    return { undoId, removed: removed.length };
  }

  async function snapshotOf(knowledgeId: string, wanted: string | null): Promise<string> {
    const id = wanted ?? (await deps.database.run(servingSnapshot, knowledgeId))?.id;
    if (id === undefined) throw new AppError('KNOWLEDGE_NOT_FOUND', `There is no knowledge base with the id ${knowledgeId} in this project`);
    return id;
  }

  /** What one that lacks documents would find says nothing of what it is to become. */
  async function assertMeasurable(knowledgeId: string, snapshotIds: readonly (string | undefined)[]): Promise<void> {
    for (const id of snapshotIds) {
      if (id === undefined) continue;
      const row = await deps.database.run(getSnapshot, id);
      if (row?.knowledge_id !== knowledgeId) throw new AppError('SNAPSHOT_NOT_FOUND', `This knowledge base has no snapshot with the id ${id}`, { hint: 'It may have been purged. List them with `knowledge snapshot list`.' });
      assertWhole(row.state as Snapshot['state'], 'measured');
    }
  }

  const progressOf =
    (ctx: JobContext, now: string) =>
    (done: number, total: number): void =>
      ctx.progress({ done, total, unit: 'steps', now });

  async function evaluate({ knowledgeId, snapshotId: wanted }: EvaluateParams, ctx: JobContext): Promise<Record<string, unknown>> {
    const questions = await questionsOf(deps.questions, await deps.bases.named(knowledgeId));
    const snapshotId = await snapshotOf(knowledgeId, wanted);
    const evaluated = await evaluateSnapshot(deps, { knowledgeId, snapshotId, questions, signal: ctx.signal, onProgress: progressOf(ctx, 'Asking the saved questions') });
    const evaluation: Evaluation = { id: uuidv7(), knowledgeId: knowledgeId as Evaluation['knowledgeId'], snapshotId: snapshotId as Evaluation['snapshotId'], atMs: deps.clock.now(), ...evaluated };
    await deps.database.run(saveEvaluation, evaluation);
    deps.publish({ topic: 'knowledge.changed', knowledgeId });
    return evaluation;
  }

  async function compare({ knowledgeId, before: wanted, after }: CompareParams, ctx: JobContext): Promise<Record<string, unknown>> {
    const questions = await questionsOf(deps.questions, await deps.bases.named(knowledgeId));
    const before = await snapshotOf(knowledgeId, wanted);
    const bytes = { before: await deps.bytesOf(knowledgeId, before), after: await deps.bytesOf(knowledgeId, after) };
    return SnapshotComparison.parse(await compareSnapshots(deps, { knowledgeId, before, after, questions, bytes, signal: ctx.signal, onProgress: progressOf(ctx, 'Asking the saved questions of both') }));
  }

  async function expecting(knowledgeId: string, files: readonly string[]): Promise<StoredQuestion[]> {
    const { slug } = await deps.bases.named(knowledgeId);
    return (await deps.questions.read(slug)).filter((question) => question.expected.some(({ file }) => files.includes(file)));
  }

  const handlers: SavedQuestions['handlers'] = {
    questions: async ({ knowledgeId }) => described(knowledgeId, await deps.questions.read((await deps.bases.named(knowledgeId)).slug)),
    saveQuestion: ({ knowledgeId, question }) => save(knowledgeId, question),
    saveQuestionOfAnswer: ({ knowledgeId, answerId }) => saveOfAnswer(knowledgeId, answerId),
    removeQuestions: ({ knowledgeId, ids }) => remove(knowledgeId, ids),
    async evaluate({ knowledgeId, snapshotId }) {
      const base = await deps.bases.named(knowledgeId);
      await questionsOf(deps.questions, base);
      await assertMeasurable(knowledgeId, [snapshotId]);
      const params: EvaluateParams = { knowledgeId, snapshotId: snapshotId ?? null };
      return { job: await enqueue('knowledge.evaluate', `Ask the saved questions of ${base.name}`, params) };
    },
    evaluations: ({ knowledgeId, limit }) => deps.database.run(listEvaluations, { knowledgeId, limit }),
    questionsOfDocument: async ({ knowledgeId, documentId }) => expecting(knowledgeId, [(await documentRow(deps, documentId)).file]),
    async compareSnapshots({ knowledgeId, before, after }) {
      const base = await deps.bases.named(knowledgeId);
      await questionsOf(deps.questions, base);
      await assertMeasurable(knowledgeId, [before, after]);
      const params: CompareParams = { knowledgeId, before: before ?? null, after };
      return { job: await enqueue('knowledge.compare', `Compare two indexes of ${base.name}`, params) };
    },
  };

  async function enqueue(kind: string, title: string, params: unknown): Promise<JobId> {
    return (await deps.jobs.enqueue({ kind, projectId: deps.projectId, title, params })).id;
  }

  return { handlers, evaluate, compare, expecting, troubles: () => deps.questions.troubles() };
}

/** The quotes that it cites; none where it said rightly that there is nothing, or where it was marked wrong: the person marks what is right. */
function passagesOf(answer: Answer): ExpectedPassage[] {
  if (answer.feedback === 'wrong' || answer.abstained) return [];
  return answer.citations.slice(0, MOST_EXPECTED).map(({ file, quote }) => ({ file, quote: quote.slice(0, 4_000) }));
}
