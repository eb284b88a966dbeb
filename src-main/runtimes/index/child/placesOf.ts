import type { ChunkPlaces, SearchRequest } from '../../types.ts';
import { cosine } from './deepFeatures.ts';
import { openDeepSearch } from './deepSearch.ts';
import type { DocumentFilter } from './documentFilter.ts';
import { findChunks, type Found } from './findChunks.ts';
import { reciprocal } from './fuse.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import { ranksIn } from './searchIndex.ts';
import { roundSimilarity, type VectorStore } from './vectorStore.ts';

export type PlacesRequest = Omit<SearchRequest, 'limit' | 'trace'>;

/** Keys are below this: SQLite's rows of one index are counted in millions. */
const KEYS = 2 ** 31;

/** Rank of every key in a list, from 1; 0 = not in it. */
type FullRanks = Int32Array;

/**
 * Where chunks stand when every list is read to its end. A place that the search itself gives is given as it is; one further down is where the
 * chunk would stand if lists had no end. `ranked` is its place when it is scored beside the search's candidates.
 */
export async function placesOf(index: KnowledgeIndex, request: PlacesRequest, chunkIds: readonly string[]): Promise<{ places: ChunkPlaces[]; of: number }> {
  const filter = index.filter(request.only);
  const canBeFound = (key: number): boolean => !filter.nothing && index.documentOf(key) !== undefined && !(filter.isHidden?.(key) ?? false);
  const sought = chunkIds.map((chunkId) => {
    const keys = index.text.keysOfId(chunkId).filter((key) => index.documentOf(key) !== undefined);
    const key = keys.find(canBeFound);
    return { chunkId, key, known: key ?? keys[0] };
  });
  const found = await findChunks(index, request, sought.flatMap(({ key }) => key ?? []));
  const deepSearch = request.deep ? await openDeepSearch(index, request.deep) : null;
  const full = filter.nothing ? [] : await fullRanks(index, request, { filter, found });
  const places = sought.map(({ chunkId, key, known }): ChunkPlaces => {
    const chunk = known === undefined ? undefined : index.text.chunk(known);
    const embedded = request.deep ? chunk !== undefined && (deepSearch?.featuresOf(chunk) ?? null) !== null : null;
    const none = { text: null, vector: null, deep: null, fused: null, ranked: null };
    return { chunkId, embedded, ranks: key === undefined ? none : placeOf(key, found, full) };
  });
  const of = index.inOrder().reduce((sum, document) => sum + (canBeFound(document.firstKey) ? document.chunks : 0), 0);
  return { places, of };
}

function placeOf(key: number, found: Found, full: readonly (FullRanks | null)[]): ChunkPlaces['ranks'] {
  const { lists, ranked } = found;
  const given = ranksIn(found)(key);
  const further = (rank: number | null, list: readonly number[], ranks: FullRanks | null | undefined): number | null => rank ?? (ranks?.[key] ? Math.max(list.length + 1, ranks[key]) : null);
  const [text, vector, deep] = full;
  const candidates = new Set(lists.fused);
  const before = ranked.slice(0, Math.max(0, ranked.findIndex(({ chunk }) => chunk.key === key)));
  return {
    text: further(given.text, lists.text, text),
    vector: further(given.vector, lists.vector, vector),
    deep: lists.deep === null ? null : further(given.deep, lists.deep, deep),
    fused: given.fused ?? placeInFusion(key, full, lists.fused.length),
    ranked: given.ranked === null ? null : 1 + before.filter(({ chunk }) => candidates.has(chunk.key)).length,
  };
}

/** Chunks that fusion puts before this one, were every list fused to its end. */
function placeInFusion(key: number, full: readonly (FullRanks | null)[], listed: number): number | null {
  const scoreOf = (at: number): number => full.reduce((sum, ranks) => sum + (ranks?.[at] ? reciprocal(ranks[at]) : 0), 0);
  const own = scoreOf(key);
  if (own === 0) return null;
  let before = 0;
  const end = Math.max(0, ...full.map((ranks) => ranks?.length ?? 0));
  for (let at = 1; at < end; at++) {
    const score = scoreOf(at);
    if (score > own || (score === own && at < key)) before++;
  }
  return Math.max(listed, before) + 1;
}

async function fullRanks(index: KnowledgeIndex, request: PlacesRequest, { filter, found }: { filter: DocumentFilter; found: Found }): Promise<(FullRanks | null)[]> {
  const last = index.inOrder().at(-1);
  const end = last === undefined ? 0 : last.firstKey + last.chunks;
  const { query } = found;
  const text = new Int32Array(end);
  if (query !== '') index.text.matchAll(query, filter.isHidden).forEach((key, at) => (text[key] = at + 1));
  const vector = await ranksBy(index.vectors, index.model.embed(request.question), { end, filter });
  const deep = request.deep && found.lists.deep !== null ? index.deep.opened(request.deep.vectors) : null;
  return [text, vector, deep && request.deep ? await ranksBy(deep.table.store, request.deep.vector, { end, filter }) : null];
}

async function ranksBy(store: VectorStore, question: Float32Array, { end, filter }: { end: number; filter: DocumentFilter }): Promise<FullRanks> {
  // One number holds both: sorted, they are nearest first and equal ones in the order of keys.
  const order = new Float64Array(end);
  let count = 0;
  await store.scan(({ keys, vectors }) => {
    for (let row = 0; row < keys.length; row++) {
      const key = keys[row] as number;
      if (key >= end || filter.isHidden?.(key)) continue;
      const similarity = roundSimilarity(cosine(question, vectors.subarray(row * question.length, (row + 1) * question.length)));
      order[count++] = Math.round((1 - similarity) * 10_000) * KEYS + key;
    }
  });
  const ranks = new Int32Array(end);
  order.subarray(0, count).sort().forEach((packed, at) => (ranks[packed % KEYS] = at + 1));
  return ranks;
}
