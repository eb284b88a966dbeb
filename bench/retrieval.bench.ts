// Retrieval on five families of manuals against the plain Python script: MRR@10, file and passage hit@5, AUROC of the
// confidence, paired bootstrap; for all questions and for the half that no weight was fitted on.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { starterModel } from '../test/helpers/starterModels.ts';
import { buildIndex } from './buildIndex.ts';
import { FAMILIES, manualsOf, type Family } from './manuals.ts';
import { pairedBootstrap } from '../src-main/capabilities/knowledge/questions/metrics.ts';
import { auroc, judge, summarise, type Answered, type Outcome, type Question } from './metrics.ts';
import { pythonPeer } from './pythonPeer.ts';
import { quantile, writeResult } from './result.ts';

const PLAIN = fileURLToPath(new URL('./baseline/plain.py', import.meta.url));
const RETRIEVERS = ['bm25', 'static', 'fused'] as const;
const MAX_TOKENS = 256;

type Plain = Readonly<Record<(typeof RETRIEVERS)[number], ReadonlyMap<string, Answered>>>;

interface Models {
  readonly staticModelFolder: string;
  readonly tokenizerPath: string;
}

const scratch = mkdtempSync(join(tmpdir(), 'lathe-retrieval-'));
const lines = <T>(path: string): T[] => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as T);

async function models(): Promise<Models> {
  const [words, embedder] = [await starterModel('wordllama-l2-supercat-256'), await starterModel('all-minilm-l6-v2')];
  if ('reason' in words) throw new Error(words.reason);
  if ('reason' in embedder) throw new Error(embedder.reason);
  return { staticModelFolder: words.folder, tokenizerPath: join(embedder.folder, 'tokenizer.json') };
}

async function measureFamily(family: Family, using: Models): Promise<Record<string, unknown>> {
  const root = manualsOf(family);
  const questionsPath = fileURLToPath(new URL(`./questions/${family.name}.jsonl`, import.meta.url));
  const questions = lines<Question>(questionsPath);
  const out = join(scratch, family.name);
  execFileSync(pythonPeer(), [PLAIN, root, using.staticModelFolder, questionsPath, out], { stdio: ['ignore', 'ignore', 'inherit'] });
  const index = await buildIndex([root], { at: { folder: join(scratch, `${family.name}-index`), staticModelFolder: using.staticModelFolder }, tokenizerPath: using.tokenizerPath, maxTokens: MAX_TOKENS });
  const times: number[] = [];
  const ours = new Map<string, Answered>();
  for (const { id, question } of questions) {
    const startedAt = performance.now();
    const found = await index.search(question, 10);
    times.push(performance.now() - startedAt);
    ours.set(id, { id, confidence: found.confidence, results: found.passages.map((passage) => ({ file: passage.documentId, text: passage.text })) });
  }
  await index.close();
  const readPlain = (name: string): Map<string, Answered> => new Map(lines<Answered & { score: number }>(join(out, `${name}.jsonl`)).map((item) => [item.id, { ...item, confidence: item.score }]));
  const plain: Plain = { bm25: readPlain('bm25'), static: readPlain('static'), fused: readPlain('fused') };
  const compareOn = (subset: readonly Question[]): unknown => compare(subset, ours, plain);
  return {
    files: index.files,
    chunks: index.chunks,
    indexSeconds: index.seconds,
    plainTimings: JSON.parse(readFileSync(join(out, 'timings.json'), 'utf8')) as unknown,
    searchMs: { p50: quantile(times, 0.5), p95: quantile(times, 0.95) },
    all: compareOn(questions),
    held: compareOn(questions.filter((question) => question.split === 'held')),
    byKind: Object.fromEntries((['paraphrase', 'identifier', 'table'] as const).map((kind) => [kind, compareOn(questions.filter((question) => question.kind === kind))])),
  };
}

/** Ours against the script's best retriever for each metric. */
function compare(questions: readonly Question[], ours: ReadonlyMap<string, Answered>, plain: Plain): unknown {
  const answerable = questions.filter((question) => question.kind !== 'unanswerable');
  const unanswerable = questions.filter((question) => question.kind === 'unanswerable');
  const outcomes = (answers: ReadonlyMap<string, Answered>): Outcome[] => answerable.map((question) => judge(question, answers.get(question.id)));
  const report = (answers: ReadonlyMap<string, Answered>): object => {
    const confidence = (list: readonly Question[]): number[] => list.map((question) => answers.get(question.id)?.confidence ?? 0);
    return { ...summarise(outcomes(answers)), ...(unanswerable.length > 0 ? { auroc: auroc(confidence(answerable), confidence(unanswerable)) } : {}) };
  };
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
  for (const family of FAMILIES) families[family.name] = await measureFamily(family, using);
  writeResult('retrieval', { families });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
