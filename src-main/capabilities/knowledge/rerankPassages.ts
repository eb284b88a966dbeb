import type { Passage, SearchResult, TracedCandidate } from '../../runtimes/types.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';

/** Passages that a cross-encoder reads: each costs about what embedding a chunk does. */
export const RERANKED = 20;

/** A cross-encoder that is loaded. */
export interface Reranker {
  readonly slug: string;
  /** One score a passage, higher = nearer to an answer. */
  score(question: string, passages: readonly string[], signal: AbortSignal): Promise<Float32Array>;
}

type Deps = Pick<KnowledgeDeps, 'reranker' | 'logger'>;

/**
 * Orders the best passages by the project's cross-encoder, where it names one: the others follow as they were. A cross-encoder that
 * cannot be used is said in the log and the search goes on without it.
 */
export async function rerankPassages(deps: Deps, found: SearchResult, { question, limit, signal }: { question: string; limit: number; signal: AbortSignal }): Promise<SearchResult> {
  const read = found.passages.slice(0, RERANKED);
  if (read.length < 2) return cut(found, limit);
  const startedMs = performance.now();
  try {
    const reranker = await deps.reranker(signal);
    if (reranker === null) return cut(found, limit);
    const scores = await reranker.score(question, read.map(({ text }) => text), signal);
    const order = [...read.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    const passages = [...order.map((at) => read[at] as Passage), ...found.passages.slice(RERANKED)];
    const timingsMs = { ...found.timingsMs, rerank: performance.now() - startedMs };
    return cut({ ...found, passages, timingsMs, ...(found.trace ? { trace: renumbered(found.trace, order) } : {}) }, limit);
  } catch (error) {
    signal.throwIfAborted();
    deps.logger.warn(`Passages stay in their first order: the reranker cannot be used (${error instanceof Error ? error.message : String(error)})`);
    return cut(found, limit);
  }
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
