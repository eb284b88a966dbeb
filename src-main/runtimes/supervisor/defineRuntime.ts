export interface RuntimeDefinition {
  /** `llama`, `parse` …; names the process in messages, logs and `doctor`. */
  readonly id: string;
  /** The child's entry file: runtimeEntry(id). */
  readonly entry: URL;
  /**
   * How an aborted signal reaches the child.
   * `cooperative`: the child is told, the caller goes on at once; a child that then stays silent is killed.
   * `terminate`: the process is killed, for native calls that cannot be interrupted.
   */
  readonly cancellation: 'cooperative' | 'terminate';
  readonly startTimeoutMs: number;
  /** The process is stopped after this long without a call; 0 = never. */
  readonly idleStopMs: number;
  /** Most that JavaScript objects may take; V8 collects the sooner the smaller it is. Native memory does not count. */
  readonly heapLimitBytes?: number;
  /** Resident memory above which the process is killed. */
  readonly memoryLimitBytes?: number;
  /** Wall time of one call when the call itself gives none. */
  readonly callTimeoutMs?: number;
  /** Processes of a pool; each runs one call at a time. */
  readonly poolSize?: number;
  /**
   * What counts towards the circuit. `starts`: only failed starts, for runtimes whose input is hostile
   * (three bad documents must not stop the rest). `starts-and-exits`: deaths during a call as well.
   */
  readonly circuitCounts?: 'starts' | 'starts-and-exits';
}

/** Checks a definition where it is written, so that a wrong figure fails at start and not in the middle of a call. */
export function defineRuntime(definition: RuntimeDefinition): RuntimeDefinition {
  const positive = { startTimeoutMs: definition.startTimeoutMs, memoryLimitBytes: definition.memoryLimitBytes, callTimeoutMs: definition.callTimeoutMs, poolSize: definition.poolSize };
  for (const [name, value] of Object.entries(positive)) {
    if (value !== undefined && !(value > 0)) throw new RangeError(`Expected ${name} of runtime "${definition.id}" to be above 0 but got ${value}`);
  }
  return Object.freeze({ ...definition });
}
