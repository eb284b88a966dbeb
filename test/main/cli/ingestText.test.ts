import { describe, expect, test } from 'vitest';
import type { KnowledgeDocument } from '#contract/knowledge.ts';
import type { StageProgress } from '#contract/stages.ts';
import { ingestLines, pausedVectors } from '../../../src-main/cli/ingestText.ts';

const result = { ingested: 13, aliases: 2, unchanged: 1, failed: 1, skipped: 0, removed: 0, chunks: 20, vectors: { done: 20, total: 20 }, passedOver: { hidden: 3 }, problems: [{ path: 'a\nb', reason: 'a link' }] };

describe('an ingestion as it is printed', () => {
  test('says how many of the ingested have the text of another document', () => {
    expect(ingestLines(result, []).slice(0, 2)).toEqual([
      '13 ingested (2 of them with the text of another document, which is searched for them), 1 unchanged, 1 failed, 0 skipped, 0 gone from disk; 20 new chunks',
      '20 of 20 chunks have a transformer vector',
    ]);
    expect(ingestLines({ ...result, aliases: 0 }, [])[0]).toMatch(/^13 ingested, 1 unchanged/);
  });

  test('names what was passed over, what failed and what has a warning, each on one line', () => {
    const documents = [{ file: 'x.pdf', state: 'failed', reason: 'It is damaged', warnings: [] }, { file: 'y.pdf', state: 'ready', reason: null, warnings: [{ message: 'A page is a picture' }] }, { file: 'z.pdf', state: 'ready', reason: null, warnings: [] }] as unknown as KnowledgeDocument[];
    expect(ingestLines(result, documents).slice(2)).toEqual(['  passed over, hidden: 3', '  passed over a\\nb: a link', '  failed  x.pdf: It is damaged', '  ready   y.pdf: A page is a picture']);
  });
});

test('paused transformer vectors are said, with the way on', () => {
  const base = (state: StageProgress['state']) => ({ slug: 'notes', stages: { text: { done: 2, total: 2 }, vectors: { state, done: 1, total: 3, rate: null, leftMs: null } } }) as Parameters<typeof pausedVectors>[0];
  expect(pausedVectors(base('paused'))).toBe('Transformer vectors are paused: 2 chunks are searched without one. Go on with `knowledge snapshot resume --knowledge notes`.');
  for (const state of ['complete', 'running', 'waiting'] as const) expect(pausedVectors(base(state))).toBeNull();
});
