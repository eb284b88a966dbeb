import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createIndexHandlers } from '../../../../src-main/runtimes/index/child/handlers.ts';
import type { IndexDocument, IndexLocation, SearchResult } from '../../../../src-main/runtimes/types.ts';
import { because } from '../../../helpers/because.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { filler, sampleDocument } from './sampleDocuments.ts';

const model = await starterModel('wordllama-l2-supercat-256');

type Call = (params: Record<string, unknown>) => Promise<unknown>;

/** The child's methods bound to one new index. */
function openIndex() {
  if ('reason' in model) throw new Error(model.reason);
  const handlers = createIndexHandlers() as unknown as Record<string, Call>;
  const at: IndexLocation = { folder: temporaryFolder(), staticModelFolder: model.folder };
  const call = (method: string, params: Record<string, unknown> = {}): Promise<unknown> => (handlers[method] as Call)({ at, ...params });
  return {
    add: (...documents: IndexDocument[]) => call('add', { documents }),
    publish: (...documentIds: string[]) => call('publish', { documentIds }),
    hide: (...documentIds: string[]) => call('hide', { documentIds }),
    remove: (...documentIds: string[]) => call('remove', { documentIds }),
    optimize: () => call('optimize'),
    compact: () => call('compact'),
    folder: at.folder,
    documents: async () => ((await call('documents')) as { documentId: string; chunks: number }[]).sort((a, b) => a.documentId.localeCompare(b.documentId)),
    search: async (question: string, limit = 10) => (await call('search', { request: { question, limit } })) as SearchResult,
    similarity: async (texts: string[], others: string[]) => (await call('similarity', { texts, others })) as Float32Array,
    close: () => call('close'),
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}

const first = (result: SearchResult): string | undefined => result.passages[0]?.documentId;

describe.skipIf('reason' in model)(`the index child${because(model)}`, () => {
  it('finds identifiers exactly as they are written, among look-alikes', async () => {
    const index = openIndex();
    const names = ['sqlite3_prepare_v2', 'sqlite3_prepare_v3', '--no-verify', '--verify', 'os.path.join', 'os.path.split', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'ThreadPoolExecutor', 'ProcessPoolExecutor', 'E0425', 'E0426', 'max_connections', 'foreign_keys'];
    await index.add(...names.map((name, i) => sampleDocument(`doc${i}`, [`${filler(i, 4)}The name ${name} is explained here. ${filler(i + 50, 4)}`])));
    await index.publish(...names.map((_, i) => `doc${i}`));
    for (const [i, name] of names.entries()) expect([name, first(await index.search(name))]).toEqual([name, `doc${i}`]);
    await index.close();
  });

  it('finds the parts of compounds and other forms of words', async () => {
    const index = openIndex();
    await index.add(sampleDocument('camel', ['A ThreadPoolExecutor runs calls.']), sampleDocument('plain', ['Compressing archives takes long.']), sampleDocument('other', [filler(3, 6)]));
    await index.publish('camel', 'plain', 'other');
    expect(first(await index.search('executor'))).toBe('camel');
    expect(first(await index.search('how is an archive compressed'))).toBe('plain');
    await index.close();
  });

  it('takes a plain question to two short notes for answerable, and one about something else not', async () => {
    const index = openIndex();
    await index.add(
      sampleDocument('warranty', ['The warranty lasts 24 months from purchase.']),
      sampleDocument('machine', ['The coolant tank holds 40 litres. The spindle runs at up to 12,000 revolutions per minute.']),
    );
    await index.publish('warranty', 'machine');
    const answerable = async (question: string): Promise<boolean> => (await index.search(question)).answerable;
    expect(await Promise.all(['How long is the warranty?', 'How much coolant fits into the tank?'].map(answerable))).toEqual([true, true]);
    expect(await Promise.all(['Who is the president of France?', 'How do I reset my password?', 'When does the train leave?'].map(answerable))).toEqual([false, false, false]);
    await index.close();
  });

  it('shows a document only between publish and hide', async () => {
    const index = openIndex();
    await index.add(sampleDocument('a', ['The zebra crossing is striped.']));
    expect((await index.search('zebra')).passages).toEqual([]);
    await index.publish('a');
    expect(first(await index.search('zebra'))).toBe('a');
    await index.hide('a');
    expect((await index.search('zebra')).passages).toEqual([]);
    expect(await index.documents()).toEqual([{ documentId: 'a', chunks: 1 }]);
    await index.close();
  });

  it('leaves hidden documents out before the best are taken, in both lists', async () => {
    const index = openIndex();
    const copies = Array.from({ length: 400 }, (_, i) => sampleDocument(`hidden${i}`, [`The zebra crossing number ${i} is striped.`]));
    await index.add(...copies, sampleDocument('shown', [`${filler(1, 3)}Somewhere a zebra is mentioned. ${filler(2, 3)}`]));
    await index.publish('shown');
    const result = await index.search('zebra crossing striped');
    expect(result.passages.map((passage) => passage.documentId)).toEqual(['shown']);
    expect(result.candidates).toEqual({ text: 1, vector: 1, deep: null, fused: 1, ranked: 1 });
    await index.close();
  });

  it('replaces a document that is added again, and forgets one that is removed', async () => {
    const index = openIndex();
    await index.add(sampleDocument('a', ['The zebra is striped.', 'And the lion is not.']));
    await index.publish('a');
    await index.add(sampleDocument('a', ['The giraffe is tall.']));
    await index.publish('a');
    expect(await index.documents()).toEqual([{ documentId: 'a', chunks: 1 }]);
    expect((await index.search('zebra')).passages.every((passage) => !passage.text.includes('zebra'))).toBe(true);
    expect((await index.search('giraffe')).passages).toHaveLength(1);
    await index.remove('a');
    expect(await index.documents()).toEqual([]);
    expect((await index.search('giraffe')).passages).toEqual([]);
    await index.close();
  });

  it('leaves nothing of a removed document in its files once it is compacted, and keeps the others', async () => {
    const index = openIndex();
    const text = 'The heron Quixotrane nests in Wyvernholm.';
    const others = Array.from({ length: 30 }, (_, i) => sampleDocument(`other${i}`, [filler(i, 3), filler(i + 40, 3)]));
    await index.add(sampleDocument('gone', [{ text, headings: ['Wyvernholm'] }]), sampleDocument('kept', ['The zebra is striped.']), ...others);
    await index.publish('gone', 'kept');
    await index.optimize();
    // Words are kept as stems, in full text and beside each chunk; full text leaves out what a word has in common with the one before it.
    const traces = [text, 'Wyvernholm', 'vernholm', 'xotran'];
    const holding = (): string[] => traces.filter((trace) => [Buffer.from(trace), Buffer.from(trace, 'utf16le')].some((needle) => filesBelow(index.folder).some((file) => readFileSync(file).includes(needle))));
    expect(holding()).toEqual(traces);
    await index.remove('gone');
    await index.compact();
    expect(holding()).toEqual([]);
    await index.close();
    expect(holding()).toEqual([]);
    expect(first(await index.search('zebra'))).toBe('kept');
    expect(await index.documents()).toHaveLength(31);
    await index.close();
  });

  it('keeps everything across close, optimize and open', async () => {
    const index = openIndex();
    await index.add(sampleDocument('a', ['The zebra is striped.']), sampleDocument('b', [filler(4, 5)]));
    await index.publish('a');
    await index.optimize();
    await index.close();
    expect(await index.documents()).toEqual([{ documentId: 'a', chunks: 1 }, { documentId: 'b', chunks: 1 }]);
    expect((await index.search('zebra')).passages.map((passage) => passage.documentId)).toEqual(['a']);
    await index.close();
  });

  it('writes additions that arrive together, the last of one document winning', async () => {
    const index = openIndex();
    await Promise.all([
      ...Array.from({ length: 30 }, (_, i) => index.add(sampleDocument(`d${i}`, [filler(i, 3)]))),
      index.add(sampleDocument('d0', ['Only the platypus remains.', 'Twice.'])),
    ]);
    const documents = await index.documents();
    expect(documents).toHaveLength(30);
    expect(documents[0]).toEqual({ documentId: 'd0', chunks: 2 });
    await index.close();
  });

  it('answers the same question twice in the same order', async () => {
    const index = openIndex();
    const twins = Array.from({ length: 20 }, (_, i) => ({ ...sampleDocument(`twin${i}`, ['The zebra crossing is striped.']), title: 'Zebras' }));
    await index.add(...twins);
    await index.publish(...twins.map((twin) => twin.documentId));
    const once = await index.search('striped zebra');
    const again = await index.search('striped zebra');
    expect(again.passages).toEqual(once.passages);
    expect(once.passages.map((passage) => passage.documentId)).toEqual(['twin0']);
    expect(once.passages[0]?.aliases.map((alias) => alias.documentId)).toEqual(twins.slice(1).map((twin) => twin.documentId));
    await index.close();
  });

  it('widens passages to their neighbours without overlap, never past 1,500 characters', async () => {
    const index = openIndex();
    const document = sampleDocument('long', Array.from({ length: 40 }, (_, i) => `${filler(i, 8)}\n\n`));
    const text = document.chunks.map((chunk) => chunk.text).join('');
    await index.add(document);
    await index.publish('long');
    const { passages } = await index.search('the server reads the file', 10);
    const spans = passages.map((passage) => [passage.start, passage.end] as const).sort((a, b) => a[0] - b[0]);
    for (const passage of passages) {
      expect(passage.text).toBe(text.slice(passage.start, passage.end));
      expect(passage.text.length).toBeLessThanOrEqual(1500);
      expect(passage.hitStart).toBeGreaterThanOrEqual(passage.start);
      expect(passage.hitEnd).toBeLessThanOrEqual(passage.end);
    }
    expect(passages.length).toBeGreaterThan(3);
    for (let i = 1; i < spans.length; i++) expect((spans[i] as readonly [number, number])[0]).toBeGreaterThanOrEqual((spans[i - 1] as readonly [number, number])[1]);
    await index.close();
  });

  it('puts a page before the text that it was generated from, and prose before a list of links', async () => {
    const index = openIndex();
    const prose = 'Connection pooling keeps a few connections open and lends them to requests as they come. ';
    await index.add(
      { ...sampleDocument('copy', [prose.repeat(2)]), title: 'Pooling', file: 'html/_sources/pooling.rst.txt' },
      { ...sampleDocument('page', [prose.repeat(2)]), title: 'Pooling', file: 'html/pooling.html' },
      sampleDocument('links', ['Connection pooling 12\nConnections 13\nOpen connections 14\nRequests 15\nPooling 16\n'.repeat(4)]),
    );
    await index.publish('copy', 'page', 'links');
    const { passages } = await index.search('connection pooling of open connections');
    const order = passages.map((passage) => passage.documentId);
    expect(order).toEqual(['page', 'links']);
    expect(passages[0]?.aliases).toEqual([{ documentId: 'copy', chunkId: 'copy-0' }]);
    await index.close();
  });

  it('puts the place that explains a name before those that mention it', async () => {
    const index = openIndex();
    const mention = (i: number): IndexDocument => sampleDocument(`mention${i}`, [`${filler(i, 3)}A line such as link_speed 10 belongs in the file, and link_speed 20 works too. ${filler(i + 9, 3)}`]);
    await index.add(mention(1), mention(2), sampleDocument('explained', [`${filler(3, 3)}\nlink_speed\nAn optional value for the speed of this line.\n${filler(12, 3)}`]), mention(4));
    await index.publish('mention1', 'mention2', 'explained', 'mention4');
    expect(first(await index.search('link_speed'))).toBe('explained');
    await index.close();
  });

  it('finds one sentence that answers inside a long text on other things', async () => {
    const index = openIndex();
    await index.add(
      sampleDocument('answer', [`${filler(1, 6)}Backups are encrypted with a key that is protected by your passphrase. ${filler(2, 6)}`]),
      ...Array.from({ length: 6 }, (_, i) => sampleDocument(`other${i}`, [`${filler(i + 20, 12)}Backups run at night.`])),
    );
    await index.publish('answer', ...Array.from({ length: 6 }, (_, i) => `other${i}`));
    expect(first(await index.search('what guards the key of an encrypted backup'))).toBe('answer');
    await index.close();
  });

  it('demands a quoted phrase in its order', async () => {
    const index = openIndex();
    await index.add(sampleDocument('order', ['The row lock waits for the table.']), sampleDocument('mixed', ['The table lock waits, and the row lock row lock table waits for the lock of a table row.']));
    await index.publish('order', 'mixed');
    expect(first(await index.search('"lock waits for the table"'))).toBe('order');
    await index.close();
  });

  it('is surer of a question that the documents hold than of one about names that they lack', async () => {
    const index = openIndex();
    await index.add(...Array.from({ length: 60 }, (_, i) => sampleDocument(`d${i}`, [filler(i, 6)])), sampleDocument('answer', ['Set max_connections to limit how many clients may connect at once.']));
    await index.publish('answer', ...Array.from({ length: 60 }, (_, i) => `d${i}`));
    const known = await index.search('How do I limit how many clients connect at once with max_connections?');
    const unknown = await index.search('How do I rotate pg_shard_keys in the quantum firmware?');
    expect(known.answerable).toBe(true);
    expect(unknown.answerable).toBe(false);
    expect(known.confidence).toBeGreaterThan(unknown.confidence + 0.3);
    await index.close();
  });

  it('survives questions without words, with marks of the query language and of great length', async () => {
    const index = openIndex();
    await index.add(sampleDocument('a', ['The zebra is striped.']));
    await index.publish('a');
    for (const question of ['', '   ', '???', '"', '"" OR *', 'NEAR( -x', 'body:zebra AND ^"', 'the of and', '日本語', 'zebra '.repeat(2000)]) {
      expect((await index.search(question)).confidence).toBeGreaterThanOrEqual(0);
    }
    await index.close();
  });

  it('gives cosines between texts, rows by columns', async () => {
    const index = openIndex();
    const cosines = await index.similarity(['open a file', 'quantum physics'], ['opening files', 'a bowl of soup', 'open a file']);
    expect(cosines).toHaveLength(6);
    expect(cosines[2]).toBeCloseTo(1, 5);
    expect(cosines[0]).toBeGreaterThan(cosines[1] as number);
    await index.close();
  });
});
