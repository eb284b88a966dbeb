import type { StreamEvent } from '#contract/events.ts';
import { EVENTS_PATH, TOKEN_HEADER } from '#contract/router.ts';
import type { ConnectionOptions } from './createApi.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost';

export interface EventStreamListeners {
  /** Events of other projects are left out by the owner. */
  readonly projectId: string;
  onEvents(events: readonly StreamEvent[]): void;
  onState(state: ConnectionState): void;
}

const RETRY_MS = [250, 500, 1000, 2000, 5000];

/**
 * Owns the one event stream of this window: NDJSON, one array of events a line. Reconnects from the last event seen;
 * the owner answers with `stream.reread` when that is no longer possible. Does not interpret events.
 */
export function followEvents(options: ConnectionOptions, listeners: EventStreamListeners): () => void {
  const stopped = new AbortController();
  let position: { epoch: string; after: number } | null = null;
  let failures = 0;

  const take = (line: string): void => {
    if (line.trim() === '') return;
    const events: readonly StreamEvent[] = JSON.parse(line);
    const last = events.at(-1);
    if (last !== undefined) position = { epoch: last.epoch, after: last.sequence };
    failures = 0;
    listeners.onEvents(events);
  };

  const once = async (): Promise<void> => {
    const query = new URLSearchParams({ projectId: listeners.projectId, ...(position === null ? {} : { epoch: position.epoch, after: String(position.after) }) });
    const response = await options.fetch(`${options.origin}${EVENTS_PATH}?${query.toString()}`, {
      headers: { [TOKEN_HEADER]: `Bearer ${options.token}` },
      signal: stopped.signal,
    });
    if (response.status === 401) options.onUnauthorized?.();
    if (!response.ok || response.body === null) throw new Error(`Event stream refused with HTTP ${response.status}`);
    listeners.onState('open');
    await readLines(response.body, take);
  };

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      listeners.onState(failures === 0 ? 'connecting' : 'lost');
      await once().catch((error: unknown) => {
        if (!stopped.signal.aborted) console.warn('Event stream ended:', error);
      });
      failures += 1;
      if (!stopped.signal.aborted) await wait(RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? 5000, stopped.signal);
    }
  };
  void run();
  return () => stopped.abort();
}

/** Calls `take` for every complete line of a byte stream, whatever the chunk borders. */
export async function readLines(body: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  }
  if (rest !== '') take(rest);
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
