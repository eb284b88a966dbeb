import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Job } from '../../../../src-main/contract/jobs.ts';
import { AppError } from '../../../../src-main/base/appError.ts';
import { canonicalJson, sha256 } from '../../../../src-main/base/canonicalJson.ts';
import { makeTar, type TarEntry } from '../../../helpers/makeTar.ts';
import { projectOverFakes, type FakeParts, type FakeProject } from '../../../helpers/projectOverFakes.ts';
import { seededRandom } from '../../../helpers/seededRandom.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const context = { signal: new AbortController().signal } as never;
const projects: FakeProject[] = [];
afterEach(async () => {
  for (const project of projects.splice(0)) await project.close();
});

/** Made once: most tests only read the file. */
let source: FakeProject;
let carried: string;
/** Nothing that is refused leaves anything in it. */
let refusing: FakeProject;
beforeAll(async () => {
  source = await filledProject();
  carried = (await exported(source)).file;
  refusing = await newProject();
  projects.length = 0;
}, 120_000);
afterAll(() => Promise.all([source.close(), refusing.close()]));

async function newProject(parts: FakeParts = {}): Promise<FakeProject> {
  const project = await projectOverFakes(parts);
  projects.push(project);
  return project;
}

/** A base with two documents, an alias of one of them, a refused file and a saved question. */
async function filledProject(): Promise<FakeProject> {
  const project = await newProject();
  project.note('pump.txt', 'The pump of the cellar runs at 50 Hz.\nIt needs oil in May.');
  project.note('copy of pump.txt', 'The pump of the cellar runs at 50 Hz.\nIt needs oil in May.');
  project.note('lamp.txt', 'The lamp over the door is changed in November.');
  project.note('torn.txt', '!DOCUMENT_DAMAGED');
  expect(await project.ingest('all')).toMatchObject({ state: 'done' });
  await embedded(project);
  await project.open.handlers.knowledge.saveQuestion({ projectId: idOf(project), knowledgeId: (await project.base()) as never, question: { question: 'When does the pump need oil?', expected: [{ file: 'pump.txt', quote: 'needs oil in May' }] } as never }, context);
  return project;
}

const idOf = (project: FakeProject): never => project.open.file.id as never;

async function embedded(project: FakeProject): Promise<void> {
  for (const { id, state } of await project.open.jobs.list(project.open.file.id, 100)) if (state !== 'done') await project.open.jobs.wait(id);
}

async function exported(project: FakeProject, file = join(temporaryFolder(), 'notes.lathe-knowledge')): Promise<{ job: Job; file: string }> {
  const { job } = await project.open.handlers.knowledge.exportBase({ projectId: idOf(project), knowledgeId: (await project.base()) as never, to: file }, context);
  return { job: await project.open.jobs.wait(job), file };
}

async function imported(project: FakeProject, from: string, name?: string): Promise<Job> {
  const { job } = await project.open.handlers.knowledge.importBase({ projectId: idOf(project), from, ...(name === undefined ? {} : { name }) }, context);
  return project.open.jobs.wait(job);
}

async function listed(project: FakeProject): Promise<string[]> {
  return (await project.open.handlers.knowledge.documents({ projectId: idOf(project), knowledgeId: (await project.base()) as never, filter: '', sort: 'file', descending: false, offset: 0, limit: 100 }, context)).documents.map(({ file, state, root }) => `${file} ${state} ${root.startsWith('imported:') ? 'imported' : 'here'}`);
}

test.each([
  ['absent', new AppError('MODEL_NOT_FOUND', 'There is none'), /^The embedder all-minilm-l6-v2 is not on this machine/],
  ['damaged', new AppError('MODEL_DAMAGED', 'Its file is cut off', { hint: 'Fetch it again.' }), /is on this machine and cannot be used \(Its file is cut off\)\. Fetch it again\. Its vectors came along/],
])('an import says of an embedder that is %s what is wrong with it', async (_, error, said) => {
  const project = await newProject({ deepEmbedder: () => Promise.reject(error) });
  expect(await imported(project, carried)).toMatchObject({ state: 'done', result: { notes: [expect.stringMatching(said)] } });
});

/** What a refused import leaves in a project that had nothing. */
async function leftovers(project: FakeProject): Promise<unknown> {
  const state = join(project.folder, '.lathe');
  const names = (folder: string): string[] => (existsSync(join(state, folder)) ? readdirSync(join(state, folder)) : []);
  const artifacts = readdirSync(join(state, 'artifacts')).filter((name) => name !== 'temporary');
  const yaml = existsSync(join(project.folder, 'knowledge')) ? readdirSync(join(project.folder, 'knowledge')) : [];
  return { bases: await project.open.knowledge.bases.list(), imports: names('imports'), vectors: names('vectors').filter((name) => name !== 'embeddings'), artifacts, yaml };
}
const NOTHING = { bases: [], imports: [], vectors: [], artifacts: [], yaml: [] };

describe('a knowledge base that is carried to another project', () => {
  test('answers there as it did here, with its aliases, refused files and saved questions, and without embedding again', async () => {
    const from = source;
    const { job, file } = await exported(from);
    expect(job).toMatchObject({ state: 'done', result: { documents: 4, chunks: 3 } });
    const to = await newProject();
    const done = await imported(to, file);
    expect(done).toMatchObject({ state: 'done', error: null, result: { name: 'Notes', documents: 4, chunks: 3, questions: 1 } });
    expect(await to.search('oil in May')).toEqual(await from.search('oil in May'));
    expect(await listed(to)).toEqual(['copy of pump.txt alias imported', 'lamp.txt ready imported', 'pump.txt ready imported', 'torn.txt failed imported'].map((line) => (line.startsWith('copy') || line.startsWith('pump') ? expect.stringMatching(/^(copy of )?pump\.txt (alias|ready) imported$/) : line)));
    const [here, there] = [await from.documents(), await to.documents()];
    expect(there.map(({ file: name, state, reason }) => ({ name, state, reason }))).toEqual(here.map(({ file: name, state, reason }) => ({ name, state, reason })));
    expect(there.some(({ id }) => here.some((document) => document.id === id))).toBe(false);
    const questions = await to.open.handlers.knowledge.questions({ projectId: idOf(to), knowledgeId: (await to.base()) as never }, context);
    expect(questions).toMatchObject([{ question: 'When does the pump need oil?', found: ['there'] }]);
  });

  test('can be imported twice under two names, and not twice under one', async () => {
    const file = carried;
    const to = await newProject();
    expect(await imported(to, file)).toMatchObject({ state: 'done' });
    expect(await imported(to, file)).toMatchObject({ state: 'failed', error: { code: 'KNOWLEDGE_EXISTS' } });
    await expect(imported(to, file, 'Notes')).rejects.toMatchObject({ code: 'KNOWLEDGE_EXISTS' });
    expect(await imported(to, file, 'More notes')).toMatchObject({ state: 'done' });
    expect((await to.open.knowledge.bases.list()).map(({ name, documents }) => `${name} ${documents.total}`).sort()).toEqual(['More notes 4', 'Notes 4']);
  });

  test('stays whole when files of its own are added, and takes over those that it knows when they are there', async () => {
    const from = await filledProject();
    const { file } = await exported(from);
    const to = await newProject();
    await imported(to, file);
    to.note('roof.txt', 'The roof was mended in June.');
    expect(await to.ingest()).toMatchObject({ state: 'done', result: { ingested: 1, removed: 0 } });
    expect(await listed(to)).toHaveLength(5);
    expect((await to.search('oil')).files).toEqual([expect.stringMatching(/pump/)]);
    // The folder that they came from, at the same path.
    const { job } = await to.open.handlers.knowledge.ingest({ projectId: idOf(to), knowledgeId: (await to.base()) as never, paths: [from.notes], stage: 'text' }, context);
    expect(await to.open.jobs.wait(job)).toMatchObject({ state: 'done', result: { removed: 0, unchanged: 4, failed: 1 } });
    expect((await listed(to)).filter((line) => line.endsWith('here'))).toHaveLength(5);
    // Now they are files like any others.
    rmSync(join(from.notes, 'lamp.txt'));
    expect(await to.ingest()).toMatchObject({ state: 'done', result: { removed: 1 } });
  });

  test('carries nothing of what was deleted', async () => {
    const from = await filledProject();
    const lamp = (await from.documents()).find(({ file }) => file === 'lamp.txt');
    await from.open.handlers.knowledge.removeDocuments({ projectId: idOf(from), knowledgeId: (await from.base()) as never, documentIds: [lamp?.id as never] }, context);
    const { file } = await exported(from);
    expect(readFileSync(file).includes('over the door')).toBe(false);
  });

  test('can be removed, brought back and purged like any other', async () => {
    const to = await newProject();
    await imported(to, carried);
    const knowledgeId = (await to.base()) as never;
    const { undoId } = await to.open.handlers.knowledge.remove({ projectId: idOf(to), knowledgeId }, context);
    expect(await to.open.knowledge.bases.list()).toEqual([]);
    await to.open.undo(undoId);
    expect((await to.search('oil')).files).toHaveLength(1);
    await to.open.handlers.knowledge.remove({ projectId: idOf(to), knowledgeId }, context);
    await to.open.purge();
    expect(await leftovers(to)).toMatchObject({ bases: [], vectors: [], imports: [] });
    expect(existsSync(join(to.folder, '.lathe', 'vectors', 'embeddings', knowledgeId))).toBe(false);
    await to.reopen();
    expect(await to.open.knowledge.bases.list()).toEqual([]);
  });

  test('can be carried on from where it came to', async () => {
    const to = await newProject();
    await imported(to, carried);
    const again = await exported(to);
    const third = await newProject();
    expect(await imported(third, again.file)).toMatchObject({ state: 'done', result: { documents: 4, chunks: 3 } });
    expect((await third.documents()).length).toBe(4);
  });

  test('is not written over a file that is there, and not into a folder that is not', async () => {
    const from = source;
    const file = carried;
    await expect(exported(from, file)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(exported(from, join(dirname(file), 'nowhere', 'x'))).rejects.toMatchObject({ code: 'PATH_UNREADABLE' });
    expect(readdirSync(dirname(file))).toEqual(['notes.lathe-knowledge']);
  });
});

test('a cancelled export leaves no file, and a cancelled import no base', async () => {
  const file = join(temporaryFolder(), 'cancelled.lathe-knowledge');
  const { job: exporting } = await source.open.handlers.knowledge.exportBase({ projectId: idOf(source), knowledgeId: (await source.base()) as never, to: file }, context);
  await source.open.jobs.cancel(exporting);
  expect(await source.open.jobs.wait(exporting)).toMatchObject({ state: 'cancelled' });
  expect(readdirSync(dirname(file))).toEqual([]);
  const { job: importing } = await refusing.open.handlers.knowledge.importBase({ projectId: idOf(refusing), from: carried }, context);
  await refusing.open.jobs.cancel(importing);
  expect(await refusing.open.jobs.wait(importing)).toMatchObject({ state: 'cancelled' });
  expect(await leftovers(refusing)).toMatchObject({ bases: [], imports: [], vectors: [], yaml: [] });
});

describe('a file that is not what was exported', () => {
  test('is refused in words at twenty seeded damages, and leaves nothing', async () => {
    const whole = readFileSync(carried);
    const to = refusing;
    const random = seededRandom(7);
    const damaged = join(temporaryFolder(), 'damaged.lathe-knowledge');
    for (let round = 0; round < 20; round += 1) {
      const bytes = Buffer.from(whole);
      let at = random.below(bytes.length - 1_024);
      // What fills a tar up to its blocks says nothing.
      while (bytes[at] === 0) at = (at + 1) % bytes.length;
      if (round % 2 === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(7));
      writeFileSync(damaged, round % 2 === 0 ? bytes : bytes.subarray(0, at));
      const job = await imported(to, damaged);
      expect(job, `round ${round} at ${at}`).toMatchObject({ state: 'failed' });
      expect(job.error, `round ${round} at ${at}`).toMatchObject({ code: expect.stringMatching(/^(KNOWLEDGE_FILE_DAMAGED|DATABASE_NEWER)$/), message: expect.stringContaining('damaged.lathe-knowledge'), hint: expect.stringMatching(/\w/) });
      expect(await leftovers(to)).toEqual(NOTHING);
    }
  });

  const manifest = (changes: Record<string, unknown> = {}, members: readonly { name: string; data: string }[] = ROWS): TarEntry => {
    const facts = {
      format: 'lathe-knowledge',
      version: 1,
      lathe: '0.0.0',
      atMs: 1,
      base: { name: 'Foreign', maxTokens: 256, embedder: 'all-minilm-l6-v2' },
      snapshot: { createdAtMs: 1, paused: false, vectors: null },
      models: { embedder: { slug: 'all-minilm-l6-v2', digest: null }, static: { slug: 'static', digest: '2'.repeat(64) } },
      counts: { documents: 0, entries: 0, chunks: 0, forms: 0, questions: 0 },
      members: members.map(({ name, data }) => ({ name, bytes: Buffer.byteLength(data), sha256: sha256(data) })),
      ...changes,
    };
    return { name: 'manifest.json', data: JSON.stringify({ ...facts, digest: sha256(canonicalJson(facts)) }) };
  };
  const ROWS = [...['documents', 'entries', 'chunks', 'forms'].map((name) => ({ name: `${name}.jsonl`, data: '' })), { name: 'questions.json', data: '{"version":1,"questions":[]}' }];
  const document = { id: '01890000-0000-7000-8000-000000000001', root: '/notes', file: 'a.txt', state: 'failed', format: null, title: 'a', pages: null, bytes: 1, mtimeNs: '1', checkedAtMs: 1, sourceDigest: null, parsedDigest: null, warnings: [], reason: 'torn', indexedAtMs: null, author: null, createdMs: null, modifiedMs: null, language: null, url: null, metadata: {}, container: null, aliasOf: null, textDigest: null, signature: null, bands: [] };
  const withDocument = (changes: Record<string, unknown>, counts: Record<string, number> = {}): TarEntry[] => {
    const rows = ROWS.map((row) => (row.name === 'documents.jsonl' ? { ...row, data: `${JSON.stringify({ ...document, ...changes })}\n` } : row));
    return [manifest({ counts: { documents: 1, entries: 0, chunks: 0, forms: 0, questions: 0, ...counts } }, rows), ...rows];
  };

  const FILES: readonly (readonly [string, readonly TarEntry[], RegExp])[] = [
    ['holds no manifest', [{ name: 'a.txt', data: 'a' }], /is not a knowledge base that Lathe exported/],
    ['is of another program', [manifest({ format: 'other' })], /is not a knowledge base that Lathe exported/],
    ['is of a newer Lathe', [manifest({ version: 2 })], /has version 2; this Lathe reads up to 1/],
    ['names a part outside its folder', [manifest({}, [...ROWS, { name: 'index/../../../evil', data: 'x' }]), ...ROWS, { name: 'index/../../../evil', data: 'x' }], /is no name of a part/],
    ['names a part of no known kind', [manifest({}, [...ROWS, { name: 'run.sh', data: 'x' }])], /is no name of a part/],
    ['holds a link', [manifest(), { ...ROWS[0], name: 'documents.jsonl', type: '2', link: '/etc/passwd' } as TarEntry], /is not a file/],
    ['holds a part that it does not name', [manifest(), ...ROWS, { name: 'vectors.db', data: 'x' }], /does not name, or twice/],
    ['holds a part twice', [manifest(), ...ROWS, ROWS[0] as TarEntry], /does not name, or twice/],
    ['lacks a part', [manifest(), ...ROWS.slice(1)], /1 of its 5 parts are missing/],
    ['says more than it holds', [manifest({ members: [...ROWS.map(({ name, data }) => ({ name, bytes: data.length, sha256: sha256(data) })), { name: 'vectors.db', bytes: 1e12, sha256: '0'.repeat(64) }] }), ...ROWS], /is cut off: it should hold/],
    ['counts otherwise', [manifest({ counts: { documents: 3, entries: 0, chunks: 0, forms: 0, questions: 0 } }), ...ROWS], /0 documents and should hold 3/],
    ['has a row that leads out of its source', withDocument({ file: '../../etc/passwd' }), /line 1 of documents\.jsonl/],
    ['has a row of another shape', withDocument({ bytes: 'many' }), /line 1 of documents\.jsonl/],
    ['has an alias of nothing', withDocument({ state: 'alias', aliasOf: '01890000-0000-7000-8000-00000000000f', parsedDigest: null }), /does not agree with itself/],
    ['has a searched document without its chunks', withDocument({ state: 'ready' }), /does not agree with itself/],
  ];
  test.each(FILES)('is refused when it %s', async (_, entries, said) => {
    const file = join(temporaryFolder(), 'foreign.lathe-knowledge');
    writeFileSync(file, makeTar(entries));
    const to = refusing;
    const job = await imported(to, file);
    expect(job.error?.message).toMatch(said);
    expect(await leftovers(to)).toEqual(NOTHING);
  });

  test('is taken when such a hand-made file is right', async () => {
    const file = join(temporaryFolder(), 'foreign.lathe-knowledge');
    writeFileSync(file, makeTar(withDocument({})));
    const to = await newProject();
    expect(await imported(to, file)).toMatchObject({ state: 'done', error: null });
    expect(await listed(to)).toEqual(['a.txt failed imported']);
  });

  test('is refused when it is a folder, a text or nothing at all', async () => {
    const to = refusing;
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'x'));
    writeFileSync(join(folder, 'text'), 'no tar at all'.repeat(1_000));
    writeFileSync(join(folder, 'empty'), '');
    expect((await imported(to, join(folder, 'x'))).error).toMatchObject({ code: 'PATH_UNREADABLE' });
    expect((await imported(to, join(folder, 'gone'))).error).toMatchObject({ code: 'PATH_UNREADABLE' });
    for (const name of ['text', 'empty']) expect((await imported(to, join(folder, name))).error).toMatchObject({ code: 'KNOWLEDGE_FILE_DAMAGED' });
    expect(await leftovers(to)).toEqual(NOTHING);
  });

  test('is not written by a job that nobody asked for here', async () => {
    const from = source;
    const to = join(temporaryFolder(), 'asked');
    const { id } = await from.open.jobs.enqueue({ kind: 'knowledge.export', projectId: from.open.file.id, title: 'Export Notes', params: { knowledgeId: await from.base(), to, ask: '1' } });
    expect(await from.open.jobs.wait(id)).toMatchObject({ state: 'failed', error: { code: 'CANCELLED' } });
    expect(existsSync(to)).toBe(false);
  });
});
