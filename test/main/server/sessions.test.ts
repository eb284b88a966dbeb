import { describe, expect, test } from 'vitest';
import { createSessions } from '../../../src-main/server/sessions.ts';
import { fakeClock } from '../../helpers/fakeClock.ts';

const OWNER = 'owner-token-for-tests-0123456789';

describe('one-time codes', () => {
  test('are good for ten minutes by the monotonic clock, and not a moment longer', () => {
    const clock = fakeClock();
    const sessions = createSessions(OWNER, () => clock.monotonicMs());
    const [late, inTime, kept] = [sessions.newCode(), sessions.newCode(), sessions.newCode()];
    clock.advance(10 * 60_000);
    const token = sessions.redeem(inTime) ?? '';
    expect(sessions.accepts(token)).toBe(true);
    clock.advance(1);
    expect(sessions.redeem(late)).toBeNull();
    // A wall clock that is set back must not bring an old link to life.
    clock.setWall(0);
    expect(sessions.redeem(kept)).toBeNull();
    expect(sessions.accepts(token)).toBe(true);
  });

  test('are used up by their first use, and unknown ones are none', () => {
    const sessions = createSessions(OWNER, () => 0);
    const code = sessions.newCode();
    expect(sessions.redeem(code)).not.toBeNull();
    expect(sessions.redeem(code)).toBeNull();
    expect(sessions.redeem('never-made')).toBeNull();
    expect([sessions.accepts(code), sessions.accepts(''), sessions.accepts(OWNER)]).toEqual([false, false, true]);
  });
});
