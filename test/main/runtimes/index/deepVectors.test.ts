import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createIndexHandlers } from '../../../../src-main/runtimes/index/child/handlers.ts';
import type { DeepRow, DeepVectors, IndexDocument, IndexLocation, PendingChunk, SearchRequest, SearchResult, VectorCounts } from '../../../../src-main/runtimes/types.ts';
import { because } from '../../../helpers/because.ts';
import { startChild } from '../../../helpers/childProcess.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { filler, sampleDocument } from './sampleDocuments.ts';
import { standinVector } from './standinVectors.ts';

const model = await starterModel('wordllama-l2-supercat-256');
const DIMENSIONS = 32;

type Pending = VectorCounts & { readonly chunks: readonly PendingChunk[] };
type Handlers = Record<string, (params: Record<string, unknown>) => Promise<unknown>>;

/** One process of the index: several folders and one file of vectors. */
function openProcess(root = mkdtempSync(join(temporaryFolder(), 'deep-'))) {
  if ('reason' in model) throw new Error(model.reason);
  const handlers = createIndexHandlers() as unknown as Handlers;
  const deep: DeepVectors = { file: join(root, 'vectors.db'), name: '0a1b2c3d', dimensions: DIMENSIONS };
  const places: IndexLocation[] = [];
  const call = (method: string, params: Record<string, unknown>): Promise<unknown> => (handlers[method] as Handlers[string])(params);

  return {
    root,
    deep,
    index(name: string) {
      const at: IndexLocation = { folder: join(root, name), staticModelFolder: model.folder };
      places.push(at);
      const pending = async (limit = 1000, vectors = deep): Promise<Pending> => (await call('pendingVectors', { at, deep: vectors, limit })) as Pending;
      return {
        at,
        async show(...documents: IndexDocument[]) {
          await call('add', { at, documents });
          await call('publish', { at, documentIds: documents.map(({ documentId }) => documentId) });
        },
        add: (...documents: IndexDocument[]) => call('add', { at, documents }),
        remove: (...documentIds: string[]) => call('remove', { at, documentIds }),
        pending,
        addVectors: (rows: readonly DeepRow[], vectors = deep) => call('addVectors', { at, deep: vectors, rows }),
        async embedAll(vectors = deep) {
          for (;;) {
            const { chunks } = await pending(1000, vectors);
            if (chunks.length === 0) return;
            await call('addVectors', { at, deep: vectors, rows: chunks.map((chunk) => rowOf(chunk, vectors.dimensions)) });
          }
        },
        count: async () => (await call('countVectors', { at, deep })) as VectorCounts,
        search: async (request: Partial<SearchRequest> & { question: string }) => (await call('search', { at, request: { limit: 10, ...request } })) as SearchResult,
        call: (method: string, params: Record<string, unknown> = {}) => call(method, { at, ...params }),
        close: () => call('close', { at }),
      };
    },
    sweep: async (...at: IndexLocation[]) => (await call('sweepVectors', { at, deep })) as number,
    close: () => Promise.all(places.map((at) => call('close', { at }))),
  };
}

function rowOf({ digest, text }: PendingChunk, dimensions = DIMENSIONS): DeepRow {
  return { digest, vector: standinVector(text, dimensions), detail: null };
}

const asks = (deep: DeepVectors, about: string) => ({ vectors: deep, vector: standinVector(about, deep.dimensions), tokens: new Float32Array() });
const documentsOf = (result: SearchResult): string[] => result.passages.map(({ documentId }) => documentId);
const MANY = Array.from({ length: 30 }, (_, i) => sampleDocument(`d${i}`, [filler(i, 6), filler(i + 100, 6)]));

describe.skipIf('reason' in model)(`the second stage${because(model)}`, () => {
  it('asks for each text once, for shown documents first, until all have a vector', async () => {
    const process = openProcess();
    const index = process.index('one');
    await index.add(sampleDocument('hidden', ['A hidden text.']));
    await index.show(sampleDocument('shown', [{ text: 'A shown text.', headings: ['Part', 'Chapter'] }]), { ...sampleDocument('twin', [{ text: 'A shown text.', headings: ['Part', 'Chapter'] }]), title: 'shown' });
    const first = await index.pending();
    expect(first).toMatchObject({ done: 0, total: 2, chunks: [{ text: 'A shown text.' }, { text: 'A hidden text.' }] });
    await index.addVectors(first.chunks.slice(0, 1).map((chunk) => rowOf(chunk)));
    expect(await index.count()).toEqual({ done: 2, total: 2 });
    await index.embedAll();
    expect(await index.pending()).toEqual({ chunks: [], done: 2, total: 2 });
    await index.call('publish', { documentIds: ['hidden'] });
    expect(await index.count()).toEqual({ done: 3, total: 3 });
    await index.call('hide', { documentIds: ['shown'] });
    expect(await index.count()).toEqual({ done: 2, total: 2 });
    await process.close();
  });

  it('re-scores candidates while vectors are missing, and adds a third list once all are there', async () => {
    const process = openProcess();
    const index = process.index('one');
    await index.show(...MANY);
    const text = (MANY[7] as IndexDocument).chunks[0]?.text as string;
    const request = { question: 'the server reads the file', deep: asks(process.deep, text), trace: true };
    expect((await index.search(request)).candidates.deep).toBeNull();
    const { chunks } = await index.pending();
    await index.addVectors(chunks.filter((chunk) => chunk.text === text).map((chunk) => rowOf(chunk)));
    const between = await index.search(request);
    expect(between.candidates.deep).toBeNull();
    expect(between.trace?.find((each) => each.text === text)?.features['deep']).toBeCloseTo(1, 3);
    await index.embedAll();
    const after = await index.search(request);
    expect(after.candidates.deep).toBe(60);
    expect(after.trace?.find((each) => each.text === text)?.ranks).toMatchObject({ deep: 1 });
    // A passage that shares no word with the question is found by its transformer vector alone.
    const strange = await index.search({ question: 'xylophone', deep: asks(process.deep, text) });
    expect(documentsOf(strange)[0]).toBe('d7');
    await process.close();
  });

  it('finds computed vectors again: in another index of the knowledge base, and after the index was built anew', async () => {
    const process = openProcess();
    const one = process.index('one');
    await one.show(...MANY);
    await one.embedAll();
    const two = process.index('two');
    await two.show(...MANY.slice(0, 10), sampleDocument('new', ['Only here.']));
    expect(await two.count()).toEqual({ done: 20, total: 21 });
    expect((await two.pending()).chunks.map(({ text }) => text)).toEqual(['Only here.']);
    await two.embedAll();
    // What one index computes, the other takes over.
    await one.show(sampleDocument('new', ['Only here.']));
    expect(await one.count()).toEqual({ done: 61, total: 61 });
    await process.close();
    rmSync(one.at.folder, { recursive: true });
    const again = openProcess(process.root);
    const rebuilt = again.index('one');
    await rebuilt.show(...MANY);
    expect(await rebuilt.count()).toEqual({ done: 60, total: 60 });
    await again.close();
  });

  it('adds a document whose vectors are known to the third list without anybody computing: counted, or by the search after the next', async () => {
    const process = openProcess();
    const index = process.index('one');
    const texts = [filler(1, 6), filler(2, 6)];
    const lists = async (): Promise<number | null> => (await index.search({ question: 'the file', deep: asks(process.deep, 'x') })).candidates.deep;
    await index.show(sampleDocument('old', texts));
    await index.embedAll();
    expect(await lists()).toBe(2);
    // A renamed file: another document with the texts of one that is gone.
    await index.remove('old');
    await index.show({ ...sampleDocument('new', texts), title: 'old' });
    expect(await index.count()).toMatchObject({ done: 2, total: 2 });
    expect(await lists()).toBe(2);
    await index.show({ ...sampleDocument('copy', texts), title: 'old' });
    await expect.poll(lists, { timeout: 60_000 }).toBe(4);
    await process.close();
  });

  it.each([['the table', ['vectors', 'deep_0a1b2c3d.lance']], ['the whole index', []]])('searches by the third list at once after %s was lost', async (_, path) => {
    const process = openProcess();
    const index = process.index('one');
    await index.show(...MANY);
    await index.embedAll();
    await process.close();
    rmSync(join(index.at.folder, ...path), { recursive: true });
    const again = openProcess(process.root);
    const rebuilt = again.index('one');
    if (path.length === 0) await rebuilt.show(...MANY);
    expect((await rebuilt.search({ question: 'the file', deep: asks(again.deep, 'x') })).candidates.deep).toBe(60);
    await again.close();
  });

  it('keeps several models side by side', async () => {
    const process = openProcess();
    const index = process.index('one');
    const other = { ...process.deep, name: 'ffffffff', dimensions: 8 };
    await index.show(...MANY);
    await index.embedAll();
    await index.embedAll(other);
    for (const deep of [process.deep, other]) expect((await index.search({ question: 'the file', deep: asks(deep, 'x') })).candidates.deep).toBe(60);
    await expect(index.addVectors([{ digest: '0'.repeat(32), vector: new Float32Array(8), detail: null }])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await process.close();
  });

  it('forgets a removed document in every table, and its vectors when no index holds its text any more', async () => {
    const process = openProcess();
    const [one, two] = [process.index('one'), process.index('two')];
    await one.show(...MANY);
    await two.show(...MANY.slice(0, 5));
    await one.embedAll();
    await two.embedAll();
    await one.remove(...MANY.map(({ documentId }) => documentId));
    expect(await one.count()).toEqual({ done: 0, total: 0 });
    expect(await process.sweep(one.at, two.at)).toBe(50);
    expect(await process.sweep(one.at, two.at)).toBe(0);
    expect(await two.count()).toEqual({ done: 10, total: 10 });
    await two.close();
    // Removed while no model has opened its table.
    await two.remove('d0');
    await two.call('compact');
    expect(await two.count()).toEqual({ done: 8, total: 8 });
    await process.close();
  });

  it('keeps every acknowledged vector when it is killed at any moment', async () => {
    if ('reason' in model) throw new Error(model.reason);
    for (const killAfter of [1, 4, 9]) {
      const root = mkdtempSync(join(temporaryFolder(), 'killed-'));
      const acknowledged = new Set<string>();
      const child = startChild(new URL('./embedUntilKilled.ts', import.meta.url), [root, model.folder], {
        onLine: (line) => {
          acknowledged.add(line);
          if (acknowledged.size >= killAfter) child.process.kill('SIGKILL');
        },
      });
      expect((await child.ended).signal).toBe('SIGKILL');
      child.lines.forEach((line) => acknowledged.add(line));
      const process = openProcess(root);
      const index = process.index('one');
      const { chunks, done, total } = await index.pending(100_000);
      expect(chunks.filter(({ digest }) => acknowledged.has(digest))).toEqual([]);
      expect(done).toBeGreaterThanOrEqual(acknowledged.size);
      expect(done + chunks.length).toBe(total);
      await index.embedAll();
      expect((await index.search({ question: 'the file', deep: asks(process.deep, 'x') })).candidates.deep).toBe(150);
      await process.close();
    }
  });
});

describe.skipIf('reason' in model)(`damage to transformer vectors${because(model)}`, () => {
  const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
  const flip = (path: string, from = 0): void => {
    const bytes = readFileSync(path);
    for (let at = from; at < bytes.length; at += 3) bytes[at] = (bytes[at] as number) ^ 0xff;
    writeFileSync(path, bytes);
  };
  async function embedded() {
    const process = openProcess();
    const index = process.index('one');
    await index.show(...MANY);
    await index.embedAll();
    await process.close();
    return { root: process.root, folder: index.at.folder };
  }

  it.each([['from its first byte', 0], ['behind its head', 8192 * 2]])('sets a file aside that is overwritten %s, says so and computes again, while text is found all along', async (_, from) => {
    const { root } = await embedded();
    const process = openProcess(root);
    flip(process.deep.file, from);
    const index = process.index('one');
    const found = await index.search({ question: 'the server reads the file', deep: asks(process.deep, 'x') });
    expect(found.passages.length).toBeGreaterThan(0);
    const pending = await index.pending();
    expect(pending).toMatchObject({ done: 0, total: 60 });
    expect(pending.note).toMatch(/could not be read \(.+\): they were set aside as vectors\.db\.damaged and are computed again/);
    expect(existsSync(`${process.deep.file}.damaged`)).toBe(true);
    await index.embedAll();
    expect(await index.count()).toEqual({ done: 60, total: 60 });
    await process.close();
  });

  it('fills a damaged table again from the file, and text is found all along', async () => {
    for (const ending of ['.lance', '.manifest']) {
      const { root, folder } = await embedded();
      filesIn(join(folder, 'vectors', 'deep_0a1b2c3d.lance')).filter((path) => path.endsWith(ending)).forEach((path) => flip(path));
      const process = openProcess(root);
      const index = process.index('one');
      expect((await index.search({ question: 'the server reads the file', deep: asks(process.deep, 'x') })).passages.length).toBeGreaterThan(0);
      const counted = await index.count();
      expect(counted).toMatchObject({ done: 60, total: 60 });
      expect(counted.note).toMatch(/filled again from the file of vectors; nothing was lost/);
      await index.pending();
      expect((await index.search({ question: 'the file', deep: asks(process.deep, 'x') })).candidates.deep).toBe(60);
      await process.close();
    }
  });

  it('computes again what a deleted file held', async () => {
    const { root } = await embedded();
    const process = openProcess(root);
    rmSync(process.deep.file);
    const index = process.index('one');
    expect((await index.search({ question: 'the file', deep: asks(process.deep, 'x') })).candidates.deep).toBeNull();
    expect(await index.count()).toEqual({ done: 0, total: 60 });
    await process.close();
  });
});
