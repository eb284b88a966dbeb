import { runtimeEntry } from '../runtimeEntry.ts';
import type { Supervisor } from '../supervisor/createSupervisor.ts';
import { defineRuntime } from '../supervisor/defineRuntime.ts';
import type { EmbeddedTexts, EmbeddingRuntime, RerankRuntime } from '../types.ts';

const IDLE_MS = 5 * 60_000;
/** A batch takes seconds: above this it hangs. */
const EMBED_MS = 10 * 60_000;

export interface StoppableEmbeddingRuntime extends EmbeddingRuntime, RerankRuntime {
  stop(): Promise<void>;
}

/** Embeddings and pair scores by ONNX Runtime: questions in one process, documents in another that gives way to everything else. */
export function createOnnxRuntime(supervisor: Supervisor): StoppableEmbeddingRuntime {
  const start = (id: string): ReturnType<Supervisor['process']> => supervisor.process(defineRuntime({ id, entry: runtimeEntry('onnx'), cancellation: 'cooperative', startTimeoutMs: 30_000, idleStopMs: IDLE_MS, callTimeoutMs: EMBED_MS }));
  const questions = start('onnx');
  const documents = start('onnx-documents');
  return {
    embed: async (request, options = {}) => (await (request.kind === 'document' ? documents : questions).call('embed', request, options)) as EmbeddedTexts,
    score: async (request, options = {}) => (await questions.call('score', request, options)) as Float32Array,
    stop: async () => void (await Promise.all([questions.stop(), documents.stop()])),
  };
}
