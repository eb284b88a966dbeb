import { AppError } from '../../../base/appError.ts';
import type { DeepRow, DeepVectors, PendingChunk, VectorCounts } from '../../types.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import type { OpenDeep } from './deepTables.ts';

/** Takes over what the file of vectors knows, some thousand chunks at a time so that searches and additions come between. */
async function takeOver(index: KnowledgeIndex, vectors: DeepVectors, signal?: AbortSignal): Promise<void> {
  let more = true;
  while (more) {
    signal?.throwIfAborted();
    more = await index.exclusively(() => index.deep.run(vectors, ({ table, file }) => table.takeOver(file)));
  }
}

function counts(index: KnowledgeIndex, { table }: OpenDeep): VectorCounts {
  const note = index.deep.takeNote();
  let { done } = table;
  let total = index.chunks;
  // Few: what waits to be shown, and what was deleted and is not purged. Nobody who counts a knowledge base's chunks sees them.
  for (const { visible, firstKey, chunks } of index.inOrder()) {
    if (visible) continue;
    total -= chunks;
    for (let key = firstKey; key < firstKey + chunks; key++) if (table.has(key)) done--;
  }
  return { done, total, ...(note === null ? {} : { note }) };
}

export async function pendingVectors(index: KnowledgeIndex, vectors: DeepVectors, { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal | undefined }): Promise<VectorCounts & { readonly chunks: readonly PendingChunk[] }> {
  await takeOver(index, vectors, signal);
  return index.exclusively(() =>
    index.deep.run(vectors, async (open) => {
      const chunks = [...nextPending(index, open, limit)];
      if (chunks.length === 0) await finish(open);
      return { chunks, ...counts(index, open) };
    }),
  );
}

function* nextPending(index: KnowledgeIndex, { table }: OpenDeep, limit: number): Generator<PendingChunk> {
  const given = new Set<string>();
  for (const shown of [true, false]) {
    for (const { visible, firstKey, chunks } of index.inOrder()) {
      if (visible !== shown) continue;
      for (let key = firstKey; key < firstKey + chunks; key++) {
        if (given.size >= limit) return;
        if (table.has(key)) continue;
        const chunk = index.text.chunk(key);
        const digest = chunk?.digest.toString('hex');
        if (!chunk || digest === undefined || given.has(digest)) continue;
        given.add(digest);
        yield { digest, text: chunk.text };
      }
    }
  }
}

/** Nothing is left to compute: the table gets what waits, its files are merged and its inverted file is built. */
async function finish({ table, file }: OpenDeep): Promise<void> {
  await table.flush(file);
  await table.optimize();
}

/**
 * Takes over what the file of vectors knows; where that is all, the table gets it and searches have their third list: a renamed file, a copy
 * that takes a document's place or a table that was lost needs nothing computed, and so nobody who would see to it.
 */
async function settle<T>(index: KnowledgeIndex, vectors: DeepVectors, { result, signal }: { readonly result: (open: OpenDeep) => T; readonly signal?: AbortSignal | undefined }): Promise<T> {
  await takeOver(index, vectors, signal);
  return index.exclusively(() =>
    index.deep.run(vectors, async (open) => {
      if (open.table.lacksNothing(index.inOrder())) await finish(open);
      return result(open);
    }),
  );
}

export function countVectors(index: KnowledgeIndex, vectors: DeepVectors, signal?: AbortSignal): Promise<VectorCounts> {
  return settle(index, vectors, { result: (open) => counts(index, open), signal });
}

/** The open table for a search, with what the file knows where it was not open before; what came since is taken over behind the search. */
export async function openForSearch(index: KnowledgeIndex, vectors: DeepVectors): Promise<OpenDeep> {
  const known = index.deep.opened(vectors);
  const open = known ?? (await index.exclusively(() => index.deep.run(vectors, (made) => made)));
  if (open.table.isComplete(index.inOrder(), index.revision) || !open.table.isDue(index.revision)) return open;
  const settled = settle(index, vectors, { result: (made) => made });
  if (!known) return settled;
  // Whoever computes vectors next meets the reason.
  settled.catch(() => undefined);
  return known;
}

/** Throws INPUT_INVALID for a vector of another length, or one that is no number: it would be near to everything or to nothing. */
export function addVectors(index: KnowledgeIndex, vectors: DeepVectors, rows: readonly DeepRow[]): Promise<void> {
  for (const { digest, vector } of rows) {
    if (!/^[0-9a-f]{32}$/.test(digest)) throw new AppError('INPUT_INVALID', `Expected a digest of 32 hexadecimal digits but got ${JSON.stringify(digest)}`);
    if (vector.length !== vectors.dimensions) throw new AppError('INPUT_INVALID', `Expected ${vectors.dimensions} dimensions but the vector of ${digest} has ${vector.length}`);
    if (!vector.every(Number.isFinite)) throw new AppError('INPUT_INVALID', `The vector of ${digest} holds values that are no numbers`);
  }
  const stored = rows.map(({ digest, vector, detail }) => ({ digest: Buffer.from(digest, 'hex'), vector, detail }));
  return index.exclusively(() =>
    index.deep.run(vectors, async (open) => {
      await open.table.add(open.file, stored);
      if (open.table.done === index.chunks) await finish(open);
    }),
  );
}

/** Forgets the vectors whose text no chunk of these indexes holds. */
export function sweepVectors(indexes: readonly KnowledgeIndex[], vectors: DeepVectors): Promise<number> {
  const [first, ...others] = indexes;
  if (!first) return Promise.resolve(0);
  const isHeld = (digest: Buffer): boolean => indexes.some((index) => index.text.keysOf(digest).length > 0);
  // Nothing may be added meanwhile whose vector is about to go: every index is held.
  const alone = others.reduceRight<() => Promise<number>>((inner, index) => () => index.exclusively(inner), () => first.deep.run(vectors, ({ file }) => file.sweep(vectors.name, isHeld)));
  return first.exclusively(alone);
}
