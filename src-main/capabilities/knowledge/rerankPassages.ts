import { ERROR_TRAITS } from '#contract/errors.ts';
import { AppError } from '../../base/appError.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Passage, SearchResult, TracedCandidate } from '../../runtimes/types.ts';
import { AGAIN_MS, causeInWords } from './unusedModel.ts';

/** Passages that a cross-encoder reads: each costs about what embedding a chunk does. */
export const RERANKED = 20;

const TRUST = 'To use it, trust the project: run the command again with --trust, or choose "Trust this project" in the window.';

/** A cross-encoder whose files are in place; the first score loads it. */
export interface Reranker {
  readonly slug: string;
  /** Of its file. */
  readonly digest: string;
  /** One score a passage, higher = nearer to an answer. */
  score(question: string, passages: readonly string[], signal: AbortSignal): Promise<Float32Array>;
}

export interface Reranking {
  /** Whether passages are to be ordered by a cross-encoder. `note` says, as a sentence, why one that is named is not used. */
  wanted(): Promise<{ readonly reranks: boolean; readonly note: string | null }>;
  /** Orders the best passages, the others follow as they were. `note` says, as a sentence, that the cross-encoder could not be used; the passages stay as they were then. */
  order(found: SearchResult, asked: { question: string; limit: number; signal: AbortSignal }): Promise<{ found: SearchResult; note: string | null }>;
}

export interface RerankingDeps {
  /** The cross-encoder that the project names. */
  readonly named: () => Promise<string | null>;
  /** False where what it names may not be used: a stranger's project must not make this machine fetch a model. */
  readonly trusted: () => Promise<boolean>;
  /** Rejects as ModelsPort.reranker does. */
  readonly open: (slug: string, signal: AbortSignal) => Promise<Reranker | null>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Failure {
  /** Name and digest of what failed; its name alone when it could not even be found. */
  readonly of: string;
  readonly note: string;
  /** When it may be tried again, of the monotonic clock; infinite when only another file or name can help. */
  readonly againAtMs: number;
}

/** Owns that a search never fails because of a cross-encoder, and that one that cannot be used is not loaded at every search. */
export function createReranking(deps: RerankingDeps): Reranking {
  let failure: Failure | null = null;

  function fail(of: string, slug: string, error: unknown): string {
    const note = `The passages stay in their first order: the cross-encoder ${slug} cannot be used ${causeInWords(error)}`;
    const passes = error instanceof AppError && ERROR_TRAITS[error.code].retryable;
    if (failure?.note !== note) deps.logger.warn(note);
    failure = { of, note, againAtMs: passes ? deps.clock.monotonicMs() + AGAIN_MS : Infinity };
    return note;
  }

  return {
    async wanted() {
      const slug = await deps.named();
      if (slug === null || (await deps.trusted())) return { reranks: slug !== null, note: null };
      return { reranks: false, note: `The passages stay in their first order: the project names the cross-encoder ${slug}, but was made elsewhere and is not trusted. ${TRUST}` };
    },
    async order(found, { question, limit, signal }) {
      const read = found.passages.slice(0, RERANKED);
      const slug = (await deps.trusted()) ? await deps.named() : null;
      if (slug === null || read.length < 2) return { found: cut(found, limit), note: null };
      const startedMs = performance.now();
      let of = slug;
      try {
        const reranker = await deps.open(slug, signal);
        if (reranker === null) return { found: cut(found, limit), note: null };
        of = `${slug} ${reranker.digest}`;
        if (failure?.of === of && deps.clock.monotonicMs() < failure.againAtMs) return { found: cut(found, limit), note: failure.note };
        const scores = await reranker.score(question, read.map(({ text }) => text), signal);
        failure = null;
        const order = [...read.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
        const passages = [...order.map((at) => read[at] as Passage), ...found.passages.slice(RERANKED)];
        const timingsMs = { ...found.timingsMs, rerank: performance.now() - startedMs };
        return { found: cut({ ...found, passages, timingsMs, ...(found.trace ? { trace: renumbered(found.trace, order) } : {}) }, limit), note: null };
      } catch (error) {
        signal.throwIfAborted();
        return { found: cut(found, limit), note: fail(of, slug, error) };
      }
    },
  };
}

/** Passages are numbered from 1 in the order in which they are answered. */
function renumbered(trace: readonly TracedCandidate[], order: readonly number[]): TracedCandidate[] {
  const numbers = new Map(order.map((before, now) => [before + 1, now + 1]));
  return trace.map((candidate) => (candidate.passage === null ? candidate : { ...candidate, passage: numbers.get(candidate.passage) ?? candidate.passage }));
}

function cut(found: SearchResult, limit: number): SearchResult {
  if (found.passages.length <= limit) return found;
  const trace = found.trace?.map((candidate) => (candidate.passage !== null && candidate.passage > limit ? { ...candidate, passage: null } : candidate));
  return { ...found, passages: found.passages.slice(0, limit), ...(trace ? { trace } : {}) };
}
