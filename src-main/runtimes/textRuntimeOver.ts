import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runtimeEntry, type RuntimeId } from './runtimeEntry.ts';
import type { Supervisor } from './supervisor/createSupervisor.ts';
import { defineRuntime } from './supervisor/defineRuntime.ts';
import type { RuntimeProcess } from './supervisor/runtimeProcess.ts';
import type { CallOptions, GenerateRequest, GenerateResult, TextModelFacts, TextRuntime } from './types.ts';

const LOAD_MS = 5 * 60_000;
const GENERATE_MS = 15 * 60_000;
const IDLE_MS = 10 * 60_000;
const CONTEXT_BYTES = 1_000_000_000;
const MARGIN = 2;

/**
 * Resident memory that a model's process may take: its weights with the tensors that are repacked, a context, and as much again.
 * A runaway then costs one answer and not the machine. A file that cannot be looked at has no limit: loading it says why.
 */
export function memoryLimitOf(modelPath: string): number | undefined {
  try {
    const parts = /^(.*)-\d{5}-of-(\d{5}\.gguf)$/.exec(basename(modelPath));
    const names = parts === null ? [basename(modelPath)] : readdirSync(dirname(modelPath)).filter((name) => name.startsWith(parts[1] ?? '') && name.endsWith(parts[2] ?? ''));
    const weights = names.reduce((sum, name) => sum + statSync(join(dirname(modelPath), name)).size, 0);
    return MARGIN * (Math.round(weights * 1.2) + CONTEXT_BYTES);
  } catch {
    return undefined;
  }
}

export interface StoppableTextRuntime extends TextRuntime {
  /** Absolute paths of the models that are in memory now. */
  loaded(): string[];
  stop(): Promise<void>;
}

/** One process a loaded model, so that a model that dies or fills the memory takes no other with it. */
export function textRuntimeOver(supervisor: Supervisor, id: RuntimeId): StoppableTextRuntime {
  const processes = new Map<string, RuntimeProcess>();

  function processOf(modelPath: string): RuntimeProcess {
    const known = processes.get(modelPath);
    if (known) return known;
    const memoryLimitBytes = memoryLimitOf(modelPath);
    const definition = defineRuntime({ id, entry: runtimeEntry(id), cancellation: 'cooperative', startTimeoutMs: 60_000, idleStopMs: IDLE_MS, ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }) });
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
