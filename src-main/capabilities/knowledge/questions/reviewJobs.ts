import type { JobKind } from '../../../jobs/jobQueue.ts';
import type { Explaining, ReplayParams } from '../why/explaining.ts';
import type { TryFixParams } from '../why/tryFix.ts';
import type { CompareParams, EvaluateParams, SavedQuestions } from './savedQuestions.ts';

/** Jobs that look at what a knowledge base answers and change nothing of it. None is taken up again: asked once more it starts anew. */
export function reviewJobs(knowledge: () => { readonly saved: SavedQuestions; readonly explaining: Explaining }): readonly JobKind[] {
  const evaluate: JobKind<EvaluateParams> = { kind: 'knowledge.evaluate', lane: 'review', onInterrupted: 'fail', run: (params, ctx) => knowledge().saved.evaluate(params, ctx) };
  const compare: JobKind<CompareParams> = { kind: 'knowledge.compare', lane: 'review', onInterrupted: 'fail', run: (params, ctx) => knowledge().saved.compare(params, ctx) };
  const attempt: JobKind<TryFixParams> = { kind: 'knowledge.try', lane: 'review', onInterrupted: 'fail', run: (params, ctx) => knowledge().explaining.tryFix(params, ctx) };
  // In the lane of answers, which run one at a time: nothing else uses the model meanwhile.
  const replay: JobKind<ReplayParams> = { kind: 'knowledge.replay', lane: 'answer', onInterrupted: 'fail', run: (params, ctx) => knowledge().explaining.replay(params, ctx) };
  return [evaluate, compare, attempt, replay];
}
