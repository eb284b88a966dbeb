import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';

const waiting = new WeakSet<Query>();

/**
 * Reads what lies under `queryKey` again. A read that is on its way may have been answered before the event that asks for this one:
 * it is let finish (cancelling it at every event would starve a slow one) and followed by one more.
 */
export function rereadQueries(queries: QueryClient, queryKey: QueryKey): void {
  const busy = rereadAfterFetch(queries, queryKey);
  void queries.invalidateQueries({ queryKey, predicate: (query) => !busy.includes(query) });
}

/** Marks the reads under `queryKey` that are on their way for one more; returns them. */
export function rereadAfterFetch(queries: QueryClient, queryKey: QueryKey): readonly Query[] {
  const cache = queries.getQueryCache();
  const busy = cache.findAll({ queryKey, fetchStatus: 'fetching' });
  for (const query of busy) {
    if (waiting.has(query)) continue;
    waiting.add(query);
    const stop = cache.subscribe((event) => {
      if (event.query !== query || (event.type !== 'removed' && query.state.fetchStatus === 'fetching')) return;
      stop();
      waiting.delete(query);
      if (event.type !== 'removed') void queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    });
  }
  return busy;
}
