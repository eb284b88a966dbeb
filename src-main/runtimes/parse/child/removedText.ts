import { AsyncLocalStorage } from 'node:async_hooks';

/** Text that cleaning took out of a document. */
export interface RemovedText {
  /** As in the parsed document's `removed`. */
  readonly reason: string;
  readonly text: string;
}

const kept = new AsyncLocalStorage<RemovedText[]>();

/** Runs one reading and keeps what cleaning takes out of it; without this nothing of it is kept, and it costs nothing. */
export async function keepingRemoved<T>(read: () => Promise<T>): Promise<{ result: T; removed: RemovedText[] }> {
  const removed: RemovedText[] = [];
  return { result: await kept.run(removed, read), removed };
}

/** Told by whatever takes text out. */
export function noteRemoved(reason: string, text: string): void {
  const list = kept.getStore();
  if (!list || text === '') return;
  const last = list.at(-1);
  // What comes in pieces is one text: a quote may run over their borders.
  if (last?.reason === reason) list[list.length - 1] = { reason, text: `${last.text}\n${text}` };
  else list.push({ reason, text });
}
