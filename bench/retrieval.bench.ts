// Retrieval on five families of manuals against the plain Python script, and the second stage against the first: MRR@10, file and passage
// hit@5, AUROC of the confidence, paired bootstrap; for all questions and for the half that no weight was fitted on. `--family=NAME`
// measures one alone, into a file of its own. Transformer vectors are kept in bench/cache: the first run computes them, 20 minutes for 24,000 chunks.
// Pooled: the questions of all families as one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { starterModel, type StarterModel } from '../test/helpers/starterModels.ts';
import { buildIndex } from './buildIndex.ts';
import { FAMILIES, manualsOf, type Family } from './manuals.ts';
import { pairedBootstrap } from '../src-main/capabilities/knowledge/questions/metrics.ts';
import { auroc, judge, summarise, type Answered, type Outcome, type Question } from './metrics.ts';
import { pythonPeer } from './pythonPeer.ts';
import { createSecondStage } from './secondStage.ts';
import { quantile, writeResult } from './result.ts';
import type { SearchResult } from '../src-main/runtimes/types.ts';

const PLAIN = fileURLToPath(new URL('./baseline/plain.py', import.meta.url));
const RETRIEVERS = ['bm25', 'static', 'fused'] as const;
const MAX_TOKENS = 256;

type Plain = Readonly<Record<(typeof RETRIEVERS)[number], ReadonlyMap<string, Answered>>>;

interface Models {
  readonly staticModelFolder: string;
  readonly embedder: StarterModel;
}

const scratch = mkdtempSync(join(tmpdir(), 'lathe-retrieval-'));
const lines = <T>(path: string): T[] => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as T);

async function models(): Promise<Models> {
  const [words, embedder] = [await starterModel('wordllama-l2-supercat-256'), await starterModel('all-minilm-l6-v2')];
  if ('reason' in words) throw new Error(words.reason);
  if ('reason' in embedder) throw new Error(embedder.reason);
  return { staticModelFolder: words.folder, embedder };
}

interface Measured {
  readonly figures: Record<string, unknown>;
  readonly asked: readonly Asked[];
}

/** A question with the answers of both stages. */
interface Asked {
  readonly question: Question;
  readonly first: Answered | undefined;
  readonly second: Answered | undefined;
}

async function measureFamily(family: Family, using: Models): Promise<Measured> {
  const root = manualsOf(family);
  const questionsPath = fileURLToPath(new URL(`./questions/${family.name}.jsonl`, import.meta.url));
  const questions = lines<Question>(questionsPath);
  const out = join(scratch, family.name);
  execFileSync(pythonPeer(), [PLAIN, root, using.staticModelFolder, questionsPath, out], { stdio: ['ignore', 'ignore', 'inherit'] });
  const index = await buildIndex([root], { at: { folder: join(scratch, `${family.name}-index`), staticModelFolder: using.staticModelFolder }, tokenizerPath: join(using.embedder.folder, 'tokenizer.json'), maxTokens: MAX_TOKENS });
  const first = await askAll(questions, (question) => index.search(question, 10));
  const stage = createSecondStage(family.name, using.embedder);
  const completed = await index.complete(stage);
  const second = await askAll(questions, async (question) => index.search(question, 10, await stage.question(question)));
  await index.close();
  const readPlain = (name: string): Map<string, Answered> => new Map(lines<Answered & { score: number }>(join(out, `${name}.jsonl`)).map((item) => [item.id, { ...item, confidence: item.score }]));
  const plain: Plain = { bm25: readPlain('bm25'), static: readPlain('static'), fused: readPlain('fused') };
  const compareOn = (subset: readonly Question[]): unknown => ({ ...compare(subset, first.answers, plain), secondStage: compareStages(subset, first.answers, second.answers) });
  const figures = {
    files: index.files,
    chunks: index.chunks,
    indexSeconds: index.seconds,
    plainTimings: JSON.parse(readFileSync(join(out, 'timings.json'), 'utf8')) as unknown,
    searchMs: first.ms,
    secondStage: { ...completed, searchMs: second.ms },
    all: compareOn(questions),
    held: compareOn(questions.filter((question) => question.split === 'held')),
    byKind: Object.fromEntries((['paraphrase', 'identifier', 'table'] as const).map((kind) => [kind, compareOn(questions.filter((question) => question.kind === kind))])),
  };
  return { figures, asked: questions.map((question) => ({ question, first: first.answers.get(question.id), second: second.answers.get(question.id) })) };
}

/** Both stages over the questions of all families; ids are a family's own. */
function pool(asked: readonly Asked[]): unknown {
  const compareOn = (some: readonly Asked[]): unknown => {
    const questions = some.map(({ question }, at) => ({ ...question, id: String(at) }));
    const answers = (pick: (each: Asked) => Answered | undefined): Map<string, Answered> => new Map(some.flatMap((each, at) => (pick(each) === undefined ? [] : [[String(at), pick(each) as Answered] as const])));
    const [first, second] = [answers((each) => each.first), answers((each) => each.second)];
    return { firstStage: { ...summarise(outcomesOf(questions, first)), ...aurocOf(questions, first) }, secondStage: compareStages(questions, first, second) };
  };
  return { all: compareOn(asked), held: compareOn(asked.filter(({ question }) => question.split === 'held')) };
}

/** Asks every question; `ms` with what it takes to embed it. */
async function askAll(questions: readonly Question[], search: (question: string) => Promise<SearchResult>): Promise<{ answers: ReadonlyMap<string, Answered>; ms: { p50: number; p95: number } }> {
  const times: number[] = [];
  const answers = new Map<string, Answered>();
  for (const { id, question } of questions) {
    const startedAt = performance.now();
    const found = await search(question);
    times.push(performance.now() - startedAt);
    answers.set(id, { id, confidence: found.confidence, results: found.passages.map((passage) => ({ file: passage.documentId, text: passage.text })) });
  }
  return { answers, ms: { p50: quantile(times, 0.5), p95: quantile(times, 0.95) } };
}

function outcomesOf(questions: readonly Question[], answers: ReadonlyMap<string, Answered>): Outcome[] {
  return questions.filter((question) => question.kind !== 'unanswerable').map((question) => judge(question, answers.get(question.id)));
}

function aurocOf(questions: readonly Question[], answers: ReadonlyMap<string, Answered>): { auroc?: number } {
  const confidence = (unanswerable: boolean): number[] => questions.filter(({ kind }) => (kind === 'unanswerable') === unanswerable).map(({ id }) => answers.get(id)?.confidence ?? 0);
  return confidence(true).length > 0 ? { auroc: auroc(confidence(false), confidence(true)) } : {};
}

/** The second stage against the first. */
function compareStages(questions: readonly Question[], first: ReadonlyMap<string, Answered>, second: ReadonlyMap<string, Answered>): unknown {
  const [before, after] = [outcomesOf(questions, first), outcomesOf(questions, second)];
  const gain = (pick: (outcome: Outcome) => number): unknown => pairedBootstrap(after.map((outcome, at) => pick(outcome) - pick(before[at] as Outcome)));
  return {
    lathe: { ...summarise(after), ...aurocOf(questions, second) },
    gain: { mrr10: gain((o) => o.reciprocalRank), fileHit5: gain((o) => o.fileHit), passageHit5: gain((o) => o.passageHit) },
  };
}

/** Ours against the script's best retriever for each metric. */
function compare(questions: readonly Question[], ours: ReadonlyMap<string, Answered>, plain: Plain): object {
  const outcomes = (answers: ReadonlyMap<string, Answered>): Outcome[] => outcomesOf(questions, answers);
  const report = (answers: ReadonlyMap<string, Answered>): object => ({ ...summarise(outcomes(answers)), ...aurocOf(questions, answers) });
  const mine = outcomes(ours);
  const against = (pick: (outcome: Outcome) => number): unknown => {
    const sum = (list: readonly Outcome[]): number => list.reduce((total, outcome) => total + pick(outcome), 0);
    const best = RETRIEVERS.map((name) => ({ name, list: outcomes(plain[name]) })).sort((a, b) => sum(b.list) - sum(a.list))[0];
    if (!best) return null;
    return { against: best.name, ...pairedBootstrap(mine.map((outcome, i) => pick(outcome) - pick(best.list[i] as Outcome))) };
  };
  return {
    lathe: report(ours),
    plain: Object.fromEntries(RETRIEVERS.map((name) => [name, report(plain[name])])),
    gain: { mrr10: against((o) => o.reciprocalRank), fileHit5: against((o) => o.fileHit), passageHit5: against((o) => o.passageHit) },
  };
}

try {
  const using = await models();
  const families: Record<string, unknown> = {};
  const asked: Asked[] = [];
  const only = process.argv.find((word) => word.startsWith('--family='))?.slice('--family='.length);
  for (const family of FAMILIES.filter(({ name }) => only === undefined || name === only)) {
    const measured = await measureFamily(family, using);
    families[family.name] = measured.figures;
    asked.push(...measured.asked);
  }
  writeResult(only === undefined ? 'retrieval' : `retrieval-${only}`, { pooled: pool(asked), families });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
