import type { EventPayload, StreamEvent } from '#contract/events.ts';

const RING_SIZE = 16_384;
const COALESCE_MS = 16;
const MAX_EVENTS_A_LINE = 2_048;

export interface EventStream {
  publish(projectId: string | null, payload: EventPayload): void;
  /** NDJSON: one array of events a line. A reader that fell behind the ring, or names another epoch, is told to re-read. */
  open(at: { epoch: string | null; after: number | null; projectId: string | null; signal: AbortSignal }): ReadableStream<Uint8Array>;
  readonly readers: number;
}

/**
 * Owns the order of events. A bounded ring of the last events serves every reader by its own cursor:
 * memory does not grow with slow readers, and nothing is copied for each of them.
 */
export function createEventStream(epoch: string): EventStream {
  const ring: StreamEvent[] = [];
  let first = 1;
  let waiting = new Set<() => void>();
  let readers = 0;

  const last = (): number => first + ring.length - 1;

  function publish(projectId: string | null, payload: EventPayload): void {
    ring.push({ epoch, sequence: last() + 1, projectId, topic: payload.topic, payload });
    if (ring.length > RING_SIZE * 2) {
      first += RING_SIZE;
      ring.splice(0, RING_SIZE);
    }
    const wake = waiting;
    waiting = new Set();
    for (const go of wake) go();
  }

  const reread = (sequence: number): StreamEvent => ({ epoch, sequence, projectId: null, topic: 'stream.reread', payload: null });

  function take(cursor: number, projectId: string | null): { events: StreamEvent[]; cursor: number } {
    if (cursor < first - 1) return { events: [reread(last())], cursor: last() };
    const until = Math.min(last(), cursor + MAX_EVENTS_A_LINE);
    const events = ring
      .slice(cursor - first + 1, until - first + 1)
      .filter((event) => projectId === null || event.projectId === null || event.projectId === projectId);
    return { events, cursor: until };
  }

  function open({ epoch: known, after, projectId, signal }: Parameters<EventStream['open']>[0]): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const resumes = known === epoch && after !== null && after <= last();
    let cursor = resumes ? after : last();
    let greeted = false;
    const closed = new AbortController();
    const ended = AbortSignal.any([signal, closed.signal]);

    function nextEvent(): Promise<void> {
      return new Promise((resolve) => {
        if (cursor < last() || ended.aborted) return resolve();
        const go = (): void => {
          ended.removeEventListener('abort', go);
          waiting.delete(go);
          resolve();
        };
        waiting.add(go);
        ended.addEventListener('abort', go, { once: true });
      });
    }

    readers += 1;
    ended.addEventListener('abort', () => { readers -= 1; }, { once: true });
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (!greeted) {
            greeted = true;
            controller.enqueue(encoder.encode(`${JSON.stringify(resumes ? [] : [reread(cursor)])}\n`));
            return;
          }
          for (;;) {
            await nextEvent();
            if (ended.aborted) return controller.close();
            await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
            const taken = take(cursor, projectId);
            cursor = taken.cursor;
            if (taken.events.length === 0) continue;
            controller.enqueue(encoder.encode(`${JSON.stringify(taken.events)}\n`));
            return;
          }
        },
        cancel: () => closed.abort(),
      },
      { highWaterMark: 1 },
    );
  }

  return { publish, open, get readers() { return readers; } };
}
