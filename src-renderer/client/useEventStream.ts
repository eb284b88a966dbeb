import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useConnection, useProjectId } from './ApiContext.tsx';
import { applyEvents } from './applyEvents.ts';
import { type ConnectionState, followEvents } from './eventStream.ts';
import { rereadQueries } from './rereadQueries.ts';

/** Counts are read again at most this often, however fast events arrive. */
const REREAD_MS = 400;

/** Follows the owner's events for as long as the window lives. Mount once. */
export function useEventStream(): ConnectionState {
  const { options, answerTexts } = useConnection();
  const queries = useQueryClient();
  const projectId = useProjectId();
  const [state, setState] = useState<ConnectionState>('connecting');
  // Outside system: the event stream of the owner process.
  useEffect(() => {
    const stale = new Map<string, readonly unknown[]>();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const flush = (): void => {
      timer = null;
      const keys = [...stale.values()];
      stale.clear();
      for (const queryKey of keys) rereadQueries(queries, queryKey);
    };
    const stop = followEvents(options, {
      projectId,
      onState: setState,
      onEvents: (events) =>
        applyEvents(events, {
          queries,
          answerTexts,
          stale: (key) => {
            stale.set(JSON.stringify(key), key);
            timer ??= setTimeout(flush, REREAD_MS);
          },
        }),
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [options, answerTexts, queries, projectId]);
  return state;
}
