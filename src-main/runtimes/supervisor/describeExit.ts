import { AppError } from '../../base/appError.ts';
import { formatBytes } from '../../base/formatBytes.ts';
import type { ExitFacts } from './launchChild.ts';

/** Why a child takes no more calls. */
export type EndReason =
  | { kind: 'exited' }
  | { kind: 'stopped' }
  | { kind: 'not-started'; cause: unknown }
  | { kind: 'start-timeout'; afterMs: number }
  | { kind: 'timeout'; afterMs: number }
  | { kind: 'memory'; bytes: number; limit: number }
  /** Killed for the sake of another call. */
  | { kind: 'collateral'; because: string }
  | { kind: 'silent'; method: string; afterMs: number }
  | { kind: 'garbage'; reason: string };

export interface ExitStory {
  readonly id: string;
  readonly method: string;
  readonly reason: EndReason;
  readonly exit: ExitFacts;
  readonly memoryBytes: number | null;
  readonly lastLines: readonly string[];
}

/** The one error that a running call gets when its process ends: what happened, with figures, and the next step. */
export function describeExit(story: ExitStory): AppError {
  const { id, method, reason } = story;
  const details = { runtime: id, method, ...story.exit, memoryBytes: story.memoryBytes, lastLines: story.lastLines.slice(-5) };
  switch (reason.kind) {
    case 'timeout':
      return new AppError('RUNTIME_TIMEOUT', `${id}.${method} took longer than ${seconds(reason.afterMs)} and its process was stopped`, { details, hint: 'Try it on a smaller input.' });
    case 'memory':
      return new AppError('RUNTIME_MEMORY', `${id}.${method} needed ${formatBytes(reason.bytes)}, more than the ${formatBytes(reason.limit)} that its process may use, and was stopped`, { details, hint: 'Try it on a smaller input.' });
    case 'start-timeout':
      return new AppError('RUNTIME_START_FAILED', `The ${id} process was not ready after ${seconds(reason.afterMs)}${quoted(story.lastLines)}`, { details, hint: 'Run `doctor`; the log has its last lines.' });
    case 'not-started':
      return new AppError('RUNTIME_START_FAILED', `The ${id} process could not be started: ${reason.cause instanceof Error ? reason.cause.message : String(reason.cause)}`, { details, cause: reason.cause, hint: 'Run `doctor`.' });
    case 'stopped':
      return new AppError('CANCELLED', `The ${id} process was stopped during ${method}`, { details });
    case 'collateral':
      return new AppError('RUNTIME_EXITED', `The ${id} process was stopped because ${reason.because}`, { details, hint: 'Try again.' });
    case 'silent':
      return new AppError('RUNTIME_EXITED', `The ${id} process gave no sign for ${seconds(reason.afterMs)} after ${reason.method} was cancelled and was stopped`, { details, hint: 'Try again: it starts anew.' });
    case 'garbage':
      return new AppError('RUNTIME_EXITED', `The ${id} process sent bytes that Lathe cannot read and was stopped during ${method}`, { details, hint: 'Try again: it starts anew.' });
    case 'exited':
      return exited(story, details);
  }
}

function exited(story: ExitStory, details: Readonly<Record<string, unknown>>): AppError {
  const { id, exit, memoryBytes, method } = story;
  if (method === 'start') {
    return new AppError('RUNTIME_START_FAILED', `The ${id} process ended before it was ready (${how(exit)})${quoted(story.lastLines)}`, { details, hint: 'Run `doctor`; the log has its last lines.' });
  }
  const heapFull = story.lastLines.some((line) => line.includes('heap out of memory') || line.includes('Allocation failed'));
  if (heapFull) return new AppError('RUNTIME_MEMORY', `${id}.${method} ran out of memory${usage(memoryBytes)} and its process ended`, { details, hint: 'Try it on a smaller input.' });
  const suspicion = exit.signal === 'SIGKILL' || exit.signal === 'SIGABRT' ? ', out of memory?' : '';
  return new AppError('RUNTIME_EXITED', `The ${id} process stopped during ${method} (${how(exit)}${suspicion})${usage(memoryBytes)}`, { details, hint: 'Try again: it starts anew.' });
}

function how(exit: ExitFacts): string {
  return exit.signal ? `signal ${exit.signal}` : `exit code ${exit.code ?? 'unknown'}`;
}

function usage(bytes: number | null): string {
  return bytes === null ? '' : `; it last used ${formatBytes(bytes)}`;
}

function quoted(lines: readonly string[]): string {
  const line = lines.findLast((text) => /error/i.test(text)) ?? lines.at(-1);
  return line === undefined ? '' : `: ${line.trim().slice(0, 300)}`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
