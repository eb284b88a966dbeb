import { hasErrorCode } from '../../../base/appError.ts';
import type { IndexDocument, IndexLocation, IndexRuntime, SearchRequest, SearchResult } from '../../types.ts';
import type { ChildCall, ChildMethods } from '../../wire.ts';
import { KnowledgeIndex } from './KnowledgeIndex.ts';
import { loadStaticModel, type StaticModel } from './staticModel.ts';
import { searchIndex } from './searchIndex.ts';
import { toIndexError } from './toIndexError.ts';
import { dot } from './WordVectors.ts';

interface At {
  readonly at: IndexLocation;
}
interface Some extends At {
  readonly documentIds: readonly string[];
}

/** The methods of the index child, named as in IndexRuntime; each takes one object. Owns the open indexes, one a folder. */
export function createIndexHandlers(): ChildMethods & Partial<Record<keyof IndexRuntime, unknown>> {
  const open = new Map<string, Promise<KnowledgeIndex>>();
  /** 33 MB each: shared by the indexes that use it. */
  const models = new Map<string, StaticModel>();

  function use(at: IndexLocation): Promise<KnowledgeIndex> {
    const known = open.get(at.folder);
    if (known) return known;
    const opening = openIndex(at);
    open.set(at.folder, opening);
    return opening;
  }

  async function openIndex(at: IndexLocation): Promise<KnowledgeIndex> {
    const model = models.get(at.staticModelFolder) ?? loadStaticModel(at.staticModelFolder);
    models.set(at.staticModelFolder, model);
    return KnowledgeIndex.open(at, model);
  }

  /** Runs on the open index. One that turns out damaged is let go of, so that its folder can be replaced. */
  async function on<T>(at: IndexLocation, work: (index: KnowledgeIndex) => T | Promise<T>): Promise<T> {
    try {
      return await work(await use(at));
    } catch (thrown) {
      const error = toIndexError(thrown, at.folder);
      if (hasErrorCode(error, 'INDEX_DAMAGED') || hasErrorCode(error, 'DATABASE_NEWER')) await close(at.folder);
      else await forgetFailedOpening(at.folder);
      throw error;
    }
  }

  async function forgetFailedOpening(folder: string): Promise<void> {
    const opened = await open.get(folder)?.then(() => true, () => false);
    if (opened === false) open.delete(folder);
  }

  async function close(folder: string): Promise<void> {
    const opening = open.get(folder);
    open.delete(folder);
    const index = await opening?.catch(() => undefined);
    await index?.close();
  }

  return {
    documents: ({ at }: At) => on(at, (index) => [...index.documents.values()].map(({ documentId, chunks }) => ({ documentId, chunks }))),
    add: ({ at, documents }: At & { documents: readonly IndexDocument[] }, call?: ChildCall) => {
      call?.signal.throwIfAborted();
      return on(at, (index) => index.add(documents));
    },
    publish: ({ at, documentIds }: Some) => on(at, (index) => index.setVisible(documentIds, true)),
    hide: ({ at, documentIds }: Some) => on(at, (index) => index.setVisible(documentIds, false)),
    remove: ({ at, documentIds }: Some) => on(at, (index) => index.remove(documentIds)),
    optimize: ({ at }: At) => on(at, (index) => index.optimize()),
    compact: ({ at }: At) => on(at, (index) => index.compact()),
    search: ({ at, request }: At & { request: SearchRequest }): Promise<SearchResult> => on(at, (index) => searchIndex(index, request)),
    similarity: ({ at, texts, others }: At & { texts: readonly string[]; others: readonly string[] }) =>
      on(at, ({ model }) => {
        const right = others.map((text) => model.embed(text));
        return Float32Array.from(texts.map((text) => model.embed(text)).flatMap((left) => right.map((vector) => dot(left, vector))));
      }),
    close: ({ at }: At) => close(at.folder),
  };
}
