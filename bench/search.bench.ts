// Search time and memory over 100,000 and more chunks of real text, in one process as the index child runs it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { starterModel } from '../test/helpers/starterModels.ts';
import { buildIndex } from './buildIndex.ts';
import { FAMILIES, manualsOf } from './manuals.ts';
import type { Question } from './metrics.ts';
import { quantile, writeResult } from './result.ts';

/** Smaller chunks than the product makes, so that the manuals of three families give more than 100,000 of them. */
const MAX_TOKENS = 96;
const SEARCHED = FAMILIES.slice(0, 3);

const scratch = mkdtempSync(join(tmpdir(), 'lathe-search-'));
try {
  const [words, embedder] = [await starterModel('wordllama-l2-supercat-256'), await starterModel('all-minilm-l6-v2')];
  if ('reason' in words) throw new Error(words.reason);
  if ('reason' in embedder) throw new Error(embedder.reason);
  const at = { folder: join(scratch, 'index'), staticModelFolder: words.folder };
  const index = await buildIndex(SEARCHED.map(manualsOf), { at, tokenizerPath: join(embedder.folder, 'tokenizer.json'), maxTokens: MAX_TOKENS });
  const questions = SEARCHED.flatMap(({ name }) =>
    readFileSync(fileURLToPath(new URL(`./questions/${name}.jsonl`, import.meta.url)), 'utf8').split('\n').filter(Boolean).map((line) => (JSON.parse(line) as Question).question),
  );
  for (const question of questions.slice(0, 20)) await index.search(question, 10);
  const steps: Record<string, number[]> = {};
  for (const question of questions) {
    const startedAt = performance.now();
    const { timingsMs } = await index.search(question, 10);
    for (const [step, ms] of Object.entries({ ...timingsMs, total: performance.now() - startedAt })) (steps[step] ??= []).push(ms);
  }
  await index.close();
  const ms = Object.fromEntries(Object.entries(steps).map(([step, times]) => [step, { p50: quantile(times, 0.5), p95: quantile(times, 0.95), max: Math.max(...times) }]));
  writeResult('search', { chunks: index.chunks, questions: questions.length, indexSeconds: index.seconds, chunksPerSecondAdded: Math.round(index.chunks / index.seconds.add), ms });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
