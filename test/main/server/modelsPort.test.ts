import { describe, expect, it } from 'vitest';
import type { Models } from '../../../src-main/capabilities/models/models.ts';
import { createModelsPort } from '../../../src-main/server/modelsPort.ts';

/** Models that are all in place, each a text model. */
const present: Pick<Models, 'ensure'> = {
  ensure: async (slug) => ({ slug, name: slug, task: 'text', digest: '0'.repeat(64), folder: '/models', weightsPath: `/models/${slug}`, fileOf: (name) => name, embedding: null, pairTokens: null }),
};
const { signal } = new AbortController();

describe('the model that writes an answer', () => {
  it.each([
    { asked: 'a', environment: 'b', pinned: 'c', preferred: 'd', slug: 'a' },
    { asked: null, environment: 'b', pinned: 'c', preferred: 'd', slug: 'b' },
    { asked: null, environment: null, pinned: 'c', preferred: 'd', slug: 'c' },
    { asked: null, environment: null, pinned: null, preferred: 'd', slug: 'd' },
    { asked: null, environment: null, pinned: null, preferred: null, slug: 'gemma-3-270m' },
  ])('is $slug when asked for $asked, with $environment in the environment, pinned $pinned, preferred $preferred', async ({ asked, environment, pinned, preferred, slug }) => {
    const port = createModelsPort(present as Models, { fixed: environment, preferred: () => preferred });
    expect((await port.textModel(asked, signal, pinned)).slug).toBe(slug);
  });
});

describe('the models that ingestion needs', () => {
  it('are named while they are fetched, and not any more once they are there', async () => {
    const waits: string[] = [];
    const late: (() => void)[] = [];
    const fetching: Pick<Models, 'ensure'> = {
      ensure: async (slug, stop, onProgress) => {
        const report = (): void => onProgress?.({} as Parameters<typeof onProgress>[0]);
        report();
        late.push(report);
        return present.ensure(slug, stop);
      },
    };
    await createModelsPort(fetching as Models, { fixed: null, preferred: () => null }).embedder(signal, (slug) => void waits.push(slug));
    for (const report of late) report();
    expect(waits).toEqual(['all-minilm-l6-v2', 'wordllama-l2-supercat-256']);
  });
});
