import { setTimeout as delay } from 'node:timers/promises';
import { EVENTS_PATH } from '#contract/router.ts';
import type { Handle } from '../server/handler.ts';

/** An attached command that has just ended closes its stream within this. */
const MOMENT_MS = 1_000;

export interface ActiveRequests {
  readonly handle: Handle;
  /**
   * Resolves when nobody waits for an answer or listens to events: an attached command holds its stream until it is done.
   * `onWait` is told once when that takes longer than a moment.
   */
  idle(onWait: () => void): Promise<void>;
  /** Resolves when nobody waits for an answer, streams of events aside, or after `limitMs`: a tab holds its stream for ever. */
  drain(limitMs: number): Promise<void>;
}

/** Counts the requests of other processes, so that an owner is not pulled away from under them. */
export function countActive(handle: Handle): ActiveRequests {
  let answers = 0;
  let streams = 0;

  function begin(request: Request): () => void {
    const isStream = new URL(request.url).pathname === EVENTS_PATH;
    if (isStream) streams += 1;
    else answers += 1;
    return () => {
      if (isStream) streams -= 1;
      else answers -= 1;
    };
  }

  return {
    handle: async (request) => {
      const done = begin(request);
      const response = await handle(request);
      if (response.body) return new Response(whenRead(response.body, done), response);
      done();
      return response;
    },
    async idle(onWait) {
      const timer = setTimeout(onWait, MOMENT_MS);
      while (answers + streams > 0) await delay(50);
      clearTimeout(timer);
    },
    async drain(limitMs) {
      const until = performance.now() + limitMs;
      while (answers > 0 && performance.now() < until) await delay(50);
    },
  };
}

/** The same stream; `done` is told once, when it was read to its end or given up. */
function whenRead(body: ReadableStream<Uint8Array>, done: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await reader.read().catch((error: unknown) => {
        done();
        throw error;
      });
      if (!next.done) return controller.enqueue(next.value);
      done();
      controller.close();
    },
    async cancel(reason) {
      done();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
