import { expect, test } from 'vitest';
import { embedderFixes, passagesFix } from '../../../../../src-main/capabilities/knowledge/why/autopsyFixes.ts';

test('another embedder is named where one is on this machine, and not offered where there is none', () => {
  expect(embedderFixes({ embedder: 'all-minilm-l6-v2' }, ['all-minilm-l6-v2'])).toEqual([]);
  expect(embedderFixes({ embedder: 'all-minilm-l6-v2' }, ['all-minilm-l6-v2', 'my-bge'])).toEqual([
    { kind: 'reindex', title: 'Build an index with the embedder my-bge instead of all-minilm-l6-v2 beside this one and compare', command: 'knowledge snapshot new --embedder my-bge', settings: { embedder: 'my-bge' } },
  ]);
});

test('more passages are offered as far as the setting goes', () => {
  expect(passagesFix(50)).toMatchObject([{ kind: 'more-passages', settings: { passages: 50 } }]);
  expect(passagesFix(51)).toEqual([]);
});
