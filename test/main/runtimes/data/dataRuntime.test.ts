import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { hasErrorCode } from '../../../../src-main/base/appError.ts';
import { createDataRuntime } from '../../../../src-main/runtimes/data/dataRuntime.ts';
import { createSupervisor } from '../../../../src-main/runtimes/supervisor/createSupervisor.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const quiet = (): void => undefined;
const supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
const data = createDataRuntime(supervisor);
afterAll(() => supervisor.stop());

const folder = temporaryFolder();
let made = 0;
const next = (): string => join(folder, `table-${made++}.parquet`);

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A table of `id` from 0 to rows − 1, `team` (id mod 7), `at` and `label` (1 for every tenth). */
async function numbers(rows: number): Promise<string> {
  const into = next();
  await data.query({ tables: [], sql: `SELECT range AS id, range % 7 AS team, TIMESTAMP '2026-01-01' + to_hours(range::INTEGER // 2) AS at, (range % 10 = 0)::INTEGER AS label FROM range(${rows})`, into });
  return into;
}

async function rowsOf(path: string, sql: string): Promise<unknown> {
  const conditions = await data.check({ table: { name: 'checked', path }, conditions: [`NOT (${sql})`] });
  return conditions.conditions[0]?.failed;
}

async function codeOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (hasErrorCode(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'no error', message: '' };
}

describe('reading files as a table', () => {
  test('gives the types of all values, also where the first 30,000 rows look like numbers', async () => {
    const path = file('mixed.csv', `id,code\n${Array.from({ length: 30_000 }, (_, at) => `${at},${at}`).join('\n')}\n30000,K-7\n`);
    const facts = await data.readFiles({ paths: [path], format: 'csv', into: next() });
    expect(facts).toMatchObject({ rows: 30_001, columns: [{ name: 'id', type: 'BIGINT' }, { name: 'code', type: 'VARCHAR' }] });
  });

  test.each([
    ['csv', 'a,b\n1,x\n2,y\n'],
    ['tsv', 'a\tb\n1\tx\n2\ty\n'],
    ['json', '[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]'],
    ['jsonl', '{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n'],
  ] as const)('reads the same rows from %s', async (format, content) => {
    const facts = await data.readFiles({ paths: [file(`same.${format}`, content)], format, into: next() });
    expect(facts).toMatchObject({ rows: 2, columns: [{ name: 'a', type: 'BIGINT' }, { name: 'b', type: 'VARCHAR' }] });
  });

  test('puts several files together by the names of their columns', async () => {
    const facts = await data.readFiles({ paths: [file('one.csv', 'a,b\n1,x\n'), file('two.csv', 'b,a,c\ny,2,3\n')], format: 'csv', into: next() });
    expect([facts.rows, facts.columns.map(({ name }) => name)]).toEqual([2, ['a', 'b', 'c']]);
  });

  test.each([
    ['a row of another length', `a,b\n${'1,x\n'.repeat(30_000)}1,2,3\n`],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from([0xff, 0xfe, 0x41]), Buffer.from('\n')])],
    ['a line of 20 MB', `a,b\n1,${'x'.repeat(20_000_000)}\n`],
  ])('says of a file with %s which one it is and why', async (name, content) => {
    const path = file(`${name.replaceAll(' ', '-')}.csv`, content);
    const { code, message } = await codeOf(data.readFiles({ paths: [path], format: 'csv', into: next() }));
    expect([code, message.includes(path)]).toEqual(['TABLE_UNREADABLE', true]);
    expect(message.length).toBeLessThan(2_500);
  });

  test('reads a quote that is never closed as a sign, and loses no row', async () => {
    const facts = await data.readFiles({ paths: [file('open-quote.csv', `a,b\n1,"open\n${'2,x\n'.repeat(50)}`)], format: 'csv', into: next() });
    expect(facts.rows).toBe(51);
  });

  test('does not read what is no Parquet as one', async () => {
    const { code } = await codeOf(data.readFiles({ paths: [file('no.parquet', 'PAR1 but not really')], format: 'parquet', into: next() }));
    expect(code).toBe('TABLE_UNREADABLE');
  });
});

describe('the digest of a table', () => {
  const digestOf = async (sql: string): Promise<string> => (await data.query({ tables: [], sql, into: next() })).digest;

  test('is the same for the same rows, however the file is written', async () => {
    const rows = 'SELECT range AS id, range * 0.5 AS x FROM range(5000)';
    const from = next();
    await data.query({ tables: [], sql: rows, into: from });
    const again = await data.readFiles({ paths: [from], format: 'parquet', into: next() });
    expect(again.digest).toBe(await digestOf(rows));
  });

  test.each([
    ['another value', 'SELECT CASE WHEN range = 4 THEN -1 ELSE range END AS id FROM range(10)'],
    ['another order', 'SELECT range AS id FROM range(10) ORDER BY range DESC'],
    ['two rows that changed places', 'SELECT CASE range WHEN 3 THEN 4 WHEN 4 THEN 3 ELSE range END AS id FROM range(10)'],
    ['another name of a column', 'SELECT range AS key FROM range(10)'],
    ['another type', 'SELECT range::INTEGER AS id FROM range(10)'],
    ['a row less', 'SELECT range AS id FROM range(9)'],
    ['a missing value', 'SELECT nullif(range, 3) AS id FROM range(10)'],
  ])('differs with %s', async (_, sql) => {
    expect(await digestOf(sql)).not.toBe(await digestOf('SELECT range AS id FROM range(10)'));
  });
});

describe('SQL over tables', () => {
  test('reads the tables that it is given by their names, also a part of one', async () => {
    const path = await numbers(100);
    const facts = await data.query({ tables: [{ name: 'rows', path }, { name: 'parts.train', path }], sql: 'SELECT count(*) AS n FROM rows JOIN parts.train USING (id);', into: next() });
    expect(facts).toMatchObject({ rows: 1, columns: [{ name: 'n', type: 'BIGINT' }] });
  });

  test.each([
    ['reads another file', `SELECT * FROM read_csv('/etc/passwd')`],
    ['writes a file', `COPY (SELECT 1) TO 'x.csv'`],
    ['is several statements', 'SELECT 1; SELECT 2'],
    ['changes a table', 'DROP VIEW rows'],
    ['ends the statement around it', `SELECT 1) TO 'x.csv'; SELECT (2`],
    ['loads an extension', 'INSTALL httpfs'],
    ['names what there is not', 'SELECT amount FROM rows'],
    ['is empty', '  '],
  ])('is refused where it %s', async (_, sql) => {
    const path = await numbers(3);
    expect((await codeOf(data.query({ tables: [{ name: 'rows', path }], sql, into: next() }))).code).toBe('QUERY_INVALID');
    expect(existsSync('x.csv')).toBe(false);
  });

  test('that never ends stops when it is cancelled, and the next one runs', async () => {
    const stop = new AbortController();
    const endless = data.query({ tables: [], sql: 'SELECT count(*) FROM range(1000000000000) a, range(1000000) b WHERE (a.range + b.range) % 7 = 3', into: next() }, { signal: stop.signal });
    const ended = expect(endless).rejects.toThrow('enough');
    await delay(300);
    stop.abort(new Error('enough'));
    await ended;
    expect((await data.query({ tables: [], sql: 'SELECT 1 AS one', into: next() })).rows).toBe(1);
  });
});

describe('parts of a table', () => {
  const shares = (): { share: number; into: string }[] => [{ share: 0.7, into: next() }, { share: 0.3, into: next() }];

  test('drawn at random have their shares of the rows and no row in common, the same ones for a seed', async () => {
    const path = await numbers(1000);
    const parts = shares();
    const [train, test] = await data.split({ path, rule: { by: 'random', seed: 7 }, parts });
    expect([train?.rows, test?.rows]).toEqual([700, 300]);
    const [again] = await data.split({ path, rule: { by: 'random', seed: 7 }, parts: shares() });
    const [other] = await data.split({ path, rule: { by: 'random', seed: 8 }, parts: shares() });
    expect([again?.digest === train?.digest, other?.digest === train?.digest]).toEqual([true, false]);
    const both = await data.query({ tables: [{ name: 'a', path: parts[0]?.into as string }, { name: 'b', path: parts[1]?.into as string }], sql: 'SELECT id FROM a INTERSECT SELECT id FROM b', into: next() });
    expect(both.rows).toBe(0);
  });

  test('drawn within classes keep the share of each', async () => {
    const parts = shares();
    await data.split({ path: await numbers(1000), rule: { by: 'random', seed: 7, stratify: 'label' }, parts });
    expect(await rowsOf(parts[1]?.into as string, 'label = 1')).toBe(30);
  });

  test('cut by time have the later rows last, and rows of one moment together', async () => {
    const parts = [{ share: 0.495, into: next() }, { share: 0.505, into: next() }];
    const [train, test] = await data.split({ path: await numbers(100), rule: { by: 'time', column: 'at' }, parts });
    expect([train?.rows, test?.rows]).toEqual([50, 50]);
    expect(await rowsOf(parts[0]?.into as string, 'id >= 50')).toBe(0);
  });

  test('cut by groups have no group in common', async () => {
    const parts = shares();
    await data.split({ path: await numbers(700), rule: { by: 'group', column: 'team', seed: 1 }, parts });
    const both = await data.query({ tables: [{ name: 'a', path: parts[0]?.into as string }, { name: 'b', path: parts[1]?.into as string }], sql: 'SELECT team FROM a INTERSECT SELECT team FROM b', into: next() });
    expect(both.rows).toBe(0);
  });
});

test('conditions over rows say how many fail and show the first', async () => {
  const checked = await data.check({ table: { name: 'rows', path: await numbers(100) }, conditions: ['id >= 0', 'id < 98', 'team IS NULL'] });
  expect(checked).toMatchObject({ rows: 100, conditions: [{ failed: 0, example: null }, { failed: 2 }, { failed: 100 }] });
  expect(JSON.parse(checked.conditions[1]?.example as string)).toMatchObject({ id: 98 });
});
