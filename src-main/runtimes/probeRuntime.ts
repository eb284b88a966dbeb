import type { RuntimeFacts } from '#contract/system.ts';
import { runtimeEntry, type RuntimeId } from './runtimeEntry.ts';
import type { Supervisor } from './supervisor/createSupervisor.ts';
import { defineRuntime } from './supervisor/defineRuntime.ts';

export const RUNTIME_IDS: readonly RuntimeId[] = ['parse', 'index', 'llama', 'onnx', 'data', 'fake'];

const START_MS = 30_000;

/**
 * Starts one process of this runtime beside those that work, with the native libraries that it loads, asks whether it is there
 * and ends it. Rejects with RUNTIME_START_FAILED and what the process said.
 */
export async function probeRuntime(supervisor: Supervisor, id: RuntimeId): Promise<{ ms: number; network: RuntimeFacts['network'] }> {
  const process = supervisor.process(defineRuntime({ id, entry: runtimeEntry(id), cancellation: 'terminate', startTimeoutMs: START_MS, callTimeoutMs: START_MS, idleStopMs: 0 }), `${id}:probe`);
  const startedAt = performance.now();
  try {
    await process.call('ping', null);
    return { ms: performance.now() - startedAt, network: process.facts().network };
  } finally {
    await supervisor.release(process);
  }
}
