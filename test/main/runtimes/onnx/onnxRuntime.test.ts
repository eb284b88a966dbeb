import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasErrorCode } from '../../../../src-main/base/appError.ts';
import { createOnnxRuntime } from '../../../../src-main/runtimes/onnx/onnxRuntime.ts';
import { createSupervisor } from '../../../../src-main/runtimes/supervisor/createSupervisor.ts';
import type { EmbedRequest } from '../../../../src-main/runtimes/types.ts';
import { because } from '../../../helpers/because.ts';
import { MINILM } from '../../../helpers/minilmSettings.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import reference from './minilmReference.json' with { type: 'json' };

const model = await starterModel('all-minilm-l6-v2');
const minilm = (folder: string): Omit<EmbedRequest, 'texts'> => ({ weightsPath: join(folder, 'model.onnx'), tokenizerPath: join(folder, 'tokenizer.json'), settings: MINILM, kind: 'question' });
const quiet = (): void => undefined;
const supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
const runtime = createOnnxRuntime(supervisor);
const folders: string[] = [];
afterAll(async () => {
  await supervisor.stop();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (hasErrorCode(error)) return error.code;
    throw error;
  }
  return 'no error';
}

describe.skipIf('reason' in model)(`embeddings by ONNX Runtime with all-MiniLM-L6-v2${because(model)}`, () => {
  const folder = 'reason' in model ? '' : model.folder;
  const texts = reference.rows.map((row) => row.text.repeat(row.repeat ?? 1));

  it('gives the vectors that onnxruntime gives in Python: of nothing, emoji, mixed case, CJK, marks, of exactly 256 tokens and of 10,000 characters', async () => {
    const { dimensions, vectors } = await runtime.embed({ ...minilm(folder), texts });
    expect(dimensions).toBe(384);
    for (const [at, row] of reference.rows.entries()) {
      for (const [place, value] of row.vector.entries()) expect(vectors[at * dimensions + place], `${row.text.slice(0, 30)} [${place}]`).toBeCloseTo(value, 3);
    }
  });

  it('gives vectors of length one, the same alone as among others, for empty and overlong texts too', async () => {
    const long = 'a sentence that goes on and on '.repeat(200);
    const all = await runtime.embed({ ...minilm(folder), texts: [...texts, long] });
    const alone = await runtime.embed({ ...minilm(folder), texts: [texts[2] ?? ''] });
    expect([...alone.vectors]).toEqual([...all.vectors.subarray(2 * 384, 3 * 384)]);
    for (let row = 0; row <= texts.length; row += 1) expect(Math.hypot(...all.vectors.subarray(row * 384, (row + 1) * 384))).toBeCloseTo(1, 5);
  });

  it('gives the same vectors in any order, and for a text of 257 tokens those of its first 256', async () => {
    const there = await runtime.embed({ ...minilm(folder), texts });
    const back = await runtime.embed({ ...minilm(folder), texts: texts.toReversed() });
    const rowOf = (vectors: Float32Array, row: number): number[] => [...vectors.subarray(row * 384, (row + 1) * 384)];
    for (let row = 0; row < texts.length; row += 1) expect(rowOf(back.vectors, texts.length - 1 - row)).toEqual(rowOf(there.vectors, row));
    const [whole, cut] = [254, 255].map((count) => texts.indexOf('cat '.repeat(count)));
    expect(rowOf(there.vectors, cut ?? -1)).toEqual(rowOf(there.vectors, whole ?? -1));
  });

  it('gives nothing for no texts', async () => {
    expect(await runtime.embed({ ...minilm(folder), texts: [] })).toEqual({ dimensions: 0, vectors: new Float32Array() });
  });

  it('can be cancelled between texts', async () => {
    const abort = new AbortController();
    const call = runtime.embed({ ...minilm(folder), texts: Array.from({ length: 2_000 }, (_, at) => `text number ${at}`) }, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('not needed')), 50);
    await expect(call).rejects.toThrow('not needed');
    expect((await runtime.embed({ ...minilm(folder), texts: ['still there'] })).dimensions).toBe(384);
  });

  it('gives one error for a truncated model, random bytes, a broken tokenizer and a missing file', async () => {
    const copies = await Promise.all(
      ['cut', 'random', 'tokenizer', 'missing'].map(async (name) => {
        const copy = await mkdtemp(join(tmpdir(), `lathe-onnx-${name}-`));
        folders.push(copy);
        await cp(folder, copy, { recursive: true });
        return copy;
      }),
    );
    const [cut, random, tokenizer, missing] = copies as [string, string, string, string];
    await truncate(join(cut, 'model.onnx'), 5_000_000);
    await writeFile(join(random, 'model.onnx'), randomBytes(100_000));
    await writeFile(join(tokenizer, 'tokenizer.json'), '{"model": ');
    await rm(join(missing, 'model.onnx'));
    const codes = await Promise.all(copies.map((copy) => codeOf(runtime.embed({ ...minilm(copy), texts: ['x'] }))));
    expect(codes).toEqual(['MODEL_DAMAGED', 'MODEL_DAMAGED', 'MODEL_DAMAGED', 'MODEL_NOT_FOUND']);
    expect((await runtime.embed({ ...minilm(folder), texts: ['x'] })).dimensions).toBe(384);
  });
});
