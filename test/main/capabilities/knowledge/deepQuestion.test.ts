import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../../src-main/base/appError.ts';
import { sha256 } from '../../../../src-main/base/canonicalJson.ts';
import type { DeepPort } from '../../../../src-main/capabilities/knowledge/knowledgePorts.ts';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
afterEach(() => project.close());

/** Vectors are complete; what happens to the embedder then is the test's. */
async function withVectors(open: DeepPort['open']): Promise<void> {
  project = await projectOverFakes({ deep: { open } });
  project.note('zebra.txt', 'A zebra has stripes.');
  const { result } = await project.ingest('all');
  await project.open.jobs.wait(result?.['embedJob'] as never);
}

const embedder = (slug: string, digest: string): Awaited<ReturnType<DeepPort['open']>> => ({ slug, digest, dimensions: 2, tokenizerPath: '/none', embed: async (texts) => texts.map(() => ({ vector: new Float32Array([1, 0]), detail: null, tokens: new Float32Array() })) });

test('a search without the transformer vectors that there are says so and why, until they are used again', async () => {
  let refused = false;
  await withVectors(async (slug) => (refused ? Promise.reject(new AppError('MODEL_DAMAGED', 'Its file is cut off', { hint: 'Fetch it again.' })) : embedder(slug, sha256(slug))));
  refused = true;
  const note = 'Found by words and static vectors alone: the embedder all-minilm-l6-v2 cannot be used (Its file is cut off). Fetch it again.';
  expect(await project.search('zebra')).toEqual({ files: ['zebra.txt'], answerable: true, notes: [note] });
  refused = false;
  // It is not asked for again at every search.
  expect((await project.search('zebra')).notes).toEqual([note]);
  project.clock.advance(61_000);
  expect((await project.search('zebra')).notes).toEqual([]);
  expect(project.index.asked.at(-1)?.deep).toBeDefined();
});

test('an embedder of another version than the vectors is said too', async () => {
  let version = '';
  await withVectors(async (slug) => embedder(slug, sha256(slug + version)));
  version = 'newer';
  await project.reopen();
  expect((await project.search('zebra')).notes.join()).toMatch(/^Found by words and static vectors alone: the embedder all-minilm-l6-v2 is another version/);
});

test('nothing is missing where no vector was made yet', async () => {
  project = await projectOverFakes({ deep: { open: () => Promise.reject(new Error('never asked for')) } });
  project.note('zebra.txt', 'A zebra has stripes.');
  await project.ingest('text');
  expect((await project.search('zebra')).notes).toEqual([]);
});

test('passages that have no vector yet are counted beside what was found, until all have one', async () => {
  await withVectors(async (slug) => embedder(slug, sha256(slug)));
  project.note('lion.txt', 'A lion has a mane.\nA zebra has none.');
  await project.ingest('text');
  expect((await project.search('zebra')).notes).toEqual(['Found by words and static vectors alone: 2 of 3 passages have no transformer vector yet. They come in the background, else with the next ingestion; `knowledge status` shows how far they are.']);
  const { snapshotId } = (await project.open.knowledge.bases.list())[0] ?? {};
  const inSnapshot = { projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never, snapshotId: snapshotId as never };
  const context = { signal: new AbortController().signal };
  await project.open.handlers.knowledge.pauseVectors(inSnapshot, context);
  expect((await project.search('zebra')).notes.join()).toContain('`knowledge snapshot resume`');
  const { job } = await project.open.handlers.knowledge.resumeVectors(inSnapshot, context);
  await project.open.jobs.wait(job as never);
  expect((await project.search('zebra')).notes).toEqual([]);
});

test('vectors that were lost since they were counted are said without a number', async () => {
  await withVectors(async (slug) => embedder(slug, sha256(slug)));
  const { search } = project.index;
  project.index.search = async (...asked) => {
    const found = await search(...asked);
    return { ...found, candidates: { ...found.candidates, deep: null } };
  };
  expect((await project.search('zebra')).notes.join()).toMatch(/^Found by words and static vectors alone: not every passage has its transformer vector\. /);
});
