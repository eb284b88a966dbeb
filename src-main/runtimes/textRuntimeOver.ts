import { basename, dirname } from 'node:path';
import { runtimeEntry, type RuntimeId } from './runtimeEntry.ts';
import type { Supervisor } from './supervisor/createSupervisor.ts';
import { defineRuntime } from './supervisor/defineRuntime.ts';
import type { RuntimeProcess } from './supervisor/runtimeProcess.ts';
import type { CallOptions, GenerateRequest, GenerateResult, TextModelFacts, TextRuntime } from './types.ts';

const LOAD_MS = 5 * 60_000;
const GENERATE_MS = 15 * 60_000;
const IDLE_MS = 10 * 60_000;

export interface StoppableTextRuntime extends TextRuntime {
  /** Absolute paths of the models that are in memory now. */
  loaded(): string[];
  stop(): Promise<void>;
}

/** One process a loaded model, so that a model that dies or fills the memory takes no other with it. */
export function textRuntimeOver(supervisor: Supervisor, id: RuntimeId): StoppableTextRuntime {
  const definition = defineRuntime({ id, entry: runtimeEntry(id), cancellation: 'cooperative', startTimeoutMs: 60_000, idleStopMs: IDLE_MS });
  const processes = new Map<string, RuntimeProcess>();

  function processOf(modelPath: string): RuntimeProcess {
    const known = processes.get(modelPath);
    if (known) return known;
    const process = supervisor.process(definition, `${id}:${basename(dirname(modelPath))}/${basename(modelPath)}`);
    processes.set(modelPath, process);
    return process;
  }

  return {
    load: async (modelPath, options: CallOptions = {}) => (await processOf(modelPath).call('load', { modelPath }, { ...options, timeoutMs: LOAD_MS })) as TextModelFacts,
    countTokens: async (modelPath, messages, options: CallOptions = {}) => (await processOf(modelPath).call('countTokens', { modelPath, messages }, { ...options, timeoutMs: LOAD_MS })) as number,
    generate: async (modelPath: string, request: GenerateRequest, options) => {
      const onText = options.onText;
      const listen = onText ? { onPart: (part: unknown) => onText(String(part)) } : {};
      const signal = options.signal ? { signal: options.signal } : {};
      return (await processOf(modelPath).call('generate', { modelPath, request }, { ...signal, ...listen, timeoutMs: GENERATE_MS })) as GenerateResult;
    },
    async unload(modelPath) {
      const process = processes.get(modelPath);
      processes.delete(modelPath);
      if (process) await supervisor.release(process);
    },
    loaded: () => [...processes].filter(([, process]) => process.facts().state === 'ready').map(([path]) => path),
    async stop() {
      await Promise.all([...processes.values()].map((process) => process.stop()));
    },
  };
}
