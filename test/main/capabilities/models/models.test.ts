import { copyFileSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CatalogueModel } from '#contract/models.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { createLogger } from '../../../../src-main/base/logger.ts';
import { readCatalogue } from '../../../../src-main/capabilities/models/catalogue.ts';
import { memoryFit, suggestedSlug } from '../../../../src-main/capabilities/models/memoryFit.ts';
import { createModels, type Models } from '../../../../src-main/capabilities/models/models.ts';
import { createJobQueue, type JobQueue } from '../../../../src-main/jobs/jobQueue.ts';
import { openTestDatabase } from '../../../helpers/openTestDatabase.ts';
import { CATALOGUE_PATH } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { makeGguf } from './makeGguf.ts';
import { makeOnnx } from './makeProtobuf.ts';
import { brokerTo, makeModel, sha256, startHub, WEIGHTS } from './modelsFixture.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const GB = 1e9;
const call = { signal: new AbortController().signal };

interface Machine {
  readonly models: Models;
  readonly jobs: JobQueue;
  readonly answers: Record<string, Buffer | number>;
  readonly asked: string[];
  readonly folder: string;
  readonly unloaded: string[];
}

async function machine(more: readonly CatalogueModel[] = []): Promise<Machine> {
  const answers: Record<string, Buffer | number> = { '/tiny.gguf': WEIGHTS };
  const hub = await startHub(answers);
  const folder = temporaryFolder();
  const cataloguePath = join(folder, 'models.json');
  writeFileSync(cataloguePath, JSON.stringify({ version: 1, models: [makeModel([{ kind: 'hub', url: `${hub.origin}/tiny.gguf` }]), ...more] }));
  const database = await openTestDatabase({ kind: 'user' });
  const logger = createLogger({});
  const unloaded: string[] = [];
  const models = createModels({
    database, cataloguePath, logger, clock: systemClock, folder: join(folder, 'models'), broker: brokerTo(hub.origin), publish: () => undefined, jobs: () => jobs,
    unload: async (path) => void unloaded.push(path), loaded: () => [], memory: () => ({ totalBytes: 16 * GB, freeBytes: 8 * GB }),
  });
  const jobs = createJobQueue({ database, clock: systemClock, publish: () => undefined, kinds: [models.downloadJob], concurrency: { download: 2 }, logger });
  closers.push(async () => hub.close(), () => database.close(), () => jobs.stop());
  return { models, jobs, answers, asked: hub.asked, folder, unloaded };
}

describe('the models of a machine', () => {
  it('are fetched by whoever needs them first, once, as a job that all can see', async () => {
    const { models, jobs, asked } = await machine();
    expect((await models.handlers.list({}, call)).models[0]).toMatchObject({ slug: 'tiny', state: 'absent', job: null, fit: 'fits' });
    const [one, two] = await Promise.all([models.ensure('tiny', call.signal), models.ensure('tiny', call.signal)]);
    expect(one.weightsPath).toBe(two.weightsPath);
    expect(readFileSync(one.weightsPath).equals(WEIGHTS)).toBe(true);
    expect(asked).toEqual(['/tiny.gguf']);
    expect(await jobs.list(null, 10)).toMatchObject([{ kind: 'models.download', state: 'done', result: { slug: 'tiny', digest: sha256(WEIGHTS) } }]);
    expect((await models.handlers.list({}, call)).models[0]).toMatchObject({ state: 'ready', job: null });
    expect(await models.handlers.get({ slug: 'tiny' }, call)).toMatchObject({ job: null });
  });

  it('say in one error why a model cannot be had, and can be asked again', async () => {
    const { models, answers } = await machine();
    answers['/tiny.gguf'] = 500;
    await expect(models.ensure('tiny', call.signal)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE', message: expect.stringContaining('answered 500'), hint: expect.any(String) });
    answers['/tiny.gguf'] = WEIGHTS;
    await expect(models.ensure('tiny', call.signal)).resolves.toMatchObject({ slug: 'tiny' });
  });

  it('name the known ones when one is unknown', async () => {
    const { models } = await machine();
    await expect(models.ensure('nope', call.signal)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', hint: expect.stringContaining('tiny') });
    await expect(models.handlers.get({ slug: '../../etc/passwd' }, call)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('notice damaged weights before a loader would, say so in the list, and mend them by fetching again', async () => {
    const { models, jobs } = await machine();
    const { weightsPath } = await models.ensure('tiny', call.signal);
    const damaged = Buffer.from(WEIGHTS);
    damaged.fill(7, damaged.length - 200);
    writeFileSync(weightsPath, damaged);
    await expect(models.ensure('tiny', call.signal)).rejects.toMatchObject({ code: 'MODEL_DAMAGED', details: { slug: 'tiny' } });
    expect((await models.handlers.list({}, call)).models[0]?.state).toBe('damaged');
    const { job } = await models.handlers.get({ slug: 'tiny' }, call);
    await jobs.wait(job ?? '');
    await expect(models.ensure('tiny', call.signal)).resolves.toMatchObject({ slug: 'tiny' });
  });

  it('never hand over a file that has the right digest but lies in its header', async () => {
    const hostile = makeGguf({ tensorCount: 1n << 40n });
    const { models, answers, folder } = await machine();
    answers['/hostile.gguf'] = hostile;
    const catalogue = JSON.parse(readFileSync(join(folder, 'models.json'), 'utf8')) as { models: CatalogueModel[] };
    const source = catalogue.models[0]?.files[0]?.sources[0];
    const url = (source?.kind === 'hub' ? source.url : '').replace('tiny', 'hostile');
    writeFileSync(join(folder, 'models.json'), JSON.stringify({ version: 1, models: [makeModel([], { slug: 'hostile' as CatalogueModel['slug'], files: [{ name: 'h.gguf', bytes: hostile.length, sha256: sha256(hostile) as CatalogueModel['files'][number]['sha256'], sources: [{ kind: 'hub', url }] }] })] }));
    await expect(models.ensure('hostile', call.signal)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
  });

  it('use a local file in place, know it by digest, and refuse it when it changed', async () => {
    const { models, folder } = await machine();
    const path = join(folder, 'My Model (v2).Q4.gguf');
    writeFileSync(path, makeGguf({ dataBytes: 640 }));
    const added = await models.handlers.add({ path }, call);
    expect(added).toMatchObject({ slug: 'my-model-v2-q4', name: 'Tiny', task: 'text', state: 'ready', path, licence: 'Your own file' });
    expect(await models.ensure('my-model-v2-q4', call.signal)).toMatchObject({ weightsPath: path, digest: sha256(readFileSync(path)) });
    utimesSync(path, new Date(), new Date(1e12));
    await expect(models.ensure('my-model-v2-q4', call.signal)).resolves.toBeDefined();
    writeFileSync(path, makeGguf({ dataBytes: 672 }));
    expect((await models.handlers.list({}, call)).models.find(({ slug }) => slug === added.slug)?.state).toBe('damaged');
    await expect(models.ensure('my-model-v2-q4', call.signal)).rejects.toMatchObject({ code: 'MODEL_DAMAGED', hint: expect.stringContaining('add') });
    rmSync(path);
    expect((await models.handlers.list({}, call)).models.find(({ slug }) => slug === added.slug)?.state).toBe('missing');
    await expect(models.ensure('my-model-v2-q4', call.signal)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(await models.handlers.remove({ slug: 'my-model-v2-q4' }, call)).toEqual({ freedBytes: 0 });
    await expect(models.ensure('my-model-v2-q4', call.signal)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('recognise a local file that is a model of the catalogue', async () => {
    const { models, folder, asked } = await machine();
    const path = join(folder, 'whatever.gguf');
    writeFileSync(path, WEIGHTS);
    expect(await models.handlers.add({ path }, call)).toMatchObject({ slug: 'tiny', state: 'ready', path });
    expect((await models.ensure('tiny', call.signal)).weightsPath).toBe(path);
    expect(asked).toEqual([]);
    expect((await models.handlers.list({}, call)).models).toHaveLength(1);
  });

  it('give two files of one name different slugs, and none that Windows reserves', async () => {
    const { models, folder } = await machine();
    const slugs: string[] = [];
    for (const [place, name] of [['a', 'x.gguf'], ['b', 'x.gguf'], ['a', 'con.gguf'], ['a', '§§.gguf']] as const) {
      mkdirSync(join(folder, place), { recursive: true });
      writeFileSync(join(folder, place, name), makeGguf({ dataBytes: 600 + slugs.length * 8 }));
      slugs.push((await models.handlers.add({ path: join(folder, place, name) }, call)).slug);
    }
    expect(slugs).toEqual(['x', 'x-2', 'model-con', 'model']);
  });

  it('refuse what is no model, with the reason', async () => {
    const { models, folder } = await machine();
    const place = (name: string, content: Buffer): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const refused: readonly (readonly [string, string])[] = [
      [place('text.gguf', Buffer.from('no model, just a text that is long enough')), 'MODEL_UNSUPPORTED'],
      [place('empty.gguf', Buffer.alloc(0)), 'MODEL_DAMAGED'],
      [place('cut.gguf', WEIGHTS.subarray(0, -1)), 'MODEL_DAMAGED'],
      [place('vocabulary.gguf', makeGguf({ tensors: [], dataBytes: 0 })), 'MODEL_UNSUPPORTED'],
      [place('alone.onnx', makeOnnx()), 'MODEL_UNSUPPORTED'],
      [join(folder, 'absent.gguf'), 'PATH_UNREADABLE'],
      [folder, 'MODEL_UNSUPPORTED'],
      ['relative.gguf', 'INPUT_INVALID'],
    ];
    for (const [path, code] of refused) await expect(models.handlers.add({ path }, call), path).rejects.toMatchObject({ code });
    writeFileSync(join(folder, 'tokenizer.json'), '{}');
    await expect(models.handlers.add({ path: join(folder, 'alone.onnx') }, call)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining('dimensions') as string });
    writeFileSync(join(folder, 'config.json'), '{"hidden_size": 8}');
    expect(await models.handlers.add({ path: join(folder, 'alone.onnx') }, call)).toMatchObject({ task: 'embedding' });
    copyFileSync(join(folder, 'alone.onnx'), join(folder, 'disguised.gguf'));
    expect(await models.handlers.add({ path: join(folder, 'disguised.gguf') }, call)).toMatchObject({ task: 'embedding' });
  });

  it('free the disk when one is removed, after it was unloaded', async () => {
    const { models, unloaded } = await machine();
    const { weightsPath } = await models.ensure('tiny', call.signal);
    expect(await models.handlers.remove({ slug: 'tiny' }, call)).toEqual({ freedBytes: WEIGHTS.length });
    expect(unloaded).toEqual([weightsPath]);
    expect((await models.handlers.list({}, call)).models[0]?.state).toBe('absent');
  });
});

describe('the catalogue', () => {
  it('names the starters with every source, and suggests by the memory of the machine', async () => {
    const catalogue = await readCatalogue(CATALOGUE_PATH);
    expect(catalogue.map(({ slug }) => slug)).toEqual(expect.arrayContaining(['gemma-3-270m', 'smollm2-135m', 'all-minilm-l6-v2', 'wordllama-l2-supercat-256']));
    expect(catalogue.filter(({ starter }) => starter).every(({ files }) => files.every(({ sources }) => sources.some(({ kind }) => kind === 'pypi')))).toBe(true);
    const digests = catalogue.flatMap(({ files }) => files.map(({ sha256: digest }) => digest));
    expect(new Set(digests).size).toBe(digests.length);
    const at = (gigabytes: number): string | null => suggestedSlug(catalogue, { totalBytes: gigabytes * GB, freeBytes: gigabytes * GB });
    expect([at(2), at(4), at(8), at(16), at(64)]).toEqual([null, 'qwen2-5-1-5b-instruct', 'gemma-3-4b-it', 'qwen2-5-7b-instruct', 'qwen2-5-7b-instruct']);
  });

  it('tells what fits, what is tight and what is too large', () => {
    const memory = { totalBytes: 16 * GB, freeBytes: 4 * GB };
    expect([3 * GB, 8 * GB, 14 * GB].map((bytes) => memoryFit(bytes, memory))).toEqual(['fits', 'tight', 'too-large']);
  });
});
