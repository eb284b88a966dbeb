import { expect, it } from 'vitest';
import { createProgressMeter } from '../../../src-main/jobs/progressMeter.ts';
import { fakeClock } from '../../helpers/fakeClock.ts';

const files = (done: number, total: number | null = 1_000) => ({ done, total, unit: 'files' as const, now: 'a.md' });

it('knows no rate before half a second and no time left before three', () => {
  const clock = fakeClock();
  const measure = createProgressMeter(() => clock.monotonicMs());
  expect(measure(files(0))).toEqual({ ...files(0), rate: null, leftMs: null });
  clock.advance(400);
  expect(measure(files(40)).rate).toBeNull();
  clock.advance(600);
  expect(measure(files(100))).toEqual({ ...files(100), rate: 100, leftMs: null });
  clock.advance(2_000);
  expect(measure(files(300))).toEqual({ ...files(300), rate: 100, leftMs: 7_000 });
});

it('follows a change of speed within its window', () => {
  const clock = fakeClock();
  const measure = createProgressMeter(() => clock.monotonicMs());
  let done = 0;
  for (let second = 0; second < 20; second += 1) {
    measure(files(done));
    clock.advance(1_000);
    done += 100;
  }
  for (let second = 0; second < 12; second += 1) {
    measure(files(done));
    clock.advance(1_000);
    done += 10;
  }
  expect(measure(files(done)).rate).toBeCloseTo(10, 5);
});

it('begins again when the unit changes or the count goes back', () => {
  const clock = fakeClock();
  const measure = createProgressMeter(() => clock.monotonicMs());
  measure(files(0));
  clock.advance(1_000);
  expect(measure(files(50)).rate).toBe(50);
  clock.advance(1_000);
  expect(measure({ ...files(60), unit: 'chunks' }).rate).toBeNull();
  clock.advance(1_000);
  expect(measure({ ...files(5), unit: 'chunks' }).rate).toBeNull();
});

it('promises no time left when nothing moves or the total is unknown', () => {
  const clock = fakeClock();
  const measure = createProgressMeter(() => clock.monotonicMs());
  measure(files(5));
  clock.advance(4_000);
  expect(measure(files(5))).toMatchObject({ rate: 0, leftMs: null });
  expect(measure(files(9, null)).leftMs).toBeNull();
});

it('is not moved by a jump of wall time', () => {
  const clock = fakeClock();
  const measure = createProgressMeter(() => clock.monotonicMs());
  measure(files(0));
  clock.advance(1_000);
  clock.setWall(0);
  expect(measure(files(100)).rate).toBe(100);
});
