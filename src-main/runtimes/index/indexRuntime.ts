import { totalmem } from 'node:os';
import { runtimeEntry } from '../runtimeEntry.ts';
import type { Supervisor } from '../supervisor/createSupervisor.ts';
import { defineRuntime } from '../supervisor/defineRuntime.ts';
import type { CallOptions, IndexRuntime } from '../types.ts';

const SEARCH_MS = 60_000;
/** Ten times what the largest batch or removal takes on a slow disk: above this it hangs. */
const WRITE_MS = 10 * 60_000;
/** Merging and building the inverted file of a large index. */
const OPTIMIZE_MS = 30 * 60_000;
/** Texts, postings and vectors are native memory; what is left for objects is caches of bounded size and a batch. */
const HEAP_BYTES = 320 * 1024 * 1024;
/**
 * Of everything, vectors and SQLite's cache included: LanceDB keeps what it searched. A million chunks with static vectors took 1.8 GB, so two
 * gigabytes at least and a quarter of a larger machine. A runaway costs its own calls, not the machine.
 */
const MEMORY_BYTES = Math.max(2_000_000_000, totalmem() / 4);
const IDLE_MS = 10 * 60_000;

export interface StoppableIndexRuntime extends IndexRuntime {
  /** Ends the process: every index is closed and its files released. The next call opens anew. */
  stop(): Promise<void>;
}

/** The process that holds every open index. */
export function createIndexRuntime(supervisor: Supervisor): StoppableIndexRuntime {
  const process = supervisor.process(defineRuntime({ id: 'index', entry: runtimeEntry('index'), cancellation: 'cooperative', startTimeoutMs: 30_000, idleStopMs: IDLE_MS, heapLimitBytes: HEAP_BYTES, memoryLimitBytes: MEMORY_BYTES, callTimeoutMs: WRITE_MS }));

  async function call<T>(method: keyof IndexRuntime, params: Record<string, unknown>, options: CallOptions & { timeoutMs?: number } = {}): Promise<T> {
    return (await process.call(method, params, options)) as T;
  }

  return {
    documents: (at, options) => call('documents', { at }, options),
    add: (at, documents, options) => call('add', { at, documents }, options),
    publish: (at, documentIds) => call('publish', { at, documentIds }),
    hide: (at, documentIds) => call('hide', { at, documentIds }),
    remove: (at, documentIds) => call('remove', { at, documentIds }),
    optimize: (at, options) => call('optimize', { at }, { ...options, timeoutMs: OPTIMIZE_MS }),
    compact: (at, options) => call('compact', { at }, { ...options, timeoutMs: OPTIMIZE_MS }),
    search: (at, request, options) => call('search', { at, request }, { ...options, timeoutMs: SEARCH_MS }),
    similarity: (at, pair, options) => call('similarity', { at, ...pair }, { ...options, timeoutMs: SEARCH_MS }),
    pendingVectors: (at, deep, ...[limit, options]) => call('pendingVectors', { at, deep, limit }, options),
    addVectors: (at, deep, ...[rows, options]) => call('addVectors', { at, deep, rows }, options),
    countVectors: (at, deep, options) => call('countVectors', { at, deep }, options),
    sweepVectors: (at, deep, options) => call('sweepVectors', { at, deep }, options),
    placesOf: (at, request, ...[chunkIds, options]) => call('placesOf', { at, request, chunkIds }, { ...options, timeoutMs: SEARCH_MS }),
    points: (at, deep, ...[most, options]) => call('points', { at, deep, most }, { ...options, timeoutMs: SEARCH_MS }),
    close: (at) => call('close', { at }),
    stop: () => process.stop(),
  };
}
