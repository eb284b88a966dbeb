import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../../src-main/contract/events.ts';
import { createEventStream, type EventStream } from '../../../src-main/server/eventStream.ts';

/** More than the ring holds at its fullest. */
const MORE_THAN_KEPT = 40_000;

const say = (events: EventStream, count: number): void => {
  for (let at = 0; at < count; at += 1) events.publish(null, { topic: 'models.changed' });
};

interface Reader {
  /** The next line: an array of events. */
  next(): Promise<StreamEvent[]>;
  leave(): Promise<void>;
}

function read(events: EventStream, from: { epoch?: string; after?: number; projectId?: string } = {}): Reader {
  const reader = events.open({ epoch: from.epoch ?? null, after: from.after ?? null, projectId: from.projectId ?? null, signal: new AbortController().signal }).getReader();
  return {
    next: async () => JSON.parse(new TextDecoder().decode((await reader.read()).value)) as StreamEvent[],
    leave: () => reader.cancel(),
  };
}

const sequences = (line: readonly StreamEvent[]): number[] => line.map((event) => event.sequence);

describe('a reader of events', () => {
  test('that comes back with the same epoch gets exactly what it missed', async () => {
    const events = createEventStream('epoch-a');
    say(events, 5);
    const reader = read(events, { epoch: 'epoch-a', after: 3 });
    expect(await reader.next()).toEqual([]);
    expect(sequences(await reader.next())).toEqual([4, 5]);
    await reader.leave();
    expect(events.readers).toBe(0);
  });

  test('that names another epoch is told to read again, and gets nothing that happened before', async () => {
    const events = createEventStream('epoch-b');
    say(events, 5);
    for (const from of [{ epoch: 'epoch-a', after: 3 }, { after: 3 }, { epoch: 'epoch-b', after: 6 }]) {
      const reader = read(events, from);
      expect(await reader.next(), JSON.stringify(from)).toEqual([{ epoch: 'epoch-b', sequence: 5, projectId: null, topic: 'stream.reread', payload: null }]);
      await reader.leave();
    }
    const reader = read(events, { epoch: 'epoch-a', after: 0 });
    await reader.next();
    say(events, 1);
    expect(sequences(await reader.next())).toEqual([6]);
    await reader.leave();
  });

  test('that fell behind the ring is told to read again instead of missing events in silence', async () => {
    const events = createEventStream('epoch-a');
    const reader = read(events, { epoch: 'epoch-a', after: 0 });
    await reader.next();
    say(events, MORE_THAN_KEPT);
    const [told] = await reader.next();
    expect(told).toMatchObject({ topic: 'stream.reread', sequence: MORE_THAN_KEPT });
    say(events, 1);
    expect(sequences(await reader.next())).toEqual([MORE_THAN_KEPT + 1]);
    await reader.leave();

    const late = read(events, { epoch: 'epoch-a', after: 1 });
    expect(await late.next()).toEqual([]);
    expect((await late.next())[0]?.topic).toBe('stream.reread');
    await late.leave();
  });

  test('of one project gets its own events and those of the machine', async () => {
    const events = createEventStream('epoch-a');
    events.publish('mine', { topic: 'project.changed' });
    events.publish('other', { topic: 'project.changed' });
    events.publish(null, { topic: 'settings.changed' });
    const reader = read(events, { epoch: 'epoch-a', after: 0, projectId: 'mine' });
    await reader.next();
    expect(sequences(await reader.next())).toEqual([1, 3]);
    await reader.leave();
  });
});
