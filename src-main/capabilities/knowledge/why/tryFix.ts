import type { z } from 'zod';
import type { DocumentFilter } from '#contract/filters.ts';
import type { JobId } from '#contract/ids.ts';
import type { Job } from '#contract/jobs.ts';
import type { PassageResult } from '#contract/knowledge.ts';
import type { SnapshotSettings } from '#contract/snapshots.ts';
import { FixTrial, type AutopsyFix } from '#contract/why.ts';
import { AppError } from '../../../base/appError.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { openSources } from '../answer/answerSources.ts';
import { SEARCHED_FOR } from '../answer/answerTypes.ts';
import { preparePrompt } from '../answer/preparePrompt.ts';
import { openAnswering } from '../answering.ts';
import { compareOutcomes } from '../questions/compareSnapshots.ts';
import { evaluateSnapshot } from '../questions/evaluate.ts';
import { holdsQuote } from '../questions/holdsQuote.ts';
import type { QuestionFilesPort } from '../questions/questionsPort.ts';
import { findPassages, toPassageResults } from '../searchKnowledge.ts';
import { servingSnapshot } from '../snapshots/snapshotStore.ts';
import type { AutopsyDeps } from './autopsyDeps.ts';
import { MOST_PASSAGES } from './autopsyFixes.ts';

export interface TryFixParams {
  readonly knowledgeId: string;
  readonly question: string;
  /** The answer that should have used the passage: its filter narrows the search for it. */
  readonly answerId?: string | undefined;
  readonly file: string;
  readonly quote: string;
  readonly fix: AutopsyFix;
}

export type TryFixDeps = AutopsyDeps & {
  readonly questions: QuestionFilesPort;
  /** Builds a candidate beside the snapshot that serves. */
  newSnapshot(asked: { knowledgeId: string; settings: z.infer<typeof SnapshotSettings>; signal: AbortSignal }): Promise<{ snapshotId: string; job: string }>;
};

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
  const filter = params.answerId === undefined ? null : (await deps.traceOf(params.answerId)).filter;
  const rankOf = (question: string, more: { snapshotId: string; limit: number }): Promise<number | null> => passageRank(deps, { ...params, question, filter, ...more }, ctx.signal);
  switch (fix.kind) {
    case 'reindex': {
      const after = await buildCandidate(deps, params, ctx);
      const [one, two] = [await evaluated(before, 'Asking the saved questions of the index that serves'), await evaluated(after, 'Asking them of the candidate')];
      const { metrics, gained, lost } = compareOutcomes(questions, one, two);
      return FixTrial.parse({ metrics, gained: gained.length, lost: lost.length, passageRank: await rankOf(params.question, { snapshotId: after, limit: SEARCHED_FOR }) });
    }
    case 'reword':
    case 'more-passages': {
      // The other questions are asked as before: nothing of the index changes.
      const { metrics } = await evaluated(before, 'Asking the saved questions');
      const same = { metrics: { before: metrics, after: metrics }, gained: 0, lost: 0 };
      if (fix.kind === 'reword') return FixTrial.parse({ ...same, passageRank: await rankOf(fix.settings?.question ?? params.question, { snapshotId: before, limit: SEARCHED_FOR }) });
      ctx.progress({ done: 0, total: null, unit: 'steps', now: 'Fitting the prompt to the model' });
      return FixTrial.parse({ ...same, ...(await fitAgain(deps, { ...params, filter, snapshotId: before }, ctx.signal)) });
    }
    default:
      throw new AppError('INPUT_INVALID', `“${fix.title}” cannot be tried without doing it`, { hint: fix.command === null ? 'Do it, then look into the question again.' : `Run \`${fix.command}\`, then look into the question again.` });
  }
}

async function buildCandidate(deps: TryFixDeps, { knowledgeId, fix }: TryFixParams, ctx: JobContext): Promise<string> {
  const { maxTokens, embedder } = fix.settings ?? {};
  if (maxTokens === undefined && embedder === undefined) throw new AppError('INPUT_INVALID', 'Another index needs another chunk size or another embedder', { hint: 'Name the embedder to try.' });
  ctx.progress({ done: 0, total: null, unit: 'steps', now: 'Building a candidate' });
  const { snapshotId, job: building } = await deps.newSnapshot({ knowledgeId, settings: { ...(maxTokens === undefined ? {} : { maxTokens }), ...(embedder === undefined ? {} : { embedder }) }, signal: ctx.signal });
  let job = building;
  const stop = (): void => void deps.jobs.cancel(job).catch(() => undefined);
  ctx.signal.addEventListener('abort', stop, { once: true });
  try {
    const ended = await deps.jobs.wait(job, ctx.signal);
    if (ended.state !== 'done') throw notMade('The candidate was not built', ended);
    // What serves is searched by its vectors too: without its own the candidate would lose for the wrong reason.
    const embedJob = ended.result?.['embedJob'];
    if (typeof embedJob !== 'string') return snapshotId;
    ctx.progress({ done: 0, total: null, unit: 'steps', now: 'Making its transformer vectors' });
    job = embedJob as JobId;
    const embedded = await deps.jobs.wait(job, ctx.signal);
    if (embedded.state !== 'done') throw notMade('The vectors of the candidate were not made', embedded);
    return snapshotId;
  } finally {
    ctx.signal.removeEventListener('abort', stop);
  }
}

function notMade(what: string, { state, error }: Job): AppError {
  return new AppError('INTERNAL', `${what}: ${error?.message ?? state}`, error?.hint === undefined ? {} : { hint: error.hint });
}

type Searched = TryFixParams & { readonly snapshotId: string; readonly filter: DocumentFilter | null };

/** A copy that is searched in place of the wanted file holds the words as well. */
function isWanted(result: PassageResult, wanted: TryFixParams): boolean {
  const files = [result.file, ...result.aliases.map(({ file }) => file)];
  return files.some((file) => file === wanted.file || file.endsWith(`/${wanted.file}`)) && holdsQuote(result.text, wanted.quote);
}

/** The prompt made from so many passages, cut to what the model that answers takes: whether the marked words stand in it then. */
async function fitAgain(deps: TryFixDeps, params: Searched, signal: AbortSignal): Promise<Pick<FixTrial, 'passageRank' | 'prompt'>> {
  const { knowledgeId, snapshotId, question, filter, fix } = params;
  const madeFrom = Math.min(MOST_PASSAGES, fix.settings?.passages ?? SEARCHED_FOR);
  const found = await findPassages(deps, { knowledgeId, snapshotId, question, filter: filter ?? undefined, limit: Math.max(SEARCHED_FOR, madeFrom) }, signal);
  const passages = toPassageResults(found);
  const { at } = await deps.door.openSnapshot(snapshotId, signal);
  const answering = await openAnswering(deps, { wanted: null, at, rows: found.rows, signal });
  const sources = await openSources(answering, { standalone: question, passages, madeFrom });
  const prompt = await preparePrompt(answering, { question, history: [], maxTokens: answering.settings.maxTokens, madeFrom }, sources);
  const place = passages.findIndex((result) => isWanted(result, params));
  const holds = prompt.fits && holdsQuote(prompt.messages.map(({ content }) => content).join('\n'), params.quote);
  return { passageRank: place < 0 ? null : place + 1, prompt: { holds, passages: prompt.passages.length, tokens: prompt.tokens, contextTokens: answering.contextTokens } };
}

async function passageRank(deps: TryFixDeps, wanted: Searched & { readonly limit: number }, signal: AbortSignal): Promise<number | null> {
  const { knowledgeId, snapshotId, question, filter, limit } = wanted;
  const results = toPassageResults(await findPassages(deps, { knowledgeId, snapshotId, question, filter: filter ?? undefined, limit }, signal));
  const at = results.findIndex((result) => isWanted(result, wanted));
  return at < 0 ? null : at + 1;
}
