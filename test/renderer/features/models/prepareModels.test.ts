import { describe, expect, it } from 'vitest';
import { prepareModels } from '../../../../src-renderer/features/models/prepareModels.ts';
import { makeModels } from '../../fakeData.ts';

describe('the list of models', () => {
  it('shows what is here first, then the catalogue, each with what can be done', () => {
    expect(prepareModels(makeModels(), 22.8e9).map(({ slug, word, fit, does }) => [slug, word, fit.word, does.join()])).toEqual([
      ['wordllama-256', 'Ready', 'Fits', 'remove'],
      ['all-minilm-l6-v2', 'Ready', 'Fits', 'remove'],
      ['gemma-3-270m', 'In memory', 'Fits', 'unload,remove'],
      ['smollm2-135m', 'Not here', 'Fits', 'get'],
      ['qwen3-4b', 'Not here', 'Tight', 'get'],
      ['qwen3-14b', 'Not here', 'Too large', 'get'],
    ]);
  });

  it('says what to do with a damaged file, and only forgets a local one', () => {
    const [first] = makeModels();
    if (first === undefined) throw new Error('Expected a model');
    const row = (changes: Partial<typeof first>) => prepareModels([{ ...first, loaded: false, ...changes }], 1e9)[0];
    expect(row({ state: 'damaged' })).toMatchObject({ word: 'Damaged', does: ['get', 'remove'], note: expect.stringContaining('get it again') });
    expect(row({ state: 'damaged', path: '/x.gguf' })?.does).toEqual(['remove']);
    expect(row({ state: 'missing', path: '/x.gguf' })).toMatchObject({ word: 'File gone', note: '/x.gguf is no longer there.' });
    expect(row({ state: 'downloading' })?.does).toEqual(['cancel']);
  });
});
