import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StreamEvent } from '#contract/events.ts';
import { followEvents, readLines } from '../../../src-renderer/client/eventStream.ts';

const encoder = new TextEncoder();
const bodyOf = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const event = (sequence: number): StreamEvent => ({ epoch: 'e1', sequence, projectId: null, topic: 'models.changed', payload: { topic: 'models.changed' } });

afterEach(() => vi.useRealTimers());

describe('the event stream', () => {
  it('reads the same lines wherever the bytes are cut', async () => {
    const text = encoder.encode('["ä"]\n[]\n["🙂"]');
    for (let cut = 0; cut <= text.length; cut += 1) {
      const lines: string[] = [];
      await readLines(bodyOf(text.slice(0, cut), text.slice(cut)), (line) => lines.push(line));
      expect(lines, `cut at ${cut}`).toEqual(['["ä"]', '[]', '["🙂"]']);
    }
  });

  it('takes up again after the last event that it saw, and says when the connection is lost', async () => {
    const asked: string[] = [];
    const seen: number[] = [];
    const states: string[] = [];
    const answers = [[event(1), event(2)], [event(3)]];
    let stop = (): void => undefined;
    await new Promise<void>((resolve) => {
      stop = followEvents(
        {
          origin: 'http://lathe',
          token: 't',
          fetch: async (input) => {
            asked.push(new URL(String(input)).search);
            const batch = answers.shift();
            if (batch === undefined) {
              resolve();
              throw new TypeError('gone');
            }
            return new Response(`${JSON.stringify(batch)}\n`);
          },
        },
        { projectId: 'p', onEvents: (events) => seen.push(...events.map(({ sequence }) => sequence)), onState: (state) => states.push(state) },
      );
    });
    stop();
    expect(seen).toEqual([1, 2, 3]);
    expect(asked).toEqual(['?projectId=p', '?projectId=p&epoch=e1&after=2', '?projectId=p&epoch=e1&after=3']);
    expect(states).toContain('lost');
  });

  it('tells the window when its token is no longer known', async () => {
    const refused = await new Promise<boolean>((resolve) => {
      const stop = followEvents(
        { origin: 'http://lathe', token: 't', fetch: async () => new Response('{}', { status: 401 }), onUnauthorized: () => { stop(); resolve(true); } },
        { projectId: 'p', onEvents: () => undefined, onState: () => undefined },
      );
    });
    expect(refused).toBe(true);
  });
});
