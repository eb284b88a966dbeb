import type { Clock } from '../../src-main/base/clock.ts';

export interface FakeClock extends Clock {
  /** Moves both clocks. */
  advance(ms: number): void;
  /** Moves wall time only, as a correction of the system clock does. */
  setWall(nowMs: number): void;
}

export function fakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let wallMs = startMs;
  let monotonicMs = 1_000;
  return {
    now: () => wallMs,
    monotonicMs: () => monotonicMs,
    advance: (ms) => {
      wallMs += ms;
      monotonicMs += ms;
    },
    setWall: (nowMs) => {
      wallMs = nowMs;
    },
  };
}
