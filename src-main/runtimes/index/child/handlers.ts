import { hasErrorCode } from '../../../base/appError.ts';
import type { DeepRow, DeepVectors, IndexDocument, IndexLocation, IndexRuntime, SearchRequest, SearchResult } from '../../types.ts';
import type { ChildCall, ChildMethods } from '../../wire.ts';
import { addVectors, countVectors, pendingVectors, sweepVectors } from './deepWork.ts';
import { KnowledgeIndex } from './KnowledgeIndex.ts';
import { placesOf, type PlacesRequest } from './placesOf.ts';
import { pointsOf } from './pointsOf.ts';
import { loadStaticModel, type StaticModel } from './staticModel.ts';
import { searchIndex } from './searchIndex.ts';
import { toIndexError } from './toIndexError.ts';
import { createVectorFiles } from './vectorFiles.ts';
import { dot } from './WordVectors.ts';

interface At {
  readonly at: IndexLocation;
}
interface Some extends At {
  readonly documentIds: readonly string[];
}
interface Deep extends At {
  readonly deep: DeepVectors;
}

/** Each folder once, always in the same order: two sweeps never wait for each other. */
function inOrder(places: readonly IndexLocation[]): IndexLocation[] {
  return [...new Map(places.map((place) => [place.folder, place])).values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The methods of the index child, named as in IndexRuntime; each takes one object. Owns the open indexes, one a folder. */
export function createIndexHandlers(): ChildMethods & Record<keyof IndexRuntime, unknown> {
  const open = new Map<string, Promise<KnowledgeIndex>>();
  /** 33 MB each: shared by the indexes that use it. */
  const models = new Map<string, StaticModel>();
  const vectorFiles = createVectorFiles();

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
    return KnowledgeIndex.open(at, model, vectorFiles);
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

  /** Runs on several open indexes; each one's errors name its own folder. */
  function onAll<T>(places: readonly IndexLocation[], work: (indexes: readonly KnowledgeIndex[]) => Promise<T>, opened: readonly KnowledgeIndex[] = []): Promise<T> {
    const next = places[opened.length];
    return next === undefined ? work(opened) : on(next, (index) => onAll(places, work, [...opened, index]));
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
    pendingVectors: ({ at, deep, limit }: Deep & { limit: number }, call?: ChildCall) => on(at, (index) => pendingVectors(index, deep, { limit, signal: call?.signal })),
    addVectors: ({ at, deep, rows }: Deep & { rows: readonly DeepRow[] }) => on(at, (index) => addVectors(index, deep, rows)),
    countVectors: ({ at, deep }: Deep, call?: ChildCall) => on(at, (index) => countVectors(index, deep, call?.signal)),
    sweepVectors: ({ at, deep }: { at: readonly IndexLocation[]; deep: DeepVectors }) => onAll(inOrder(at), (indexes) => sweepVectors(indexes, deep)),
    placesOf: ({ at, request, chunkIds }: At & { request: PlacesRequest; chunkIds: readonly string[] }) => on(at, (index) => placesOf(index, request, chunkIds)),
    points: ({ at, deep, most }: At & { deep: DeepVectors | null; most: number }) => on(at, (index) => pointsOf(index, deep, most)),
    close: ({ at }: At) => close(at.folder),
  };
}
