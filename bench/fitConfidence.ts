import { readFileSync } from 'node:fs';
import { confidenceFeatures, type ConfidenceFeatures } from '../src-main/runtimes/index/child/confidence.ts';
import { KnowledgeIndex } from '../src-main/runtimes/index/child/KnowledgeIndex.ts';
import { loadStaticModel } from '../src-main/runtimes/index/child/staticModel.ts';
import { findChunks } from '../src-main/runtimes/index/child/findChunks.ts';
import { round } from '../src-main/capabilities/knowledge/questions/metrics.ts';
import { auroc, type Question } from './metrics.ts';

/**
 * Fits the confidence's logistic regression and prints weights for confidenceWeights.ts.
 *   node bench/fitConfidence.ts MODEL_FOLDER INDEX=QUESTIONS.jsonl …   (one pair a family of manuals)
 * Only questions of the split `tune` are fitted. Each family is left out in turn: its AUROC is that of a fit which has
 * seen nothing of it; the last line is the final fit on the split `held`.
 */
interface Row {
  readonly features: readonly number[];
  readonly answerable: boolean;
  readonly held: boolean;
}

const STEPS = 3000;
const RATE = 0.3;
const L2 = 0.01;

async function readFamily(modelFolder: string, pair: string): Promise<{ names: string[]; rows: Row[] }> {
  const [folder = '', questions = ''] = pair.split('=');
  const index = await KnowledgeIndex.open({ folder, staticModelFolder: modelFolder }, loadStaticModel(modelFolder));
  const rows: Row[] = [];
  let names: string[] = [];
  for (const line of readFileSync(questions, 'utf8').split('\n').filter(Boolean)) {
    const question = JSON.parse(line) as Question;
    const found = await findChunks(index, { question: question.question });
    const features: ConfidenceFeatures = confidenceFeatures(found.question, found.ranked, index.chunks);
    names = Object.keys(features);
    rows.push({ features: Object.values(features), answerable: question.kind !== 'unanswerable', held: question.split === 'held' });
  }
  await index.close();
  return { names, rows };
}

/** Both classes weigh the same, so that 0.5 is the balanced threshold. */
function fit(rows: readonly Row[], used: readonly number[]): { bias: number; weights: number[] } {
  const positives = rows.filter((row) => row.answerable).length;
  const weights = used.map(() => 0);
  let bias = 0;
  for (let step = 0; step < STEPS; step++) {
    const gradient = used.map(() => 0);
    let biasGradient = 0;
    for (const row of rows) {
      const share = row.answerable ? 0.5 / positives : 0.5 / (rows.length - positives);
      const error = share * ((row.answerable ? 1 : 0) - predict(row, { bias, weights }, used));
      biasGradient += error;
      used.forEach((feature, i) => (gradient[i] = (gradient[i] as number) + error * (row.features[feature] as number)));
    }
    bias += RATE * biasGradient * 4;
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) + RATE * 4 * ((gradient[i] as number) - (L2 / 10) * (weights[i] as number));
  }
  return { bias, weights };
}

function predict(row: Row, model: { bias: number; weights: readonly number[] }, used: readonly number[]): number {
  const sum = used.reduce((total, feature, i) => total + (row.features[feature] as number) * (model.weights[i] as number), model.bias);
  return 1 / (1 + Math.exp(-sum));
}

function leaveOneOut(families: readonly Row[][], used: readonly number[]): number[] {
  return families.map((held, index) => {
    const model = fit(families.filter((_, other) => other !== index).flat(), used);
    const score = (answerable: boolean): number[] => held.filter((row) => row.answerable === answerable).map((row) => predict(row, model, used));
    return auroc(score(true), score(false));
  });
}

const [modelFolder = '', ...pairs] = process.argv.slice(2);
const families = [];
for (const pair of pairs) families.push(await readFamily(modelFolder, pair));
const names = families[0]?.names ?? [];
const rows = families.map((family) => family.rows.filter((row) => !row.held));
const all = names.map((_, i) => i);
const mean = (values: readonly number[]): number => round(values.reduce((a, b) => a + b, 0) / values.length);
names.forEach((name, i) => process.stdout.write(`${name}: alone ${mean(leaveOneOut(rows, [i]))}, without it ${mean(leaveOneOut(rows, all.filter((j) => j !== i)))}\n`));
const held = leaveOneOut(rows, all);
const final = fit(rows.flat(), all);
const unseen = families.flatMap((family) => family.rows.filter((row) => row.held));
const scores = (answerable: boolean): number[] => unseen.filter((row) => row.answerable === answerable).map((row) => predict(row, final, all));
process.stdout.write(`AUROC of each left-out family: ${held.join(', ')}; mean ${mean(held)}\nbias ${round(final.bias)}\n`);
names.forEach((name, i) => process.stdout.write(`${name}: ${round(final.weights[i] as number)},\n`));
process.stdout.write(`AUROC on held questions of all families: ${auroc(scores(true), scores(false))}\n`);
