// The transformer stage on a fixed sample of 1,000 chunks (200 of them without --full), one thread, against raw onnxruntime and tokenizers from
// Python: chunks per CPU second (user and system), turn by turn, so that the machine's noise meets both sides.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MINILM } from '../test/helpers/minilmSettings.ts';
import { starterModel } from '../test/helpers/starterModels.ts';
import { askLines, type LinesChild } from './askLines.ts';
import { chunkSample } from './chunkSample.ts';
import { FAMILIES, manualsOf } from './manuals.ts';
import { pythonPeer } from './pythonPeer.ts';
import { quantile, writeResult } from './result.ts';

const SAMPLE = 1_000;
const SHORT_SAMPLE = 200;
/** Texts of one turn; every side has the same ones before the next turn begins. Short turns: the noise of a shared processor changes within seconds. */
const TURN = 10;
const BATCHES = [4, 8, 16, 32];
const BATCH_TRIAL = 50;

interface Spent {
  readonly cpuSeconds: number;
  /** Of the first text of the turn. */
  readonly first: readonly number[];
  /** Known to the Python side, special ones included. */
  readonly tokens?: number;
}

interface Side {
  readonly name: string;
  readonly child: LinesChild;
  readonly ask: Readonly<Record<string, unknown>>;
}

const full = process.argv.includes('--full');
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const round = (value: number, digits = 3): number => Number(value.toFixed(digits));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const cosine = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, at) => value * (b[at] ?? 0)));

const model = await starterModel('all-minilm-l6-v2');
if ('reason' in model) throw new Error(model.reason);
const [family] = FAMILIES;
if (!family) throw new Error('Expected a family of manuals');
const tokenizerPath = join(model.folder, 'tokenizer.json');
const all = await chunkSample(manualsOf(family), tokenizerPath, SAMPLE);
const texts = full ? all : all.filter((_, at) => at % (SAMPLE / SHORT_SAMPLE) === 0);

const scratch = mkdtempSync(join(tmpdir(), 'lathe-embed-'));
const [textsPath, settingsPath] = [join(scratch, 'texts.json'), join(scratch, 'settings.json')];
writeFileSync(textsPath, JSON.stringify(texts));
writeFileSync(settingsPath, JSON.stringify(MINILM));
const ours = askLines(process.execPath, ['--disable-warning=ExperimentalWarning', here('./embedChild.ts'), model.weightsPath, tokenizerPath, textsPath, settingsPath]);
const python = askLines(pythonPeer(), [here('./baseline/embed.py'), model.weightsPath, tokenizerPath, textsPath, String(MINILM.maxTokens)]);

try {
  const [, pythonVersions] = [await ours.next(), await python.next()];
  // Loading, and the first runs that compile, are not what is measured.
  for (const detail of [false, true]) await ours.ask({ detail, from: 0, to: 20 });
  const trials: { batch: number; chunksPerCpuSecond: number }[] = [];
  for (const batch of [1, ...BATCHES]) {
    await python.ask({ batch, from: 0, to: batch });
    const { cpuSeconds } = (await python.ask({ batch, from: 0, to: BATCH_TRIAL })) as Spent;
    trials.push({ batch, chunksPerCpuSecond: round(BATCH_TRIAL / cpuSeconds) });
  }
  const best = trials.filter(({ batch }) => batch > 1).reduce((a, b) => (b.chunksPerCpuSecond > a.chunksPerCpuSecond ? b : a));

  const sides: readonly Side[] = [
    { name: 'vector', child: ours, ask: { detail: false } },
    { name: 'pythonOneByOne', child: python, ask: { batch: 1 } },
    { name: 'vectorAndTokens', child: ours, ask: { detail: true } },
    { name: 'pythonBestBatch', child: python, ask: { batch: best.batch } },
  ];
  const spent = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
  let tokens = 0;
  let leastCosine = 1;
  for (let from = 0, turn = 0; from < texts.length; from += TURN, turn += 1) {
    const firsts = new Map<string, readonly number[]>();
    // A B C D, then D C B A: nobody always comes first.
    for (const { name, child, ask } of turn % 2 === 0 ? sides : sides.toReversed()) {
      const answer = (await child.ask({ ...ask, from, to: Math.min(texts.length, from + TURN) })) as Spent;
      spent.get(name)?.push(answer.cpuSeconds);
      firsts.set(name, answer.first);
      if (name === 'pythonOneByOne') tokens += answer.tokens ?? 0;
    }
    leastCosine = Math.min(leastCosine, cosine(firsts.get('vector') ?? [], firsts.get('pythonOneByOne') ?? []));
  }

  const secondsOf = (name: string): readonly number[] => spent.get(name) ?? [];
  const rate = (name: string): number => texts.length / sum(secondsOf(name));
  const ratio = (name: string, peer: string): { ofTotals: number; medianOfTurns: number } => ({
    ofTotals: round(rate(name) / rate(peer)),
    medianOfTurns: round(quantile(secondsOf(name).map((seconds, turn) => (secondsOf(peer)[turn] ?? Number.NaN) / seconds), 0.5)),
  });
  writeResult('embed', {
    sample: { chunks: texts.length, of: SAMPLE, full, from: family.name, sha256: createHash('sha256').update(JSON.stringify(texts)).digest('hex'), meanTokens: round(tokens / texts.length, 1) },
    versions: { onnxruntimeNode: versionOf('onnxruntime-node'), tokenizersOfJavaScript: versionOf('@huggingface/tokenizers'), ...(pythonVersions as object) },
    model: { slug: model.slug, digest: model.digest },
    threads: 1,
    chunksPerCpuSecond: Object.fromEntries(sides.map(({ name }) => [name, round(rate(name), 2)])),
    pythonBatches: trials,
    ratioToOneByOne: { vector: ratio('vector', 'pythonOneByOne'), vectorAndTokens: ratio('vectorAndTokens', 'pythonOneByOne') },
    ratioToBestBatch: { batch: best.batch, vector: ratio('vector', 'pythonBestBatch'), vectorAndTokens: ratio('vectorAndTokens', 'pythonBestBatch') },
    goalRatio: 0.95,
    leastCosineToPython: round(leastCosine, 6),
  });
} finally {
  ours.close();
  python.close();
  rmSync(scratch, { recursive: true, force: true });
}

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(here(`../node_modules/${name}/package.json`), 'utf8')) as { version: string }).version;
}
