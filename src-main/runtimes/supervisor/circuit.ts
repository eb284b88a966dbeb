import { AppError } from '../../base/appError.ts';

const FAILURES_TO_OPEN = 3;
const COOL_DOWN_MS = 60_000;

/** Stops restarting a process that keeps failing. Shared by the processes of one pool. */
export interface Circuit {
  /** Throws RUNTIME_CIRCUIT_OPEN while open; after the cool-down one try is let through. */
  assertClosed(): void;
  failed(reason: string): void;
  worked(): void;
  isOpen(): boolean;
}

export function createCircuit(id: string, monotonicMs: () => number): Circuit {
  let failures = 0;
  let openedAt = 0;
  let lastReason = '';
  const isOpen = (): boolean => failures >= FAILURES_TO_OPEN && monotonicMs() - openedAt < COOL_DOWN_MS;
  return {
    isOpen,
    worked: () => {
      failures = 0;
    },
    failed(reason) {
      failures += 1;
      lastReason = reason;
      openedAt = monotonicMs();
    },
    assertClosed() {
      if (!isOpen()) return;
      const waitS = Math.ceil((COOL_DOWN_MS - (monotonicMs() - openedAt)) / 1000);
      throw new AppError('RUNTIME_CIRCUIT_OPEN', `The ${id} process failed ${failures} times in a row and is not started again for now. Last: ${lastReason}`, {
        hint: `Look at the log for its last lines; it may be tried again in ${waitS} s.`,
        details: { failures, waitS },
      });
    },
  };
}
