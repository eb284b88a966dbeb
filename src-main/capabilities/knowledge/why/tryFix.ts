import { FixTrial, type AutopsyFix } from '#contract/why.ts';
import { AppError } from '../../../base/appError.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import type { SnapshotSettings } from '#contract/snapshots.ts';
import type { z } from 'zod';
import { compareOutcomes } from '../questions/compareSnapshots.ts';
import { evaluateSnapshot } from '../questions/evaluate.ts';
import { holdsQuote } from '../questions/holdsQuote.ts';
import type { QuestionFilesPort } from '../questions/questionsPort.ts';
import { findPassages, toPassageResults } from '../searchKnowledge.ts';
import { servingSnapshot } from '../snapshots/snapshotStore.ts';
import type { AutopsyDeps } from './autopsyDeps.ts';

export interface TryFixParams {
  readonly knowledgeId: string;
  readonly question: string;
  readonly file: string;
  readonly quote: string;
  readonly fix: AutopsyFix;
}

export type TryFixDeps = AutopsyDeps & {
  readonly questions: QuestionFilesPort;
  /** Builds a candidate beside the snapshot that serves. */
  newSnapshot(asked: { knowledgeId: string; settings: z.infer<typeof SnapshotSettings>; signal: AbortSignal }): Promise<{ snapshotId: string; job: string }>;
};

const MOST_PASSAGES = 100;
const PASSAGES = 20;

/**
 * Measures a fix on the saved questions and on the one that was looked into. What serves does not change: another cut or embedder is
 * measured on a candidate, which stays beside it, so that the person can let it serve or purge it.
 */
export async function tryFix(deps: TryFixDeps, params: TryFixParams, ctx: JobContext): Promise<FixTrial> {
  const { knowledgeId, fix } = params;
  const serving = await deps.database.run(servingSnapshot, knowledgeId);
  if (serving === null) throw new AppError('KNOWLEDGE_NOT_FOUND', `There is no knowledge base with the id ${knowledgeId} in this project`);
  const before = serving.id;
  const questions = await deps.questions.read((await deps.bases.named(knowledgeId)).slug);
  const evaluated = async (snapshotId: string, now: string) =>
    evaluateSnapshot(deps, { knowledgeId, snapshotId, questions, signal: ctx.signal, onProgress: (done, total) => ctx.progress({ done, total, unit: 'steps', now }) });
  const rankOf = (question: string, more: { snapshotId: string; limit: number }): Promise<number | null> => passageRank(deps, { ...params, question, ...more }, ctx.signal);
  switch (fix.kind) {
    case 'reindex': {
      const after = await buildCandidate(deps, params, ctx);
      const [one, two] = [await evaluated(before, 'Asking the saved questions of the index that serves'), await evaluated(after, 'Asking them of the candidate')];
      const { metrics, gained, lost } = compareOutcomes(questions, one, two);
      return FixTrial.parse({ metrics, gained: gained.length, lost: lost.length, passageRank: await rankOf(params.question, { snapshotId: after, limit: PASSAGES }) });
    }
    case 'reword':
    case 'more-passages': {
      // The other questions are asked as before: nothing of the index changes.
      const { metrics } = await evaluated(before, 'Asking the saved questions');
      const question = fix.kind === 'reword' ? (fix.settings?.question ?? params.question) : params.question;
      const limit = fix.kind === 'reword' ? PASSAGES : Math.min(MOST_PASSAGES, fix.settings?.passages ?? PASSAGES);
      return FixTrial.parse({ metrics: { before: metrics, after: metrics }, gained: 0, lost: 0, passageRank: await rankOf(question, { snapshotId: before, limit }) });
    }
    default:
      throw new AppError('INPUT_INVALID', `“${fix.title}” cannot be tried without doing it`, { hint: fix.command === null ? 'Do it, then look into the question again.' : `Run \`${fix.command}\`, then look into the question again.` });
  }
}

async function buildCandidate(deps: TryFixDeps, { knowledgeId, fix }: TryFixParams, ctx: JobContext): Promise<string> {
  const { maxTokens, embedder } = fix.settings ?? {};
  if (maxTokens === undefined && embedder === undefined) throw new AppError('INPUT_INVALID', 'Another index needs another chunk size or another embedder', { hint: 'Name the embedder to try.' });
  ctx.progress({ done: 0, total: null, unit: 'steps', now: 'Building a candidate' });
  const { snapshotId, job } = await deps.newSnapshot({ knowledgeId, settings: { ...(maxTokens === undefined ? {} : { maxTokens }), ...(embedder === undefined ? {} : { embedder }) }, signal: ctx.signal });
  const stop = (): void => void deps.jobs.cancel(job).catch(() => undefined);
  ctx.signal.addEventListener('abort', stop, { once: true });
  try {
    const ended = await deps.jobs.wait(job, ctx.signal);
    if (ended.state !== 'done') throw new AppError('INTERNAL', `The candidate was not built: ${ended.error?.message ?? ended.state}`, ended.error?.hint === undefined ? {} : { hint: ended.error.hint });
    return snapshotId;
  } finally {
    ctx.signal.removeEventListener('abort', stop);
  }
}

async function passageRank(deps: TryFixDeps, wanted: TryFixParams & { readonly snapshotId: string; readonly limit: number }, signal: AbortSignal): Promise<number | null> {
  const { knowledgeId, snapshotId, question, limit } = wanted;
  const results = toPassageResults(await findPassages(deps, { knowledgeId, snapshotId, question, limit }, signal));
  const at = results.findIndex((result) => (result.file === wanted.file || result.file.endsWith(`/${wanted.file}`)) && holdsQuote(result.text, wanted.quote));
  return at < 0 ? null : at + 1;
}
