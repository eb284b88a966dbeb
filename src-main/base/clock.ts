/** The two clocks. Wall time is for showing and storing; order comes from sequence numbers, durations from the monotonic clock. */
export interface Clock {
  /** UTC milliseconds since 1970. May jump either way. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};
