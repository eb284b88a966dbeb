import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createIndexHandlers } from '../../../../src-main/runtimes/index/child/handlers.ts';
import type { ChunkPlaces, DeepVectors, IndexDocument, IndexPoints, PendingChunk, SearchRequest, SearchResult } from '../../../../src-main/runtimes/types.ts';
import { because } from '../../../helpers/because.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { filler, sampleDocument } from './sampleDocuments.ts';
import { standinVector } from './standinVectors.ts';

const model = await starterModel('wordllama-l2-supercat-256');

type Call = (params: Record<string, unknown>) => Promise<unknown>;

async function indexOf(...documents: IndexDocument[]) {
  if ('reason' in model) throw new Error(model.reason);
  const handlers = createIndexHandlers() as unknown as Record<string, Call>;
  const root = mkdtempSync(join(temporaryFolder(), 'within-'));
  const at = { folder: join(root, 'index'), staticModelFolder: model.folder };
  const deep: DeepVectors = { file: join(root, 'vectors.db'), name: '0a1b2c3d', dimensions: 16 };
  const call = (method: string, params: Record<string, unknown> = {}): Promise<unknown> => (handlers[method] as Call)({ at, ...params });
  await call('add', { documents });
  await call('publish', { documentIds: documents.map(({ documentId }) => documentId) });
  return {
    deep,
    asks: (about: string) => ({ vectors: deep, vector: standinVector(about, 16), tokens: new Float32Array() }),
    async embedAll() {
      for (;;) {
        const { chunks } = (await call('pendingVectors', { deep, limit: 500 })) as { chunks: PendingChunk[] };
        if (chunks.length === 0) return;
        await call('addVectors', { deep, rows: chunks.map(({ digest, text }) => ({ digest, vector: standinVector(text, 16), detail: null })) });
      }
    },
    call,
    search: async (question: string, request: Partial<SearchRequest> = {}) => (await call('search', { request: { question, limit: 10, ...request } })) as SearchResult,
    places: async (question: string, chunkIds: string[], request: Partial<SearchRequest> = {}) => (await call('placesOf', { request: { question, ...request }, chunkIds })) as { places: ChunkPlaces[]; of: number },
    points: async (from: DeepVectors | null, most: number) => (await call('points', { deep: from, most })) as IndexPoints,
    close: () => call('close'),
  };
}

const MANY = Array.from({ length: 120 }, (_, i) => sampleDocument(`d${i}`, [filler(i, 5), filler(i + 300, 5), filler(i + 600, 5)]));

describe.skipIf('reason' in model)(`a search within some documents${because(model)}`, () => {
  it('finds what is best among them, however many others are better', async () => {
    const wanted = `${filler(1, 3)}Somewhere a zebra is mentioned. ${filler(2, 3)}`;
    const better = Array.from({ length: 400 }, (_, i) => sampleDocument(`better${i}`, [`The zebra crossing number ${i} is striped.`]));
    const index = await indexOf(...better, sampleDocument('wanted', [wanted]), sampleDocument('other', [filler(9, 5)]));
    await index.embedAll();
    const result = await index.search('zebra crossing striped', { only: ['wanted', 'other', 'unknown'], deep: index.asks(wanted) });
    expect(result.passages.map(({ documentId }) => documentId)).toEqual(['wanted', 'other']);
    expect(result.candidates).toMatchObject({ text: 1, vector: 2, deep: 2 });
    const all = await index.search('zebra crossing striped', { only: Array.from({ length: 399 }, (_, i) => `better${i}`) });
    expect(all.passages.length).toBeGreaterThan(0);
    expect(all.passages.every(({ documentId }) => documentId.startsWith('better') && documentId !== 'better399')).toBe(true);
    await index.close();
  });

  it('fills its lists from every second of many documents, in the order in which they stand among all', async () => {
    const index = await indexOf(...Array.from({ length: 700 }, (_, i) => sampleDocument(`d${i}`, [filler(i, 4)])));
    await index.embedAll();
    const only = Array.from({ length: 350 }, (_, i) => `d${i * 2}`);
    const request = { only, deep: index.asks('x') };
    const { trace = [], candidates } = await index.search('the server reads the file', { ...request, trace: true });
    expect(candidates).toMatchObject({ vector: 150, deep: 150 });
    expect(trace.every(({ documentId }) => only.includes(documentId))).toBe(true);
    const { places, of } = await index.places('the server reads the file', only.map((id) => `${id}-0`), request);
    expect(of).toBe(350);
    for (const list of ['vector', 'deep'] as const) expect(places.map(({ ranks }) => ranks[list]).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(only.map((_, at) => at + 1));
    await index.close();
  });

  it('finds nothing among no documents, nor a hidden one that is named', async () => {
    const index = await indexOf(...MANY.slice(0, 5));
    await index.call('hide', { documentIds: ['d0'] });
    for (const only of [[], ['d0'], ['nobody']]) expect((await index.search('the server reads the file', { only, trace: true })).passages).toEqual([]);
    expect((await index.search('the server reads the file', { only: ['d0', 'd1'] })).passages.every(({ documentId }) => documentId === 'd1')).toBe(true);
    await index.close();
  });
});

describe.skipIf('reason' in model)(`what a search tells of itself${because(model)}`, () => {
  it('is every chunk of its lists with places, score and the passage that shows it', async () => {
    const index = await indexOf(...MANY);
    await index.embedAll();
    const { trace = [], passages, candidates } = await index.search('the server reads the file', { trace: true, deep: index.asks('y') });
    expect(trace.length).toBeLessThanOrEqual(300);
    expect(trace.length).toBe(Math.min(300, candidates.fused));
    expect(new Set(trace.map(({ chunkId }) => chunkId)).size).toBe(trace.length);
    passages.forEach((passage, at) => {
      const traced = trace.find(({ chunkId }) => chunkId === passage.chunkId);
      expect(traced).toMatchObject({ passage: at + 1, ranks: passage.ranks });
      expect(passage.ranks.ranked).not.toBeNull();
    });
    // Neighbours that were read into a passage are told of as well.
    expect(trace.filter(({ passage }) => passage !== null).length).toBeGreaterThan(passages.length);
    const scored = trace.filter(({ score }) => score !== null);
    expect(scored.map(({ ranks }) => ranks.ranked)).toEqual(scored.map((_, at) => at + 1));
    expect(Object.keys(trace[0]?.features ?? {})).toEqual(expect.arrayContaining(['words', 'vector', 'deep', 'prose']));
    expect((await index.search('the server reads the file')).trace).toBeUndefined();
    await index.close();
  });

  it('lists a passage that reads the same, or nearly, with the first', async () => {
    const text = `${filler(5, 12)}The zebra crossing is striped. ${filler(6, 12)}`;
    const index = await indexOf(
      sampleDocument('first', [text]),
      sampleDocument('spaced', [text.replaceAll('. ', '.\n\n')]),
      sampleDocument('edited', [text.replace('step 500.', 'step five.')]),
      sampleDocument('different', [`${filler(50, 12)}The zebra crossing is striped. ${filler(60, 12)}`]),
    );
    const { passages } = await index.search('zebra crossing striped');
    const [same, different] = [passages.find(({ aliases }) => aliases.length > 0), passages.find(({ documentId }) => documentId === 'different')];
    expect(passages).toHaveLength(2);
    expect([same?.documentId, ...(same?.aliases ?? []).map(({ documentId }) => documentId)].sort()).toEqual(['edited', 'first', 'spaced']);
    expect(different?.aliases).toEqual([]);
    await index.close();
  });

  it('gives the places of any chunk, however far down', async () => {
    const index = await indexOf(...MANY);
    await index.embedAll();
    const question = 'the server reads the file';
    const deep = index.asks('z');
    const { trace = [] } = await index.search(question, { trace: true, deep });
    const everyId = MANY.flatMap(({ chunks }) => chunks.map(({ id }) => id));
    const { places, of } = await index.places(question, everyId, { deep });
    expect(of).toBe(360);
    // A list holds each place once, from 1 to its end.
    for (const list of ['vector', 'deep'] as const) expect(places.map(({ ranks }) => ranks[list]).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(everyId.map((_, at) => at + 1));
    const text = places.flatMap(({ ranks }) => ranks.text ?? []).sort((a, b) => a - b);
    expect(text.length).toBeGreaterThan(150);
    expect(text).toEqual(text.map((_, at) => at + 1));
    const byId = new Map(places.map((place) => [place.chunkId, place]));
    for (const { chunkId, ranks } of trace) {
      const place = byId.get(chunkId)?.ranks;
      for (const list of ['text', 'vector', 'deep', 'fused'] as const) if (ranks[list] !== null) expect([chunkId, place?.[list]]).toEqual([chunkId, ranks[list]]);
    }
    expect(places.every(({ embedded }) => embedded === true)).toBe(true);
    const [unknown] = (await index.places(question, ['nobody'])).places;
    expect(unknown).toEqual({ chunkId: 'nobody', embedded: null, ranks: { text: null, vector: null, deep: null, fused: null, ranked: null } });
    const [excluded] = (await index.places(question, ['d0-0'], { only: ['d1'], deep })).places;
    expect(excluded).toEqual({ chunkId: 'd0-0', embedded: true, ranks: { text: null, vector: null, deep: null, fused: null, ranked: null } });
    await index.close();
  });
});

describe.skipIf('reason' in model)(`a picture of an index${because(model)}`, () => {
  it('sets what differs most furthest apart, and is the same each time', async () => {
    const zoo = Array.from({ length: 20 }, (_, i) => sampleDocument(`zoo${i}`, [`Zebras, lions and giraffes graze in enclosure ${i} of the zoo.`]));
    const tax = Array.from({ length: 20 }, (_, i) => sampleDocument(`tax${i}`, [`The income tax return and its deductions are due in office ${i}.`]));
    const index = await indexOf(...zoo, ...tax);
    const picture = await index.points(null, 100);
    expect(picture.of).toBe(40);
    expect(picture.chunks).toHaveLength(40);
    const xOf = (prefix: string): number[] => picture.chunks.flatMap(({ documentId }, at) => (documentId.startsWith(prefix) ? [picture.x[at] as number] : []));
    const [low, high] = [xOf('zoo'), xOf('tax')].sort((a, b) => (a[0] as number) - (b[0] as number)) as [number[], number[]];
    expect(Math.max(...low)).toBeLessThan(Math.min(...high));
    expect(picture.explained[0]).toBeGreaterThan(picture.explained[1]);
    expect(picture.explained[0] + picture.explained[1]).toBeLessThanOrEqual(1.001);
    expect(await index.points(null, 100)).toEqual(picture);
    await index.close();
  });

  it('takes chunks evenly, and with transformer vectors those that have one', async () => {
    const index = await indexOf(...MANY);
    const sample = await index.points(null, 36);
    expect(sample.chunks.map(({ chunkId }) => chunkId).slice(0, 3)).toEqual(['d0-0', 'd3-1', 'd6-2']);
    expect(sample).toMatchObject({ of: 360 });
    expect((await index.points(index.deep, 36)).chunks).toEqual([]);
    await index.embedAll();
    const embedded = await index.points(index.deep, 36);
    expect(embedded.chunks).toHaveLength(36);
    expect(embedded.y).toHaveLength(36);
    await index.close();
  });
});
