import type { RuntimeFacts } from '#contract/system.ts';
import { AppError } from '../../base/appError.ts';
import type { Circuit } from './circuit.ts';
import type { RuntimeDefinition } from './defineRuntime.ts';
import type { EndReason } from './describeExit.ts';
import { startGeneration, type CallOptions, type Generation, type SupervisorLog } from './generation.ts';
import type { Launch } from './launchChild.ts';

/** One supervised process. Starts with the first call, is restarted by the call after its end; the work is never repeated. */
export interface RuntimeProcess {
  /** Rejects with the child's own error, RUNTIME_START_FAILED, _EXITED, _TIMEOUT, _MEMORY, _CIRCUIT_OPEN, or the signal's reason. */
  call(method: string, params: unknown, options?: CallOptions): Promise<unknown>;
  /** Ends the process and releases what it holds; the next call starts a new one. */
  stop(): Promise<void>;
  facts(): RuntimeFacts;
  /** Calls now running or waiting for the start. */
  readonly running: number;
}

export interface ProcessParts {
  readonly definition: RuntimeDefinition;
  /** Shown in facts; the definition's id, with a number or model in front of several of a kind. */
  readonly name: string;
  readonly circuit: Circuit;
  readonly log: SupervisorLog;
  readonly launch: Launch;
  readonly onChange: () => void;
  /** True once the supervisor is being closed. */
  readonly closing: () => boolean;
}

export function createRuntimeProcess(parts: ProcessParts): RuntimeProcess {
  const { definition, circuit, onChange } = parts;
  let current: Generation | null = null;
  let state: 'stopped' | 'starting' | 'ready' = 'stopped';
  let lastExit: Promise<void> = Promise.resolve();
  let launches = 0;
  let waiting = 0;
  let idleTimer: NodeJS.Timeout | undefined;

  function setState(next: typeof state): void {
    state = next;
    onChange();
  }

  function onEnding(generation: Generation, reason: EndReason): void {
    clearTimeout(idleTimer);
    if (current !== generation) return;
    const wasStarting = state === 'starting';
    current = null;
    lastExit = generation.exited;
    if (countsAsFailure(reason, wasStarting)) circuit.failed(reason.kind);
    setState('stopped');
  }

  function countsAsFailure(reason: EndReason, wasStarting: boolean): boolean {
    if (reason.kind === 'not-started' || reason.kind === 'start-timeout') return true;
    if (reason.kind !== 'exited' && reason.kind !== 'garbage') return false;
    return wasStarting || definition.circuitCounts !== 'starts';
  }

  function armIdle(): void {
    clearTimeout(idleTimer);
    if (definition.idleStopMs === 0) return;
    idleTimer = setTimeout(() => void (current && current.running === 0 && waiting === 0 && current.stop()), definition.idleStopMs);
    idleTimer.unref();
  }

  function start(): Generation {
    launches += 1;
    setState('starting');
    const generation: Generation = startGeneration(definition, {
      log: parts.log,
      launch: async (request, listener) => {
        await lastExit;
        return parts.launch(request, listener);
      },
      onAnswered: circuit.worked,
      onEnding: (reason) => onEnding(generation, reason),
    });
    current = generation;
    generation.ready.then(() => {
      if (current === generation) setState('ready');
    }, ignoreHere);
    return generation;
  }

  async function call(method: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    options.signal?.throwIfAborted();
    if (parts.closing()) throw new AppError('CANCELLED', `Lathe is closing: ${parts.name}.${method} was not started`);
    circuit.assertClosed();
    clearTimeout(idleTimer);
    const generation = current ?? start();
    waiting += 1;
    try {
      await untilAborted(generation.ready, options.signal);
      return await generation.call(method, params, options);
    } finally {
      waiting -= 1;
      if (waiting === 0 && current === generation) armIdle();
    }
  }

  return {
    call,
    stop: async () => {
      clearTimeout(idleTimer);
      await current?.stop();
      await lastExit;
    },
    facts: () => ({
      id: parts.name,
      state: circuit.isOpen() ? 'circuit-open' : state,
      pid: current?.pid ?? null,
      memoryBytes: current?.memoryBytes ?? null,
      restarts: Math.max(0, launches - 1),
      network: current?.network ?? 'not-observed',
    }),
    get running() {
      return waiting;
    },
  };
}

/** The call that waits for the start is told; this branch only watches the state. */
function ignoreHere(): void {}

async function untilAborted(ready: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return ready;
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([ready, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
