import type { AnswerTrace, Replay } from '#contract/why.ts';
import { AppError } from '../../../base/appError.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';

/**
 * Asks for the same prompt again with the same seed and reports whether the same text came. The lane of answers runs one at a time, so
 * nothing else uses the model meanwhile; each generation starts from a fresh sequence.
 */
export async function replayAnswer(deps: Pick<KnowledgeDeps, 'text' | 'models' | 'clock'>, { trace, slug }: { trace: AnswerTrace; slug: string | null }, ctx: JobContext): Promise<Replay> {
  const { prompt, written } = trace;
  if (prompt === null || written === null) throw new AppError('INPUT_INVALID', 'No model was asked for this answer: the passages themselves are the answer', { hint: 'Search for the question again to compare the passages.' });
  ctx.progress({ done: 0, total: null, unit: 'characters', now: 'Loading the model' });
  const model = await deps.models.textModel(slug, ctx.signal);
  const facts = await deps.text.load(model.path, { signal: ctx.signal });
  const messages = prompt.messages.map(({ role, content }) => ({ role, content }));
  let length = 0;
  const result = await deps.text.generate(
    model.path,
    { messages, maxTokens: prompt.maxTokens, temperature: prompt.temperature, seed: prompt.seed },
    {
      signal: ctx.signal,
      onText: (more) => {
        length += more.length;
        ctx.progress({ done: length, total: null, unit: 'characters', now: 'Writing' });
      },
    },
  );
  const after = result.text.toWellFormed();
  const same = after === written;
  return { answerId: trace.answerId, atMs: deps.clock.now(), same, before: written, after, reason: same ? null : reasonOf(trace, { digest: model.digest, ...facts, promptTokens: result.promptTokens, after }), timingsMs: result.timingsMs };
}

interface Now {
  readonly digest: string;
  readonly contextTokens: number;
  readonly threads?: number;
  readonly promptTokens: number;
  readonly after: string;
}

/** What is known to differ, the surest first. */
function reasonOf({ prompt, written, digests, threads }: AnswerTrace, now: Now): string {
  if (now.digest !== digests.model) return `Another model wrote this time: its file is ${now.digest.slice(0, 12)} and was ${digests.model?.slice(0, 12) ?? 'not recorded'}.`;
  if (written !== null && now.after.startsWith(written)) return 'The text was stopped early the first time, because it ran in circles; what came before that is the same.';
  if (prompt !== null && now.contextTokens !== prompt.contextTokens) return `The model was loaded with ${now.contextTokens} tokens of context instead of ${prompt.contextTokens}, which changes how its sums are rounded.`;
  if (threads !== null && now.threads !== undefined && now.threads !== threads) return `The model ran on ${now.threads} threads instead of ${threads}, which changes how its sums are rounded.`;
  if (prompt !== null && now.promptTokens !== prompt.tokens) return `The prompt gave ${now.promptTokens} tokens instead of ${prompt.tokens}: the program that splits it changed.`;
  return 'Model, prompt and seed are the same: another processor or another version of the program that runs the model rounds its sums differently.';
}
