import { runtimeEntry } from '../runtimeEntry.ts';
import type { Supervisor } from '../supervisor/createSupervisor.ts';
import { defineRuntime } from '../supervisor/defineRuntime.ts';
import type { CallOptions, DataRuntime } from '../types.ts';

/** A query over a large table may take long; whoever waits can cancel it. */
const QUERY_MS = 24 * 60 * 60_000;
/** What DuckDB itself may use is set in the child (openDuck.ts); above this the process runs away. */
const MEMORY_BYTES = 6_000_000_000;
const IDLE_MS = 5 * 60_000;

export interface StoppableDataRuntime extends DataRuntime {
  stop(): Promise<void>;
}

/** The process that reads, asks and writes tables. */
export function createDataRuntime(supervisor: Supervisor): StoppableDataRuntime {
  const process = supervisor.process(defineRuntime({ id: 'data', entry: runtimeEntry('data'), cancellation: 'cooperative', startTimeoutMs: 30_000, idleStopMs: IDLE_MS, memoryLimitBytes: MEMORY_BYTES, callTimeoutMs: QUERY_MS }));

  async function call<T>(method: keyof DataRuntime, params: unknown, options: CallOptions = {}): Promise<T> {
    return (await process.call(method, params, options)) as T;
  }

  return {
    readFiles: (request, options) => call('readFiles', request, options),
    query: (request, options) => call('query', request, options),
    split: (request, options) => call('split', request, options),
    check: (request, options) => call('check', request, options),
    version: () => call('version', null),
    stop: () => process.stop(),
  };
}
