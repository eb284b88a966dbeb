import type { IndexDocument, IndexLocation, IndexRuntime, SearchRequest, SearchResult } from '../../types.ts';
import type { ChildMethods } from '../../wire.ts';
import { hasErrorCode } from '../../../base/appError.ts';
import { indexError } from './indexError.ts';
import { KnowledgeIndex } from './KnowledgeIndex.ts';
import { searchIndex } from './searchIndex.ts';

interface At {
  readonly at: IndexLocation;
}

/** The methods of the index child, named as in IndexRuntime; each takes one object. Owns the open indexes, one a folder. */
export function createIndexHandlers(): ChildMethods & Record<keyof IndexRuntime, unknown> {
  const open = new Map<string, Promise<KnowledgeIndex>>();

  function use(at: IndexLocation): Promise<KnowledgeIndex> {
    const known = open.get(at.folder);
    if (known) return known;
    const opening = KnowledgeIndex.open(at);
    open.set(at.folder, opening);
    opening.catch(() => open.delete(at.folder));
    return opening;
  }

  const methods = {
    documents: async ({ at }: At) => [...(await use(at)).documents.values()].map(({ documentId, chunks }) => ({ documentId, chunks })),
    add: async ({ at, documents }: At & { documents: readonly IndexDocument[] }): Promise<void> => (await use(at)).add(documents),
    publish: async ({ at, documentIds }: At & { documentIds: readonly string[] }): Promise<void> => (await use(at)).setVisible(documentIds, true),
    hide: async ({ at, documentIds }: At & { documentIds: readonly string[] }): Promise<void> => (await use(at)).setVisible(documentIds, false),
    remove: async ({ at, documentIds }: At & { documentIds: readonly string[] }): Promise<void> => (await use(at)).remove(documentIds),
    optimize: async ({ at }: At): Promise<void> => (await use(at)).optimize(),
    search: async ({ at, request }: At & { request: SearchRequest }): Promise<SearchResult> => searchIndex(await use(at), request),
    similarity: async ({ at, texts, others }: At & { texts: readonly string[]; others: readonly string[] }): Promise<Float32Array> => {
      const { model } = await use(at);
      const left = texts.map((text) => model.embed(text));
      const right = others.map((text) => model.embed(text));
      return Float32Array.from(left.flatMap((a) => right.map((b) => a.reduce((sum, value, d) => sum + value * (b[d] as number), 0))));
    },
    close: async ({ at }: At): Promise<void> => {
      const opening = open.get(at.folder);
      open.delete(at.folder);
      if (opening) (await opening).close();
    },
  };

  /** Every error of the stores leaves here as one of ours; an index that cannot be read is not kept open. */
  function guarded<P extends At, R>(run: (params: P) => Promise<R>): (params: P) => Promise<R> {
    return (params) =>
      run(params).catch((thrown: unknown) => {
        const error = indexError(thrown, params.at.folder);
        if (hasErrorCode(error, 'INDEX_DAMAGED')) open.delete(params.at.folder);
        throw error;
      });
  }
  const entries = Object.entries(methods).map(([name, run]) => [name, guarded(run as (params: At) => Promise<unknown>)] as const);
  return Object.fromEntries(entries) as unknown as ChildMethods & Record<keyof IndexRuntime, unknown>;
}
