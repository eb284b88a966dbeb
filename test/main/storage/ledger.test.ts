import { expect, it } from 'vitest';
import { closeAbandonedCalls, closeCall, countCalls, listCalls, openCall } from '../../../src-main/storage/ledger.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';

leakCheck();

const asked = { atMs: 1_000, by: 'models', target: 'https://example.test:443', outcome: 'open' as const, reason: null };

it('keeps every call from before its first byte to its end, newest first, and counts what was refused apart', async () => {
  const database = await openTestDatabase({ kind: 'user' });
  const opened = await database.run(openCall, asked);
  expect(opened).toEqual({ ...asked, sequence: 1, sentBytes: 0, receivedBytes: 0, durationMs: null });
  const refused = await database.run(openCall, { ...asked, outcome: 'refused', reason: 'Offline' });
  const closed = await database.run(closeCall, { sequence: 1, outcome: 'done', sentBytes: 10, receivedBytes: 2_000, durationMs: 12.5, reason: null });
  expect(closed).toEqual({ ...opened, outcome: 'done', sentBytes: 10, receivedBytes: 2_000, durationMs: 12.5 });
  expect(await database.run(listCalls, { limit: 10 })).toEqual([refused, closed]);
  expect(await database.run(listCalls, { limit: 1 })).toEqual([refused]);
  expect(await database.run(countCalls, { afterSequence: 0 })).toEqual({ calls: 1, refused: 1 });
  expect(await database.run(countCalls, { afterSequence: 1 })).toEqual({ calls: 0, refused: 1 });
  await database.close();
});

it('ends a call once, and at the start those that a killed process left open', async () => {
  const database = await openTestDatabase({ kind: 'user' });
  await database.run(openCall, asked);
  await database.run(openCall, asked);
  const end = { sequence: 1, outcome: 'cancelled' as const, sentBytes: 0, receivedBytes: 0, durationMs: 1, reason: null };
  expect((await database.run(closeCall, end))?.outcome).toBe('cancelled');
  expect(await database.run(closeCall, { ...end, outcome: 'done' })).toBeNull();
  expect(await database.run(closeAbandonedCalls, null)).toBe(1);
  expect((await database.run(listCalls, { limit: 1 }))[0]).toMatchObject({ sequence: 2, outcome: 'failed', reason: 'Lathe ended during the call' });
  await database.close();
});
