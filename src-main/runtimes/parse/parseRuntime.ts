import { availableParallelism } from 'node:os';
import type { Chunk } from '#contract/document.ts';
import { runtimeEntry } from '../runtimeEntry.ts';
import type { Supervisor } from '../supervisor/createSupervisor.ts';
import { defineRuntime } from '../supervisor/defineRuntime.ts';
import type { ExpandResult, ParseRuntime, ParseResult } from '../types.ts';

const WALL_MS = 60_000;
const EXPAND_WALL_MS = 300_000;
const MEMORY_BYTES = 1_000_000_000;

export interface StoppableParseRuntime extends ParseRuntime {
  /** How many documents are parsed at a time. */
  readonly processes: number;
  stop(): Promise<void>;
}

/** A pool of parsers. A document has 60 s and 1 GB; a hostile one costs its own process and nothing else. Nothing is tried twice. */
export function createParseRuntime(supervisor: Supervisor, processes: number = Math.min(2, availableParallelism())): StoppableParseRuntime {
  const pool = supervisor.pool(
    defineRuntime({
      id: 'parse',
      entry: runtimeEntry('parse'),
      cancellation: 'terminate',
      startTimeoutMs: 30_000,
      idleStopMs: 30_000,
      memoryLimitBytes: MEMORY_BYTES,
      callTimeoutMs: WALL_MS,
      poolSize: processes,
      circuitCounts: 'starts',
    }),
  );
  return {
    processes,
    parse: (request, options = {}) => pool.call('parse', request, options) as Promise<ParseResult>,
    chunk: (request, options = {}) => pool.call('chunk', request, options) as Promise<Chunk[]>,
    expand: (request, options = {}) => pool.call('expand', request, { ...options, timeoutMs: EXPAND_WALL_MS }) as Promise<ExpandResult | null>,
    rest: () => pool.rest(),
    stop: () => pool.stop(),
  };
}
