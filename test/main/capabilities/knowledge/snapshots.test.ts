import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../../src-main/contract/snapshots.ts';
import { AppError } from '../../../../src-main/base/appError.ts';
import { sha256 } from '../../../../src-main/base/canonicalJson.ts';
import type { FakeParts } from '../../../helpers/projectOverFakes.ts';
import { build, call, context, ended, inKnowledge, project, snapshots, start, swap, undoSwap, vectorsMade } from '../../../helpers/snapshotSteps.ts';

const visible = (): string[] => project.index.entries().filter((entry) => entry.visible).map((entry) => entry.text).sort();

describe('the second stage', () => {
  test('says in the log what the index mended of its vectors', async () => {
    await start();
    const { countVectors } = project.index;
    project.index.countVectors = async (...asked) => ({ ...(await countVectors(...asked)), note: 'The vectors in a.db were damaged and are computed again.' });
    await project.ingest('all');
    await vectorsMade();
    await project.ingest('all');
    expect(project.logger.recent().map(({ message }) => message)).toContain('The vectors in a.db were damaged and are computed again.');
  });

  test('is made in the background after an ingestion, and its vectors lie beside the snapshots', async () => {
    await start();
    const { result } = await project.ingest('all');
    expect(result).toMatchObject({ vectors: { done: 0, total: 3 } });
    expect((await ended(result?.['embedJob'] as string)).result).toEqual({ done: 3, total: 3 });
    const [base] = await project.open.knowledge.bases.list();
    expect(base?.stages.vectors).toMatchObject({ state: 'complete', done: 3, total: 3 });
    expect(existsSync(join(project.folder, '.lathe', 'vectors', 'embeddings', base?.id ?? ''))).toBe(true);
  });

  test('is left waiting by --stage text, and made by the next ingestion although no file changed', async () => {
    await start();
    expect((await project.ingest('text')).result).toMatchObject({ embedJob: null });
    expect((await snapshots())[0]?.vectors).toMatchObject({ state: 'waiting', done: 0, total: 3 });
    const { result } = await project.ingest('all');
    expect(result).toMatchObject({ unchanged: 2, ingested: 0 });
    await ended(result?.['embedJob'] as string);
    expect((await snapshots())[0]?.vectors.state).toBe('complete');
    expect((await project.ingest('all')).result).toMatchObject({ vectors: { done: 3, total: 3 }, embedJob: null });
  });

  test('embeds only what is new when a document changed', async () => {
    const texts: string[] = [];
    await start({ deep: embedder(async (asked) => void texts.push(...asked)) });
    await ended((await project.ingest('all')).result?.['embedJob'] as string);
    texts.length = 0;
    project.note('b.txt', 'A lion roars.');
    await ended((await project.ingest('all')).result?.['embedJob'] as string);
    expect(texts.map((text) => text.split('\n').at(-1))).toEqual(['A lion roars.']);
  });

  test('goes on where it was when it failed halfway', async () => {
    let broken = true;
    const texts: string[] = [];
    await start({ deep: embedder(async (asked) => {
      if (broken && texts.length > 0) throw new AppError('RUNTIME_EXITED', 'The embedder was killed');
      texts.push(...asked);
    }) });
    project.note('long.txt', Array.from({ length: 40 }, (_, line) => `Line ${line}`).join('\n'));
    const failed = await ended((await project.ingest('all')).result?.['embedJob'] as string);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'RUNTIME_EXITED' } });
    broken = false;
    const { result } = await project.ingest('all');
    expect(result).toMatchObject({ vectors: { done: 32, total: 43 } });
    await ended(result?.['embedJob'] as string);
    expect(new Set(texts).size).toBe(texts.length);
    expect((await snapshots())[0]?.vectors).toMatchObject({ state: 'complete', done: 43 });
  });

  test('that is paused is not taken up until it is resumed', async () => {
    await start();
    await project.ingest('text');
    const inSnapshot = { ...(await inKnowledge()), snapshotId: (await snapshots())[0]?.id as never };
    expect((await call().pauseVectors(inSnapshot, context)).vectors.state).toBe('paused');
    expect((await project.ingest('all')).result).toMatchObject({ embedJob: null });
    await call().resumeVectors(inSnapshot, context);
    await vectorsMade();
    expect((await snapshots())[0]?.vectors.state).toBe('complete');
  });

  test.each([[true, 'complete'], [false, 'waiting']] as const)('unfinished at the start: taken up by a window %s', async (takesUp, state) => {
    await start({ takesUp });
    await project.ingest('text');
    await project.reopen();
    await vectorsMade();
    expect((await snapshots())[0]?.vectors.state).toBe(state);
  });

  test('unfinished in a project made elsewhere: taken up once, when the person trusts it', async () => {
    let trusted = true;
    await start({ takesUp: true, trusted: () => trusted });
    await project.ingest('text');
    trusted = false;
    await project.reopen();
    expect((await snapshots())[0]?.vectors.state).toBe('waiting');
    trusted = true;
    project.open.onTrusted();
    project.open.onTrusted();
    await expect.poll(async () => (await snapshots())[0]?.vectors.state, { timeout: 60_000, interval: 100 }).toBe('complete');
    expect((await project.open.jobs.list(project.open.file.id, 100)).filter(({ kind }) => kind === 'knowledge.embed')).toHaveLength(1);
  });

  test('gives searches the question as the embedder sees it, and a search goes on when it cannot be loaded', async () => {
    let missing = false;
    const deep = embedder(async () => undefined);
    await start({ deep: { open: (...asked) => (missing ? Promise.reject(new AppError('MODEL_UNAVAILABLE', 'It is gone')) : deep.open(...asked)) } });
    await project.ingest('text');
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
    expect(project.index.asked.at(-1)?.deep).toBeUndefined();
    await ended((await project.ingest('all')).result?.['embedJob'] as string);
    await project.search('zebra');
    expect([...(project.index.asked.at(-1)?.deep?.vector ?? [])]).toEqual([1, 0]);
    await project.reopen();
    missing = true;
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
    await project.search('zebra');
    expect(project.index.asked.at(-1)?.deep).toBeUndefined();
    expect(project.logger.recent().filter((line) => line.message.includes('Found by words and static vectors alone'))).toHaveLength(1);
  });

  test('forgets the vectors of purged texts', async () => {
    await start();
    await ended((await project.ingest('all')).result?.['embedJob'] as string);
    const document = (await project.documents()).find(({ file }) => file === 'b.txt');
    await call().removeDocuments({ ...(await inKnowledge()), documentIds: [document?.id as never] }, context);
    const file = join(project.folder, '.lathe', 'vectors', 'embeddings', await project.base(), `${sha256('all-minilm-l6-v2').slice(0, 8)}.db`);
    expect(project.index.vectors(file)).toHaveLength(3);
    await project.open.purge();
    expect(project.index.vectors(file)).toHaveLength(2);
  });
});

function embedder(onTexts: (texts: readonly string[]) => Promise<void>): NonNullable<FakeParts['deep']> {
  return {
    open: async (slug) => ({
      slug,
      digest: 'e'.repeat(64),
      dimensions: 2,
      tokenizerPath: '/none',
      async embed(texts) {
        await onTexts(texts);
        return texts.map(() => ({ vector: new Float32Array([1, 0]), detail: null, tokens: new Float32Array() }));
      },
    }),
  };
}

describe('a snapshot beside the one that serves', () => {
  test('holds the same documents, cut anew, and leaves searches alone until it is swapped in', async () => {
    await start();
    await project.ingest();
    const serving = (await snapshots())[0] as Snapshot;
    const built = await build({ maxTokens: 64 });
    expect(built).toMatchObject({ state: 'ready', maxTokens: 64, embedder: 'all-minilm-l6-v2', documents: 2, chunks: 3, behind: 0, vectors: { state: 'complete' } });
    expect((await snapshots()).map(({ id }) => id)).toEqual([serving.id, built.id]);
    expect((await swap(built.id)).state).toBe('done');
    expect((await snapshots()).map(({ id, state }) => [id, state])).toEqual([[built.id, 'serving'], [serving.id, 'former']]);
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
    expect(readFileSync(join(project.folder, 'knowledge', 'notes.yaml'), 'utf8')).toContain('maxTokens: 64');
    expect(project.open.troubles()).toEqual([]);
  });

  test('learns before it serves what was ingested, changed, refused and deleted while it stood beside', async () => {
    await start();
    project.note('c.txt', 'A crane.');
    project.note('d.txt', 'A duck.');
    await project.ingest();
    const built = await build();
    project.note('b.txt', 'A lion roars.');
    project.note('c.txt', '!DOCUMENT_DAMAGED');
    project.note('e.txt', 'An eel.');
    await project.ingest();
    const duck = (await project.documents()).find(({ file }) => file === 'd.txt');
    await call().removeDocuments({ ...(await inKnowledge()), documentIds: [duck?.id as never] }, context);
    expect((await snapshots()).find(({ id }) => id === built.id)).toMatchObject({ behind: 2 });
    await swap(built.id);
    expect((await snapshots())[0]).toMatchObject({ id: built.id, behind: 0, documents: 3 });
    for (const [question, files] of [['roars', ['b.txt']], ['crane', []], ['duck', []], ['eel', ['e.txt']], ['zebra', ['a.txt']]] as const) expect((await project.search(question)).files, question).toEqual(files);
  });

  test('has the alias that took the place of a deleted document with the same text', async () => {
    await start();
    project.note('copy.txt', 'A lion.');
    await project.ingest();
    const built = await build();
    const searched = (await project.documents()).find(({ file, state }) => state === 'ready' && (file === 'b.txt' || file === 'copy.txt'));
    await call().removeDocuments({ ...(await inKnowledge()), documentIds: [searched?.id as never] }, context);
    const heir = searched?.file === 'b.txt' ? 'copy.txt' : 'b.txt';
    expect((await project.search('lion')).files).toEqual([heir]);
    await swap(built.id);
    expect((await project.search('lion')).files).toEqual([heir]);
  });

  test('is taken back by undo, with what came since, from the list of undos too', async () => {
    await start();
    await project.ingest();
    const former = (await snapshots())[0] as Snapshot;
    const built = await build();
    await swap(built.id);
    project.note('e.txt', 'An eel.');
    await project.ingest();
    expect((await undoSwap()).state).toBe('done');
    expect((await snapshots())[0]).toMatchObject({ id: former.id, state: 'serving', documents: 3 });
    expect((await project.search('eel')).files).toEqual(['e.txt']);
    expect((await undoSwap()).error).toMatchObject({ code: 'UNDO_NOT_POSSIBLE' });
    await swap(built.id);
    const [entry] = await project.open.journal.list();
    expect(entry).toMatchObject({ kind: 'knowledge.swap', title: 'Swap the index of Notes', undoneAtMs: null });
    await project.open.undo(entry?.id);
    expect((await snapshots())[0]?.id).toBe(former.id);
  });

  test('is not swapped in while it is built, nor purged while it serves; purging deletes its files for good', async () => {
    await start();
    await project.ingest();
    const former = (await snapshots())[0] as Snapshot;
    const purge = async (id: string) => call().purgeSnapshot({ ...(await inKnowledge()), snapshotId: id as never }, context);
    await expect(purge(former.id)).rejects.toMatchObject({ code: 'SNAPSHOT_UNFIT' });
    const built = await build();
    await swap(built.id);
    const folder = join(project.folder, '.lathe', 'vectors', former.id);
    expect(existsSync(folder)).toBe(true);
    await purge(former.id);
    expect(existsSync(folder)).toBe(false);
    expect((await snapshots()).map(({ id }) => id)).toEqual([built.id]);
    expect((await undoSwap()).error).toMatchObject({ code: 'UNDO_NOT_POSSIBLE' });
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
    await expect(purge(former.id)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
  });

  test('whose files are damaged keeps nobody from deleting a document, and says so', async () => {
    await start();
    await project.ingest();
    const built = await build();
    const { hide } = project.index;
    project.index.hide = async (at, ids) => (at.folder.includes(built.id) ? Promise.reject(new AppError('INDEX_DAMAGED', 'A file of it is not there')) : hide(at, ids));
    const { documents } = await call().documents({ ...(await inKnowledge()), filter: '', sort: 'file', descending: false, offset: 0, limit: 10 }, context);
    await call().removeDocuments({ ...(await inKnowledge()), documentIds: documents.filter(({ file }) => file.endsWith('a.txt')).map(({ id }) => id as never) }, context);
    expect((await project.search('zebra')).files).toEqual([]);
    expect(project.logger.recent().map(({ message }) => message).join()).toContain('with 64 tokens a chunk could not be changed because its files are damaged');
  });

  test('goes with a purge of everything that was deleted, and with its knowledge base', async () => {
    await start();
    await project.ingest();
    const former = (await snapshots())[0] as Snapshot;
    const built = await build();
    await swap(built.id);
    await project.open.purge();
    expect((await snapshots()).map(({ id }) => id)).toEqual([built.id]);
    expect(existsSync(join(project.folder, '.lathe', 'vectors', former.id))).toBe(false);
    expect(visible()).toEqual(['A lion.', 'One zebra lives here.\nIt eats grass.']);
    await project.open.knowledge.bases.remove(await project.base());
    await project.open.purge();
    expect(existsSync(join(project.folder, '.lathe', 'vectors', built.id))).toBe(false);
  });

  test('says why its build ended when a parsed form cannot be cut, and the one that serves goes on', async () => {
    await start({ chunk: async () => Promise.reject(new AppError('RUNTIME_MEMORY', 'The parser used too much memory')) });
    await project.ingest();
    const { snapshot, job } = await call().newSnapshot({ ...(await inKnowledge()), settings: { maxTokens: 64 } }, context);
    expect((await ended(job)).state).toBe('failed');
    expect((await snapshots()).find(({ id }) => id === snapshot.id)).toMatchObject({ state: 'failed', failure: 'The parser used too much memory' });
    await expect(call().swapSnapshot({ ...(await inKnowledge()), snapshotId: snapshot.id as never }, context)).rejects.toMatchObject({ code: 'SNAPSHOT_UNFIT' });
    await call().saveQuestion({ ...(await inKnowledge()), question: { question: 'zebra', expected: [{ file: 'a.txt', quote: 'One zebra' }] } }, context);
    const unfit = { code: 'SNAPSHOT_UNFIT', message: expect.stringContaining('Its build ended early') };
    const serving = (await snapshots())[0]?.id as never;
    await expect(call().compareSnapshots({ ...(await inKnowledge()), after: snapshot.id as never }, context)).rejects.toMatchObject(unfit);
    await expect(call().compareSnapshots({ ...(await inKnowledge()), before: snapshot.id as never, after: serving }, context)).rejects.toMatchObject(unfit);
    await expect(call().evaluate({ ...(await inKnowledge()), snapshotId: snapshot.id as never }, context)).rejects.toMatchObject(unfit);
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
  });

  test('is not begun with an embedder that there is not', async () => {
    await start({ assertEmbedder: async (slug) => (slug === 'bge' ? undefined : Promise.reject(new AppError('MODEL_NOT_FOUND', `No model is called "${slug}".`))) });
    await project.ingest();
    await expect(call().newSnapshot({ ...(await inKnowledge()), settings: { embedder: 'nope' } }, context)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(await snapshots()).toHaveLength(1);
    expect(await build({ embedder: 'bge' })).toMatchObject({ state: 'ready', embedder: 'bge' });
  });

  test('200 searches at once during a swap and its undo all find the document', async () => {
    await start();
    await project.ingest();
    const built = await build();
    const searches = (count: number) => Array.from({ length: count }, async () => (await project.search('zebra')).files);
    const first = searches(100);
    const swapping = swap(built.id);
    const second = searches(100);
    await swapping;
    const undoing = undoSwap();
    const third = searches(100);
    await undoing;
    for (const files of await Promise.all([...first, ...second, ...third])) expect(files).toEqual(['a.txt']);
  });
});

describe('a filter', () => {
  test('narrows a search to documents by what is known of them, and says when none match', async () => {
    await start();
    await project.ingest();
    const ask = async (filter: object) => call().search({ ...(await inKnowledge()), question: 'zebra lion', limit: 10, filter }, context);
    const files = async (filter: object) => (await ask(filter)).results.map(({ file }) => file);
    expect(await files({ path: 'b' })).toEqual(['b.txt']);
    expect(await files({ path: '*.txt', format: ['text'] })).toHaveLength(2);
    expect(await files({ after: '2000-01-01', before: '2999-01-01' })).toHaveLength(2);
    expect(await ask({ format: ['pdf'] })).toMatchObject({ answerable: false, results: [], note: 'No document matches the filter' });
    expect(await files({ before: '2000-01-01' })).toEqual([]);
    expect(await files({ path: '%' })).toEqual([]);
  });
});
