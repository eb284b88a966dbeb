import { describe, expect, test } from 'vitest';
import type { Cell } from '#contract/pipelines.ts';
import { applySettings, planPipeline } from '../../../../src-main/capabilities/pipelines/planPipeline.ts';
import { explainChange, keyOf, type KeyParts } from '../../../../src-main/capabilities/pipelines/stepKey.ts';

const pipeline = (...cells: Cell[]) => ({ version: 1 as const, name: 'x', cells });
const source = (name: string): Cell => ({ name, kind: 'source', path: 'a.csv' });
const split: Cell = { name: 'parts', kind: 'split', input: 'pay', by: 'random', test: 0.2 };
const inputsOf = (sql: string, above: readonly Cell[]) => planPipeline('p.yaml', pipeline(...above, { name: 'query', kind: 'sql', sql })).at(-1)?.inputs;

describe('the tables that a query reads', () => {
  test.each([
    ['SELECT * FROM pay', ['pay']],
    ['select * from PAY join "shops" using (id)', ['pay', 'shops']],
    ['SELECT payment FROM shops', ['shops']],
    ['SELECT shops.pay_day FROM shops', ['shops']],
    ['SELECT * FROM parts.train', ['parts.train']],
    ['SELECT * FROM parts . test', ['parts.test']],
    ['SELECT 1', []],
  ])('of %s', (sql, expected) => {
    expect(inputsOf(sql, [source('pay'), source('shops'), split])).toEqual(expected);
  });

  test('are those that the cell lists, where it lists some', () => {
    const planned = planPipeline('p.yaml', pipeline(source('pay'), source('shops'), { name: 'query', kind: 'sql', sql: 'SELECT * FROM pay', inputs: ['shops'] }));
    expect(planned.at(-1)?.inputs).toEqual(['shops']);
  });

  test('must stand above it', () => {
    expect(() => planPipeline('p.yaml', pipeline({ name: 'first', kind: 'expect', input: 'pay', rules: [] }, source('pay')))).toThrow('p.yaml cannot be run. first reads pay, which no cell above it gives');
  });
});

test('what is set for one run changes neither the file nor another cell', () => {
  const file = pipeline(source('pay'), split);
  expect(applySettings(file, { 'parts.test': 0.5, 'parts.seed': 3 }).cells).toEqual([file.cells[0], { ...split, test: 0.5, seed: 3 }]);
  expect(file.cells[1]).toEqual(split);
});

describe('the key of a step', () => {
  const parts: KeyParts = { kind: 'sql', version: 1, parameters: { sql: 'SELECT 1', seed: 1 }, inputs: { pay: 'a' }, files: { 'a.csv': 'b' }, engine: { duckdb: 'v1' } };

  test.each([
    ['parameter `seed` changed', { parameters: { sql: 'SELECT 1', seed: 2 } }],
    ['parameter `limit` is new', { parameters: { ...parts.parameters, limit: 1 } }],
    ['parameter `seed` is gone', { parameters: { sql: 'SELECT 1' } }],
    ['input `pay` changed', { inputs: { pay: 'c' } }],
    ['file `a.csv` changed', { files: { 'a.csv': 'c' } }],
    ['duckdb changed', { engine: { duckdb: 'v2' } }],
    ['cells of kind `sql` changed', { version: 2 }],
    ['parameter `sql` changed, parameter `seed` changed, input `pay` changed and 2 more', { parameters: { sql: 'SELECT 2', seed: 2 }, inputs: { pay: 'c' }, files: { 'a.csv': 'c' }, engine: { duckdb: 'v2' } }],
  ])('differs and says why: %s', (said, change) => {
    const now = { ...parts, ...change };
    expect([keyOf(now) === keyOf(parts), explainChange(parts, now)]).toEqual([false, said]);
  });

  test('is the same whatever the order of its members', () => {
    const turned = { ...parts, parameters: { seed: 1, sql: 'SELECT 1' } };
    expect([keyOf(turned) === keyOf(parts), explainChange(parts, turned)]).toEqual([true, '']);
  });
});
