import type { SnapshotComparison } from '#contract/snapshots.ts';
import type { StoredQuestion } from '#contract/questions.ts';
import { evaluateSnapshot, type EvaluateDeps, type EvaluatedSnapshot } from './evaluate.ts';
import { isHit, pairedBootstrap, reciprocalRank } from './metrics.ts';

export interface CompareRequest {
  readonly knowledgeId: string;
  readonly before: string;
  readonly after: string;
  readonly questions: readonly StoredQuestion[];
  readonly bytes: SnapshotComparison['bytes'];
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Runs the saved questions on two snapshots of one knowledge base. Nothing of what serves changes. */
export async function compareSnapshots(deps: EvaluateDeps, request: CompareRequest): Promise<SnapshotComparison> {
  const { knowledgeId, questions, signal, onProgress } = request;
  const run = (snapshotId: string, from: number): Promise<EvaluatedSnapshot> =>
    evaluateSnapshot(deps, { knowledgeId, snapshotId, questions, signal, onProgress: (done, total) => onProgress?.(from + done, 2 * total) });
  const before = await run(request.before, 0);
  const after = await run(request.after, questions.length);
  return { before: request.before as SnapshotComparison['before'], after: request.after as SnapshotComparison['after'], bytes: request.bytes, ...compareOutcomes(questions, before, after) };
}

/** Gained and lost: the passage stands among the first five results of one side only. The gain is over the questions that have an answer. */
export function compareOutcomes(questions: readonly StoredQuestion[], before: EvaluatedSnapshot, after: EvaluatedSnapshot): Pick<SnapshotComparison, 'questions' | 'metrics' | 'vectorsComplete' | 'notes' | 'gain' | 'gained' | 'lost'> {
  const pairs = questions.flatMap((question, at) => {
    const [one, two] = [before.outcomes[at], after.outcomes[at]];
    return one && two && question.expected.length > 0 ? [{ questionId: question.id, question: question.question, before: one.outcome, after: two.outcome }] : [];
  });
  return {
    questions: questions.length,
    metrics: { before: before.metrics, after: after.metrics },
    vectorsComplete: { before: before.vectorsComplete, after: after.vectorsComplete },
    ...(before.notes || after.notes ? { notes: { before: before.notes ?? [], after: after.notes ?? [] } } : {}),
    gain: pairedBootstrap(pairs.map((pair) => reciprocalRank(pair.after) - reciprocalRank(pair.before))),
    gained: pairs.filter((pair) => isHit(pair.after) && !isHit(pair.before)),
    lost: pairs.filter((pair) => isHit(pair.before) && !isHit(pair.after)),
  };
}
