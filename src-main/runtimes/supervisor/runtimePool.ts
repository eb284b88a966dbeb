import type { RuntimeFacts } from '#contract/system.ts';
import type { CallOptions } from './generation.ts';
import type { RuntimeProcess } from './runtimeProcess.ts';

/** Several processes of one kind; each runs one call at a time, so a death takes exactly one call with it. */
export interface RuntimePool {
  call(method: string, params: unknown, options?: CallOptions): Promise<unknown>;
  stop(): Promise<void>;
  /** Ends the processes that have nothing to do, and with them the memory that they hold; the next call starts one. */
  rest(): Promise<void>;
  facts(): RuntimeFacts[];
  readonly size: number;
}

interface Waiter {
  readonly give: (process: RuntimeProcess) => void;
}

export function createRuntimePool(processes: readonly RuntimeProcess[]): RuntimePool {
  const free = [...processes];
  const waiters: Waiter[] = [];

  function take(signal: AbortSignal | undefined): Promise<RuntimeProcess> {
    const process = free.shift();
    if (process) return Promise.resolve(process);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiters.splice(waiters.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        give: (given) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(given);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiters.push(waiter);
    });
  }

  function giveBack(process: RuntimeProcess): void {
    const waiter = waiters.shift();
    if (waiter) waiter.give(process);
    // In front: a warm process is used again before a cold one is started.
    else free.unshift(process);
  }

  return {
    size: processes.length,
    async call(method, params, options = {}) {
      options.signal?.throwIfAborted();
      const process = await take(options.signal);
      try {
        return await process.call(method, params, options);
      } finally {
        giveBack(process);
      }
    },
    async stop() {
      await Promise.all(processes.map((process) => process.stop()));
    },
    async rest() {
      // Nobody is given a process that is just ending.
      const idle = free.splice(0);
      await Promise.all(idle.map((process) => process.stop().finally(() => giveBack(process))));
    },
    facts: () => processes.map((process) => process.facts()),
  };
}
