import { AppError, fromErrorBody } from '../../base/appError.ts';
import type { ChildFrame } from '../wire.ts';
import { describeExit, type EndReason } from './describeExit.ts';
import type { RuntimeDefinition } from './defineRuntime.ts';
import type { ChildHandle, ExitFacts, Launch } from './launchChild.ts';
import { readChildFrame } from './readChildFrame.ts';
import { residentMemory } from './residentMemory.ts';

export interface CallOptions {
  /** Aborting it rejects the call at once with the signal's own reason. */
  readonly signal?: AbortSignal;
  /** Called with each part of a streamed answer, in order. */
  readonly onPart?: (part: unknown) => void;
  /** Wall time; above it the process is killed and the call rejects with RUNTIME_TIMEOUT. */
  readonly timeoutMs?: number;
}

/** What the supervisor writes to: base/logger.ts's Logger fits. */
export interface SupervisorLog {
  debug(message: string, data?: Record<string, unknown>): void;
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
}

export interface GenerationHooks {
  readonly log: SupervisorLog;
  readonly launch: Launch;
  /** The child answered a call, well or with an error of its own. */
  onAnswered(): void;
  /** It takes no more calls; the process may still be ending. */
  onEnding(reason: EndReason): void;
}

/** One child from launch to exit. A generation that ended is never used again; running calls are never replayed. */
export interface Generation {
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  readonly running: number;
  readonly pid: number | null;
  readonly network: 'none' | 'not-observed';
  readonly memoryBytes: number | null;
  call(method: string, params: unknown, options: CallOptions): Promise<unknown>;
  /** Asks the child to leave; kills it when it is still there after the budget. */
  stop(): Promise<void>;
}

interface Pending {
  readonly method: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onPart: ((part: unknown) => void) | undefined;
  readonly release: () => void;
}

const STOP_BUDGET_MS = 2_000;
const MEMORY_WATCH_MS = 250;
const SILENT_AFTER_CANCEL_MS = 15_000;
const LAST_LINES = 20;

export function startGeneration(definition: RuntimeDefinition, hooks: GenerationHooks): Generation {
  const { log } = hooks;
  const calls = new Map<number, Pending>();
  const lastLines: string[] = [];
  let handle: ChildHandle | null = null;
  let nextId = 1;
  let memoryBytes: number | null = null;
  let ending: EndReason | null = null;
  let lastFrameAt = 0;
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<void>();
  // A start that failed is told to the caller that waits; nobody else must.
  ready.promise.catch(() => undefined);

  const startTimer = setTimeout(() => end({ kind: 'start-timeout', afterMs: definition.startTimeoutMs }), definition.startTimeoutMs);
  const memoryTimer = setInterval(() => void watchMemory(), MEMORY_WATCH_MS);
  memoryTimer.unref();

  async function watchMemory(): Promise<void> {
    if (!handle?.pid || (calls.size === 0 && memoryBytes !== null)) return;
    const bytes = await residentMemory(handle.pid);
    if (bytes === null || ending) return;
    memoryBytes = bytes;
    const limit = definition.memoryLimitBytes;
    if (limit !== undefined && bytes > limit) end({ kind: 'memory', bytes, limit });
  }

  function settle(id: number): Pending | undefined {
    const pending = calls.get(id);
    if (!pending) return undefined;
    calls.delete(id);
    pending.release();
    return pending;
  }

  /** Takes no more calls, rejects the running ones and kills the process. */
  function end(reason: EndReason): void {
    if (ending) return;
    ending = reason;
    hooks.onEnding(reason);
    rejectAll(reason);
    handle?.kill();
  }

  function describe(method: string, reason: EndReason, exit: ExitFacts = { code: null, signal: null }): AppError {
    return describeExit({ id: definition.id, method, reason, exit, memoryBytes, lastLines });
  }

  function rejectAll(reason: EndReason, exit?: ExitFacts): void {
    clearTimeout(startTimer);
    ready.reject(describe('start', reason, exit));
    for (const [id, pending] of calls) {
      settle(id);
      pending.reject(describe(pending.method, reason, exit));
    }
  }

  function onExit(exit: ExitFacts): void {
    clearInterval(memoryTimer);
    if (!ending) {
      const reason: EndReason = { kind: 'exited' };
      ending = reason;
      hooks.onEnding(reason);
      log.error(`${definition.id}: the process ended`, { ...exit, pid: handle?.pid, memoryBytes, lastLines: lastLines.slice(-5) });
    }
    rejectAll(ending, exit);
    exited.resolve();
  }

  function onFrame(value: unknown): void {
    lastFrameAt = performance.now();
    const frame = readChildFrame(value);
    if (!frame) return log.warn(`${definition.id}: a frame that is none was ignored`, { got: typeof value });
    if (ending) return;
    if (frame.kind === 'ready') {
      clearTimeout(startTimer);
      ready.resolve();
    } else if (frame.kind === 'log') log[frame.level](`${definition.id}: ${frame.message}`);
    else onAnswerFrame(frame);
  }

  function onAnswerFrame(frame: Extract<ChildFrame, { kind: 'part' | 'result' | 'error' }>): void {
    const pending = calls.get(frame.id);
    // Of a call that was cancelled: its caller has gone on.
    if (!pending) return;
    if (frame.kind === 'part') {
      try {
        pending.onPart?.(frame.value);
      } catch (error) {
        settle(frame.id)?.reject(error);
        handle?.send({ kind: 'cancel', id: frame.id });
      }
      return;
    }
    hooks.onAnswered();
    settle(frame.id);
    if (frame.kind === 'result') pending.resolve(frame.value);
    else pending.reject(fromErrorBody(frame.error));
  }

  function cancel(id: number, reason: unknown): void {
    const pending = settle(id);
    if (!pending) return;
    pending.reject(reason);
    if (definition.cancellation === 'terminate') return end({ kind: 'collateral', because: `${pending.method} was cancelled` });
    handle?.send({ kind: 'cancel', id });
    const askedAt = performance.now();
    setTimeout(() => {
      if (lastFrameAt < askedAt) end({ kind: 'silent', method: pending.method, afterMs: SILENT_AFTER_CANCEL_MS });
    }, SILENT_AFTER_CANCEL_MS).unref();
  }

  function timedOut(id: number, afterMs: number): void {
    const pending = settle(id);
    if (!pending) return;
    pending.reject(describe(pending.method, { kind: 'timeout', afterMs }));
    end({ kind: 'collateral', because: `${pending.method} took longer than ${afterMs / 1000} s` });
  }

  function call(method: string, params: unknown, options: CallOptions): Promise<unknown> {
    const id = nextId++;
    return new Promise((resolve, reject) => {
      if (ending) return reject(describe(method, ending));
      if (options.signal?.aborted) return reject(options.signal.reason);
      const onAbort = (): void => cancel(id, options.signal?.reason);
      const timeoutMs = options.timeoutMs ?? definition.callTimeoutMs;
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => timedOut(id, timeoutMs), timeoutMs);
      const release = (): void => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
      };
      options.signal?.addEventListener('abort', onAbort, { once: true });
      calls.set(id, { method, resolve, reject, onPart: options.onPart, release });
      try {
        handle?.send({ kind: 'request', id, method, params });
      } catch (error) {
        settle(id)?.reject(new AppError('INTERNAL', `The parameters of ${definition.id}.${method} cannot be sent to its process`, { cause: error }));
      }
    });
  }

  async function stop(): Promise<void> {
    if (ending || !handle) {
      end({ kind: 'stopped' });
      return exited.promise;
    }
    ending = { kind: 'stopped' };
    hooks.onEnding(ending);
    rejectAll(ending);
    handle.send({ kind: 'exit' });
    const killer = setTimeout(() => handle?.kill(), STOP_BUDGET_MS);
    await exited.promise;
    clearTimeout(killer);
  }

  hooks
    .launch(
      definition,
      {
        onFrame,
        onExit,
        onLine: (line) => {
          lastLines.push(line);
          if (lastLines.length > LAST_LINES) lastLines.shift();
          log.debug(`${definition.id}: ${line}`);
        },
        onGarbage: (reason, fatal) => {
          log.warn(`${definition.id}: bytes that are no frame: ${reason}`);
          if (fatal) end({ kind: 'garbage', reason });
        },
      },
    )
    .then(
      (started) => {
        handle = started;
        if (ending) started.kill();
      },
      (error: unknown) => {
        end({ kind: 'not-started', cause: error });
        clearInterval(memoryTimer);
        exited.resolve();
      },
    );

  return {
    ready: ready.promise,
    exited: exited.promise,
    get running() {
      return calls.size;
    },
    get pid() {
      return handle?.pid ?? null;
    },
    get network() {
      return handle?.network ?? 'not-observed';
    },
    get memoryBytes() {
      return memoryBytes;
    },
    call,
    stop,
  };
}
