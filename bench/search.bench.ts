// Search time, memory, disk and recall in the product's own processes. Plain: 100,000 chunks of real text with both vectors; the transformer's are
// real where bench/cache has them (10,000 at least: what is missing is computed), copies with noise elsewhere, and the result says how many.
// `--full` computes all of them first, hours, once. `--million` measures a base of 1,000,000 chunks with static vectors instead, into a file of its own.
// `--chunks=N` takes another number, into no file.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadStaticModel } from '../src-main/runtimes/index/child/staticModel.ts';
import type { DeepVectors, IndexDocument, IndexLocation } from '../src-main/runtimes/types.ts';
import { MINILM } from '../test/helpers/minilmSettings.ts';
import { starterModel, type StarterModel } from '../test/helpers/starterModels.ts';
import { BaseVectorFiller } from './baseVectors.ts';
import { listRecall } from './listRecall.ts';
import { FAMILIES, manualsOf } from './manuals.ts';
import type { Question } from './metrics.ts';
import { writeResult } from './result.ts';
import { copied, cutInSizes, type BaseOptions } from './searchBase.ts';
import { createSearchRuntimes, summariseTimes, type SearchRuntimes, type Times } from './searchRuntimes.ts';

const ANSWERED = 10;
const REAL_VECTORS = 10_000;
const RECALL_QUESTIONS = 100;
const WARMING_QUESTIONS = 20;
/** What the manuals of all five families give as the product cuts them; rounded down. */
const MANUAL_CHUNKS = 66_000;

const option = (name: string): string | undefined => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const [million, full] = ['--million', '--full'].map((flag) => process.argv.includes(flag));
const wantedChunks = Number(option('chunks') ?? (million ? 1_000_000 : 100_000));
const families = FAMILIES.filter(({ name }) => name === (option('family') ?? name));
const questions = families.flatMap(({ name }) => readFileSync(fileURLToPath(new URL(`./questions/${name}.jsonl`, import.meta.url)), 'utf8').split('\n').filter(Boolean).map((line) => (JSON.parse(line) as Question).question));

async function modelOf(slug: string): Promise<StarterModel> {
  const model = await starterModel(slug);
  if ('reason' in model) throw new Error(model.reason);
  return model;
}

/** Asks every question; `total` is with what it takes to embed it and to reach the index's process. */
async function askAll({ index, embedQuestion }: SearchRuntimes, at: IndexLocation, deep: DeepVectors | null): Promise<Times> {
  const ask = async (question: string): Promise<Record<string, number>> => {
    const startedAt = performance.now();
    const asked = deep && (await embedQuestion(deep, question));
    const embedded = performance.now() - startedAt;
    const { timingsMs, candidates } = await index.search(at, { question, limit: ANSWERED, ...(asked ? { deep: asked } : {}) });
    if (asked && candidates.deep === null) throw new Error(`The transformer's list was not asked for ${JSON.stringify(question)}: vectors are missing.`);
    return { ...(asked ? { embed: embedded } : {}), ...timingsMs, total: performance.now() - startedAt };
  };
  for (const question of questions.slice(0, WARMING_QUESTIONS)) await ask(question);
  const times: Record<string, number>[] = [];
  for (const question of questions) times.push(await ask(question));
  return summariseTimes(times);
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true }).map((name) => statSync(join(folder, String(name)))).reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

/** Both vectors over `wantedChunks` chunks of real text. */
async function measureBoth(runtimes: SearchRuntimes, at: IndexLocation, base: BaseOptions & { readonly scratch: string; readonly embedder: StarterModel }): Promise<Record<string, unknown>> {
  const deep: DeepVectors = { file: join(base.scratch, 'vectors.db'), name: base.embedder.digest.slice(0, 8), dimensions: MINILM.dimensions };
  const filler = new BaseVectorFiller({ into: deep, cacheFolder: fileURLToPath(new URL('./cache/vectors', import.meta.url)), real: full ? Infinity : Math.min(REAL_VECTORS, base.chunks), compute: runtimes.embedDocuments });
  async function* noted(documents: AsyncIterable<IndexDocument>): AsyncGenerator<IndexDocument> {
    for await (const document of documents) {
      filler.note(document);
      yield document;
    }
  }
  const add = await runtimes.phase(() => runtimes.addAll(at, noted(cutInSizes(base))));
  const optimize = await runtimes.phase(() => runtimes.index.optimize(at));
  const firstStage = await runtimes.phase(() => askAll(runtimes, at, null));
  const transformerVectors = await filler.finish();
  const takeOver = await runtimes.phase(() => runtimes.index.pendingVectors(at, deep, 1));
  if (takeOver.result.chunks.length > 0) throw new Error('Some chunks have no transformer vector.');
  const bothStages = await runtimes.phase(() => askAll(runtimes, at, deep));
  const compact = await runtimes.phase(() => runtimes.index.compact(at));
  const diskBytes = { index: bytesIn(at.folder), transformerVectors: statSync(deep.file).size };
  const some = questions.filter((_, number) => number % Math.max(1, Math.floor(questions.length / RECALL_QUESTIONS)) === 0);
  const byWords: Float32Array[] = [];
  const byTransformer: Float32Array[] = [];
  const model = loadStaticModel(at.staticModelFolder);
  for (const question of some) {
    byWords.push(model.embed(question));
    byTransformer.push((await runtimes.embedQuestion(deep, question)).vector);
  }
  await runtimes.index.close(at);
  const vectors = join(at.folder, 'vectors');
  return {
    vectors: 'both',
    chunks: add.result,
    questions: questions.length,
    transformerVectors,
    ms: { firstStage: firstStage.result, bothStages: bothStages.result },
    recall: { static: await listRecall(vectors, 'vectors', byWords), transformer: await listRecall(vectors, `deep_${deep.name}`, byTransformer) },
    diskBytes,
    indexProcess: { add: add.phase, optimize: optimize.phase, searchFirstStage: firstStage.phase, takeOver: takeOver.phase, searchBothStages: bothStages.phase, compact: compact.phase },
  };
}

/** Static vectors alone over a base that real text does not fill: the manuals, and copies with other words. */
async function measureMillion(runtimes: SearchRuntimes, at: IndexLocation, base: BaseOptions): Promise<Record<string, unknown>> {
  const copies = Math.ceil(base.chunks / MANUAL_CHUNKS);
  const add = await runtimes.phase(() => runtimes.addAll(at, copied({ ...base, copies })));
  const optimize = await runtimes.phase(() => runtimes.index.optimize(at));
  const search = await runtimes.phase(() => askAll(runtimes, at, null));
  await runtimes.index.close(at);
  return {
    vectors: 'static',
    chunks: add.result,
    copiesOfEachDocument: copies,
    questions: questions.length,
    ms: { firstStage: search.result },
    diskBytes: { index: bytesIn(at.folder) },
    indexProcess: { add: add.phase, optimize: optimize.phase, searchFirstStage: search.phase },
  };
}

const scratch = mkdtempSync(join(tmpdir(), 'lathe-search-'));
const [words, embedder] = [await modelOf('wordllama-l2-supercat-256'), await modelOf('all-minilm-l6-v2')];
const runtimes = createSearchRuntimes(embedder);
try {
  const [before] = loadavg();
  const at: IndexLocation = { folder: join(scratch, 'index'), staticModelFolder: words.folder };
  const base = { roots: families.map(manualsOf), tokenizerPath: join(embedder.folder, 'tokenizer.json'), chunks: wantedChunks };
  const measured = million ? await measureMillion(runtimes, at, base) : await measureBoth(runtimes, at, { ...base, scratch, embedder });
  const figures = { full, loadAverage: { before, after: loadavg()[0] }, ...measured };
  if (option('chunks') === undefined) writeResult(million ? 'search-million' : 'search', figures);
  else process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await runtimes.stop();
  rmSync(scratch, { recursive: true, force: true });
}
