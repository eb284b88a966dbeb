import type { Evaluation, QuestionOutcome, RetrievalMetrics, StoredQuestion } from '#contract/questions.ts';
import { AppError } from '../../../base/appError.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { IndexDoor } from '../openIndex.ts';
import { findPassages, toPassageResults, type WentWithout } from '../searchKnowledge.ts';
import { judgeQuestion, metricsOf, RANKS } from './metrics.ts';
import { aliasFiles } from './questionStore.ts';
import type { QuestionFilesPort } from './questionsPort.ts';

export interface EvaluatedSnapshot {
  readonly metrics: RetrievalMetrics;
  readonly outcomes: Evaluation['outcomes'];
  /** Whether each search was also by transformer vectors; false where there is no question. */
  readonly vectorsComplete: boolean;
  /** What searches went on without; absent where nothing was missing. */
  readonly notes?: string[];
}

export interface EvaluateRequest {
  readonly knowledgeId: string;
  readonly snapshotId: string;
  readonly questions: readonly StoredQuestion[];
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export type EvaluateDeps = Pick<KnowledgeDeps, 'database' | 'index' | 'logger'> & { readonly door: IndexDoor } & Parameters<typeof findPassages>[0];

/** Throws where there is nothing to measure with. */
export async function questionsOf(files: QuestionFilesPort, base: { readonly slug: string; readonly name: string }): Promise<StoredQuestion[]> {
  const questions = await files.read(base.slug);
  if (questions.length > 0) return questions;
  throw new AppError('INPUT_INVALID', `${base.name} has no saved questions to measure with`, { hint: 'Mark an answer as right or wrong and save it as a question, or write knowledge/questions/' + base.slug + '.yaml.' });
}

/** Runs the questions on one snapshot, one after the other, as a person would ask them. */
export async function evaluateSnapshot(deps: EvaluateDeps, { knowledgeId, snapshotId, questions, signal, onProgress }: EvaluateRequest): Promise<EvaluatedSnapshot> {
  const aliases = new Map((await deps.database.run(aliasFiles, knowledgeId)).map(({ file, standsFor }) => [file, standsFor]));
  const judged: { question: StoredQuestion; outcome: QuestionOutcome }[] = [];
  const without = new Map<WentWithout['what'], { note: string; searches: number }>();
  let byVectors = questions.length > 0;
  for (const question of questions) {
    signal.throwIfAborted();
    onProgress?.(judged.length, questions.length);
    const result = await findPassages(deps, { knowledgeId, snapshotId, question: question.question, limit: RANKS }, signal);
    const { answerable, confidence, candidates } = result.found;
    if (candidates.deep === null) byVectors = false;
    // The newest sentence: while vectors are being made, each search counts others.
    for (const { what, note } of result.without) without.set(what, { note, searches: (without.get(what)?.searches ?? 0) + 1 });
    judged.push({ question, outcome: judgeQuestion(question, { answerable, confidence, results: toPassageResults(result) }, aliases) });
  }
  onProgress?.(judged.length, questions.length);
  const notes = [...without.values()].map(({ note, searches }) => (searches === questions.length ? note : `${searches} of ${questions.length} questions: ${note}`));
  return {
    metrics: metricsOf(judged.map(({ question, outcome }) => ({ expected: question.expected, outcome }))),
    outcomes: judged.map(({ question, outcome }) => ({ questionId: question.id, question: question.question, outcome })),
    vectorsComplete: byVectors,
    ...(notes.length === 0 ? {} : { notes }),
  };
}
