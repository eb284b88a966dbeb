import { runtimeEntry } from '../runtimeEntry.ts';
import type { Supervisor } from '../supervisor/createSupervisor.ts';
import { defineRuntime } from '../supervisor/defineRuntime.ts';
import type { EmbeddingRuntime } from '../types.ts';

const IDLE_MS = 5 * 60_000;
/** A batch takes seconds: above this it hangs. */
const EMBED_MS = 10 * 60_000;

export interface StoppableEmbeddingRuntime extends EmbeddingRuntime {
  stop(): Promise<void>;
}

/** Embeddings by ONNX Runtime, in one process. */
export function createOnnxRuntime(supervisor: Supervisor): StoppableEmbeddingRuntime {
  const process = supervisor.process(defineRuntime({ id: 'onnx', entry: runtimeEntry('onnx'), cancellation: 'cooperative', startTimeoutMs: 30_000, idleStopMs: IDLE_MS, callTimeoutMs: EMBED_MS }));
  return {
    embed: async (request, options = {}) => (await process.call('embed', request, options)) as { dimensions: number; vectors: Float32Array },
    stop: () => process.stop(),
  };
}
