import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src-main/base/appError.ts';
import type { Models, ReadyModel } from '../../../src-main/capabilities/models/models.ts';
import { createTransformerFiles } from '../../../src-main/server/transformerFiles.ts';
import { MINILM } from '../../helpers/minilmSettings.ts';

const { signal } = new AbortController();
const ready = (slug: string, use: Partial<ReadyModel>): ReadyModel => ({ slug, name: slug, task: 'text', digest: '0'.repeat(64), folder: '/m', weightsPath: `/m/${slug}.onnx`, fileOf: (name) => `/m/${name}`, embedding: null, pairTokens: null, ...use });
const ensuring = (ensure: (slug: string) => Promise<ReadyModel>): Models => ({ ensure }) as unknown as Models;
const files = createTransformerFiles(ensuring(async (slug) => ready(slug, slug === 'judge' ? { task: 'reranker', pairTokens: 512 } : slug === 'writer' ? {} : { task: 'embedding', embedding: MINILM })));

describe('the transformers of a knowledge base', () => {
  it('are the default embedder and no reranker where none is named', async () => {
    expect(await files.deepEmbedder(null, signal)).toMatchObject({ slug: 'all-minilm-l6-v2', settings: MINILM, tokenizerPath: '/m/tokenizer.json' });
    expect(await files.reranker(null, signal)).toBeNull();
  });

  it('have another identity when their settings make other vectors of passages, and the same when only questions are read otherwise', async () => {
    const digestWith = async (change: Partial<typeof MINILM>): Promise<string> => (await createTransformerFiles(ensuring(async (slug) => ready(slug, { task: 'embedding', embedding: { ...MINILM, ...change } }))).deepEmbedder('mine', signal)).digest;
    const before = await digestWith({});
    const changed = await Promise.all([digestWith({ pooling: 'cls' }), digestWith({ maxTokens: 128 }), digestWith({ documentPrefix: 'passage: ' })]);
    expect(new Set([before, ...changed]).size).toBe(4);
    expect(await digestWith({ queryPrefix: 'query: ', note: 'mean is taken', family: 'E5' })).toBe(before);
  });

  it('are refused when they are models for something else', async () => {
    expect(await files.reranker('judge', signal)).toMatchObject({ slug: 'judge', maxTokens: 512 });
    await expect(files.reranker('writer', signal)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    await expect(files.deepEmbedder('writer', signal)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    await expect(files.deepEmbedder('judge', signal)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
  });
});

describe('an embedder that a person names', () => {
  const known = { embedder: 'embedding', fetched: 'embedding', writer: 'text', gguf: 'embedding' } as const;
  const machine = {
    ready: async (slug: string) => {
      if (!(slug in known)) throw new AppError('MODEL_NOT_FOUND', `No model is called "${slug}".`);
      return slug === 'fetched' || slug === 'writer' ? null : { slug, embedding: slug === 'embedder' ? MINILM : null };
    },
    handlers: { list: async () => ({ models: Object.entries(known).map(([slug, task]) => ({ slug, task })) }) },
  } as unknown as Models;
  const port = createTransformerFiles(machine);

  it.each(['embedder', 'fetched'])('may be here or fetched first: %s', async (slug) => {
    await expect(port.assertEmbedder(slug)).resolves.toBeUndefined();
  });

  it.each([['nope', 'MODEL_NOT_FOUND'], ['writer', 'MODEL_UNSUPPORTED'], ['gguf', 'MODEL_UNSUPPORTED']])('is refused before anything is fetched where it is none: %s', async (slug, code) => {
    await expect(port.assertEmbedder(slug)).rejects.toMatchObject({ code });
  });
});
