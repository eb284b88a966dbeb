import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { createLogger } from '../../../../src-main/base/logger.ts';
import { createModels, type Models } from '../../../../src-main/capabilities/models/models.ts';
import { createJobQueue } from '../../../../src-main/jobs/jobQueue.ts';
import { createOnnxRuntime } from '../../../../src-main/runtimes/onnx/onnxRuntime.ts';
import { createSupervisor } from '../../../../src-main/runtimes/supervisor/createSupervisor.ts';
import { createTransformerFiles } from '../../../../src-main/server/transformerFiles.ts';
import { openTestDatabase } from '../../../helpers/openTestDatabase.ts';
import { embedderGraph, rerankerGraph, writeTransformer } from '../../../helpers/standInTransformer.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { brokerTo, makeModel } from './modelsFixture.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
const quiet = (): void => undefined;
const supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
const runtime = createOnnxRuntime(supervisor);
afterAll(() => supervisor.stop());

const call = { signal: new AbortController().signal };

async function machine(): Promise<Models> {
  const folder = temporaryFolder();
  const cataloguePath = join(folder, 'models.json');
  writeFileSync(cataloguePath, JSON.stringify({ version: 1, models: [makeModel([{ kind: 'hub', url: 'http://127.0.0.1:9/tiny.gguf' }])] }));
  const database = await openTestDatabase({ kind: 'user' });
  const logger = createLogger({});
  const models = createModels({
    database, cataloguePath, logger, clock: systemClock, folder: join(folder, 'models'), broker: brokerTo('http://127.0.0.1:9'), publish: quiet, jobs: () => jobs,
    unload: async () => undefined, loaded: () => [], memory: () => ({ totalBytes: 16e9, freeBytes: 8e9 }),
  });
  const jobs = createJobQueue({ database, clock: systemClock, publish: quiet, kinds: [models.downloadJob], concurrency: { download: 1 }, logger });
  closers.push(() => database.close(), () => jobs.stop());
  return models;
}

/** An embedder's folder as the SentenceTransformers library writes it. */
function sentenceTransformer(name: string, pooling: 'cls' | 'mean', prompts: Readonly<Record<string, string>>): string {
  return writeTransformer(join(temporaryFolder(), name), embedderGraph(), {
    weights: 'onnx/model.onnx',
    files: {
      'modules.json': [{ idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' }, { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' }],
      '1_Pooling/config.json': { word_embedding_dimension: 4, pooling_mode_cls_token: pooling === 'cls', pooling_mode_mean_tokens: pooling === 'mean' },
      'sentence_bert_config.json': { max_seq_length: 64, do_lower_case: false },
      'config_sentence_transformers.json': { prompts },
      'config.json': { model_type: 'bert', hidden_size: 4, max_position_embeddings: 512 },
    },
  });
}

describe('a transformer of one\'s own', () => {
  it('is added by its folder, is used as the files beside it say, and says so in the list', async () => {
    const models = await machine();
    const added = await models.handlers.add({ path: sentenceTransformer('my-embedder', 'cls', { query: 'query: ' }) }, call);
    expect(added).toMatchObject({ slug: 'my-embedder', task: 'embedding', state: 'ready', facts: 'bert: 4 dimensions, first token, at most 64 tokens, questions begin with "query:"' });
    expect((await models.handlers.list({}, call)).models.find(({ slug }) => slug === 'my-embedder')?.facts).toBe(added.facts);
    expect((await models.ensure('my-embedder', call.signal)).embedding).toMatchObject({ pooling: 'cls', maxTokens: 64, dimensions: 4, queryPrefix: 'query: ' });
  });

  it('may be a reranker, which scores pairs', async () => {
    const models = await machine();
    const folder = writeTransformer(join(temporaryFolder(), 'my-judge'), rerankerGraph(1), { files: { 'config.json': { architectures: ['BertForSequenceClassification'], max_position_embeddings: 512 } } });
    expect(await models.handlers.add({ path: folder }, call)).toMatchObject({ slug: 'my-judge', task: 'reranker', facts: 'scores pairs of at most 512 tokens' });
    const files = await createTransformerFiles(models).reranker('my-judge', call.signal);
    if (files === null) throw new Error('Expected the files of my-judge');
    const scores = await runtime.score({ ...files, question: 'cat', passages: ['dog', 'running'] });
    expect(scores).toHaveLength(2);
    expect(scores[0]).not.toBe(scores[1]);
  });

  it('gives its own vectors beside another one, of the same weights with other settings too', async () => {
    const models = await machine();
    const slugs: string[] = [];
    for (const [name, pooling] of [['first', 'cls'], ['second', 'mean']] as const) slugs.push((await models.handlers.add({ path: sentenceTransformer(name, pooling, {}) }, call)).slug);
    const files = createTransformerFiles(models);
    const embed = async (slug: string): Promise<{ digest: string; vector: number[] }> => {
      const { digest, weightsPath, tokenizerPath, settings } = await files.deepEmbedder(slug, call.signal);
      const { vectors } = await runtime.embed({ weightsPath, tokenizerPath, settings, kind: 'document', texts: ['cat running'] });
      return { digest, vector: [...vectors] };
    };
    const [first, second, again] = [await embed(slugs[0] ?? ''), await embed(slugs[1] ?? ''), await embed(slugs[0] ?? '')];
    expect(first.vector).toHaveLength(4);
    expect(second.vector).not.toEqual(first.vector);
    expect(second.digest).not.toBe(first.digest);
    expect(again).toEqual(first);
  });
});
