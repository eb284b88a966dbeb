import type { ErrorBody } from '#contract/errors.ts';

/**
 * Frames between the supervisor and a child process. Closed unions, sent over a pipe by framePipe.ts
 * (typed arrays travel as they are). `utilityProcess` carries the same frames behind the same Port.
 */
export type ParentFrame =
  | { kind: 'request'; id: number; method: string; params: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'exit' };

export type ChildFrame =
  | { kind: 'ready'; methods: readonly string[] }
  | { kind: 'part'; id: number; value: unknown }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: ErrorBody }
  | { kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string };

/** What a method in a child is given beside its parameters. */
export interface ChildCall {
  /** Fires when the caller cancelled or went away. */
  readonly signal: AbortSignal;
  /** Sends one part of a streamed answer (progress, tokens). */
  part(value: unknown): void;
}

/** The methods that a child serves: plain parameters in, plain value out. */
export type ChildMethods = Readonly<Record<string, (params: never, call: ChildCall) => unknown>>;
