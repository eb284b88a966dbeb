import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EmbeddingSettings } from '../../../../src-main/contract/models.ts';
import { createOnnxRuntime } from '../../../../src-main/runtimes/onnx/onnxRuntime.ts';
import { createSupervisor } from '../../../../src-main/runtimes/supervisor/createSupervisor.ts';
import { MINILM } from '../../../helpers/minilmSettings.ts';
import { DIMENSIONS, embedderGraph, rerankerGraph, tableRow, WORDS, writeTransformer } from '../../../helpers/standInTransformer.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const quiet = (): void => undefined;
const supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
const runtime = createOnnxRuntime(supervisor);
afterAll(() => supervisor.stop());

const folder = writeTransformer(temporaryFolder(), embedderGraph());
const files = { weightsPath: join(folder, 'model.onnx'), tokenizerPath: join(folder, 'tokenizer.json') };
const E5: EmbeddingSettings = { ...MINILM, family: 'E5', queryPrefix: 'query: ', documentPrefix: 'passage: ', dimensions: DIMENSIONS };

const add = (left: readonly number[], right: readonly number[]): number[] => left.map((value, at) => value + (right[at] ?? 0));
const unit = (vector: readonly number[]): number[] => vector.map((value) => value / Math.hypot(...vector));

/** The graph's arithmetic, and the pooling, done over in plain numbers. */
function expected(words: readonly string[], pooling: EmbeddingSettings['pooling']): number[] {
  const rows = words.map((word) => tableRow(WORDS.indexOf(word), DIMENSIONS));
  const middle = rows.reduce(add).map((value) => value / rows.length);
  const hidden = rows.map((row) => add(row, middle));
  if (pooling === 'cls') return hidden[0] ?? [];
  if (pooling === 'last') return hidden.at(-1) ?? [];
  return hidden.reduce(add).map((value) => value / hidden.length);
}

function expectClose(actual: ArrayLike<number>, wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) expect(actual[at]).toBeCloseTo(value, 5);
}

describe('an embedder with settings of its own', () => {
  it.each(['mean', 'cls', 'last'] as const)('pools by %s and puts its own prefix before a question and a document', async (pooling) => {
    const settings = { ...E5, pooling };
    const question = await runtime.embed({ ...files, settings, kind: 'question', texts: ['Cat running'] });
    expectClose(question.vectors, unit(expected(['[CLS]', 'query', ':', 'cat', 'run', '##ning', '[SEP]'], pooling)));
    const document = await runtime.embed({ ...files, settings, kind: 'document', texts: ['Cat running'] });
    expectClose(document.vectors, unit(expected(['[CLS]', 'passage', ':', 'cat', 'run', '##ning', '[SEP]'], pooling)));
  });

  it('leaves the length of its vectors where it does not normalise', async () => {
    const { vectors } = await runtime.embed({ ...files, settings: { ...E5, normalise: false, queryPrefix: '' }, kind: 'question', texts: ['dog'] });
    expectClose(vectors, expected(['[CLS]', 'dog', '[SEP]'], 'mean'));
  });

  it('cuts a long text before its closing token', async () => {
    const { vectors } = await runtime.embed({ ...files, settings: { ...E5, maxTokens: 5, queryPrefix: '' }, kind: 'question', texts: ['cat dog cat dog cat dog'] });
    expectClose(vectors, unit(expected(['[CLS]', 'cat', 'dog', 'cat', '[SEP]'], 'mean')));
  });

  it('says so when the graph gives other dimensions than the settings', async () => {
    await expect(runtime.embed({ ...files, settings: { ...E5, dimensions: 8 }, kind: 'question', texts: ['cat'] })).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
  });

  it('gives compact vectors of the texts\' own tokens, none of the prefix: three of a document in one row, each of a question in its own', async () => {
    const texts = ['Café zebra running.', '', '😀 中a cat'];
    const { tokens: asked = [] } = await runtime.embed({ ...files, settings: E5, kind: 'question', texts, detail: 'tokens' });
    expect(asked.map((rows) => rows.length / 64)).toEqual([5, 0, 4]);
    const { tokens: kept = [] } = await runtime.embed({ ...files, settings: E5, kind: 'document', texts, detail: 'tokens' });
    expect(kept.map((rows) => rows.length / 64)).toEqual([2, 0, 2]);
    const [first] = asked;
    expect(Math.hypot(...(first?.subarray(0, 64) ?? []))).toBeCloseTo(1, 5);
  });
});

/** The segment of the question counts once, that of the passage ten times. */
function logits(question: readonly string[], passage: readonly string[], labels: number): number[] {
  const rowOf = (word: string): number[] => tableRow(WORDS.indexOf(word), labels);
  const first = ['[CLS]', ...question, '[SEP]'].map(rowOf).reduce(add);
  return add(first, [...passage, '[SEP]'].map(rowOf).reduce(add).map((value) => value * 10));
}

describe('a cross-encoder', () => {
  const one = join(folder, 'one.onnx');
  const two = join(folder, 'two.onnx');
  writeFileSync(one, rerankerGraph(1));
  writeFileSync(two, rerankerGraph(2));
  const request = { tokenizerPath: files.tokenizerPath, question: 'cat', maxTokens: 8 };

  it('scores a pair by its logit, with the passage in its own segment', async () => {
    const scores = await runtime.score({ ...request, weightsPath: one, passages: ['dog running', 'a'] });
    expectClose(scores, [...logits(['cat'], ['dog', 'run', '##ning'], 1), ...logits(['cat'], ['a'], 1)].map(Math.fround));
  });

  it('scores by how far the second of two logits is above the first', async () => {
    const [no = 0, yes = 0] = logits(['cat'], ['dog'], 2);
    expectClose(await runtime.score({ ...request, weightsPath: two, passages: ['dog'] }), [yes - no]);
  });

  it('cuts the passage and not the question', async () => {
    const scores = await runtime.score({ ...request, weightsPath: one, passages: ['a b a b a b a b'] });
    expectClose(scores, logits(['cat'], ['a', 'b', 'a', 'b'], 1));
  });

  it('stops between passages when it is cancelled', async () => {
    const abort = new AbortController();
    const call = runtime.score({ ...request, weightsPath: one, passages: Array.from({ length: 200_000 }, () => 'dog') }, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('not needed')), 20);
    await expect(call).rejects.toThrow('not needed');
    expect(await runtime.score({ ...request, weightsPath: one, passages: [] })).toHaveLength(0);
  });
});
