import { expect, test } from 'vitest';
import type { PipelineView } from '#contract/pipelines.ts';
import { prepareCells } from '../../../../src-renderer/features/pipelines/preparePipeline.ts';

const outcome = (name: string, state: 'ran' | 'reused' | 'failed' | 'skipped', reason: string) => ({ name, kind: 'sql', state, reason, key: 'k', durationMs: 1500 });
const view: PipelineView = {
  slug: 'p',
  name: 'P',
  cells: [
    { name: 'words', kind: 'markdown', text: 'Words.' },
    { name: 'pay', kind: 'source', path: 'a.csv' },
    { name: 'new', kind: 'sql', sql: 'SELECT 1' },
    { name: 'check', kind: 'expect', input: 'pay', rows: { min: 10 }, rules: [{ rule: 'a > 0' }, { rule: 'b > 0', atMost: 0.01 }] },
    { name: 'parts', kind: 'split', input: 'pay', by: 'time', column: 'at', test: 0.2 },
  ],
  run: { run: 'r', pipeline: 'p', status: 'failed', startedAtMs: 0, registered: null, error: null, cells: [outcome('pay', 'ran', 'it never ran before'), outcome('check', 'failed', '3 rows'), outcome('parts', 'skipped', 'not run: check failed')] },
  tables: [{ name: 'pay', digest: 'd', rows: 12_345, columns: [{ name: 'a', type: 'BIGINT' }, { name: 'b', type: 'BIGINT' }] }],
  stale: [{ cell: 'pay', reason: 'file `a.csv` changed' }, { cell: 'check', reason: 'input `pay` is stale' }, { cell: 'parts', reason: 'input `pay` is stale' }],
  job: null,
};

test('each cell says what became of it, or that its result is stale; what failed or was not run says that', () => {
  expect(prepareCells(view).map(({ name, word, reason }) => [name, word, reason])).toEqual([
    ['words', 'Words', ''],
    ['pay', 'Stale', 'file `a.csv` changed'],
    ['new', 'Never ran', ''],
    ['check', 'Failed', '3 rows'],
    ['parts', 'Skipped', 'not run: check failed'],
  ]);
});

test('a cell shows what it does and what it gave', () => {
  const rows = prepareCells(view);
  expect(rows.map(({ text }) => text)).toEqual(['Words.', 'a.csv', 'SELECT 1', 'pay:\nat least 10 rows\na > 0\nb > 0 (all but 1 %)', 'pay by time (at): 20 % test']);
  expect([rows[1]?.gives, rows[1]?.time, rows[4]?.gives]).toEqual(['12,345 × 2', '1.5 s', '']);
});
