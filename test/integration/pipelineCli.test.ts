import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { CellWhy, PipelineRun } from '#contract/pipelines.ts';
import { latheHome, type Window } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const ROWS = Array.from({ length: 200 }, (_, at) => `${at},${at % 5},2026-01-${String((at % 28) + 1).padStart(2, '0')},${at % 10 === 0 ? 'yes' : 'no'}`);
const CELLS = [
  { name: 'about', kind: 'markdown', text: 'What the payments are.' },
  { name: 'payments', kind: 'source', path: 'data/payments' },
  { name: 'clean', kind: 'sql', sql: 'SELECT id, shop, day, label = \'yes\' AS fraud FROM payments WHERE id >= 0' },
  { name: 'shops', kind: 'sql', sql: 'SELECT shop, count(*) AS n FROM payments GROUP BY shop ORDER BY shop' },
  { name: 'sound', kind: 'expect', input: 'clean', rows: { min: 100 }, rules: [{ rule: 'id IS NOT NULL' }, { rule: 'shop < 5' }] },
  { name: 'parts', kind: 'split', input: 'clean', by: 'random', column: 'fraud', test: 0.25, seed: 1 },
  { name: 'learnt', kind: 'sql', sql: 'SELECT avg(fraud::INTEGER) AS share, count(*) AS n FROM parts.train' },
];

describe('a pipeline on the command line', () => {
  const lathe = latheHome(temporaryFolder());
  const project = join(temporaryFolder(), 'project');
  const data = join(project, 'data', 'payments');
  const artifacts = join(project, '.lathe', 'artifacts');
  let window: Window | undefined;

  const write = (name: string, cells: readonly object[]): void => writeFileSync(join(project, 'pipelines', `${name}.yaml`), stringify({ version: 1, name: 'Payments', cells }));
  /** As the window runs it. */
  async function run(pipeline: string, set: Record<string, unknown> = {}): Promise<PipelineRun> {
    const { client, projectId } = window as Window;
    const { job } = await client.pipelines.run({ projectId: projectId as never, pipeline: pipeline as never, set });
    for (;;) {
      const { state, result } = await client.jobs.get({ id: job });
      if (state === 'done') return result as unknown as PipelineRun;
      if (state !== 'queued' && state !== 'running') throw new Error(`The run ended as ${state}`);
      await delay(10);
    }
  }
  const states = ({ cells }: PipelineRun): Record<string, string> => Object.fromEntries(cells.map(({ name, state }) => [name, state]));
  const reasons = ({ cells }: PipelineRun): Record<string, string> => Object.fromEntries(cells.filter(({ state }) => state === 'ran').map(({ name, reason }) => [name, reason]));

  beforeAll(async () => {
    await lathe.json(['project', 'new', project]);
    mkdirSync(data, { recursive: true });
    mkdirSync(join(project, 'pipelines'));
    writeFileSync(join(data, 'one.csv'), `id,shop,day,label\n${ROWS.slice(0, 120).join('\n')}\n`);
    writeFileSync(join(data, 'two.csv'), `id,shop,day,label\n${ROWS.slice(120).join('\n')}\n`);
    write('payments', CELLS);
    window = await lathe.open(project);
  }, 120_000);
  afterAll(() => window?.close());

  test('runs each cell the first time and says so, and reuses each the second', async () => {
    const first = await lathe.json<PipelineRun>(['pipeline', 'run', 'payments', '--project', project]);
    expect(states(first)).toEqual({ about: 'skipped', payments: 'ran', clean: 'ran', shops: 'ran', sound: 'ran', parts: 'ran', learnt: 'ran' });
    expect(new Set(Object.values(reasons(first)))).toEqual(new Set(['it never ran before']));
    expect(first).toMatchObject({ status: 'done', registered: null, error: null, pipeline: 'payments' });
    const second = await lathe.json<PipelineRun>(['pipeline', 'run', join(project, 'pipelines', 'payments.yaml'), '--project', project]);
    expect(new Set(Object.values(states(second)))).toEqual(new Set(['skipped', 'reused']));
    expect(second.cells.map(({ key }) => key)).toEqual(first.cells.map(({ key }) => key));
  });

  test('runs exactly what depends on a parameter that is set for one run', async () => {
    const set = await lathe.json<PipelineRun>(['pipeline', 'run', 'payments', '--set', 'parts.seed=2', '--project', project]);
    expect(reasons(set)).toEqual({ parts: 'parameter `seed` changed', learnt: 'input `parts.train` changed' });
    expect(new Set(Object.values(states(await run('payments'))))).toEqual(new Set(['skipped', 'reused']));
  });

  test('marks what is stale, why, and what stands below it, and nothing where all is as it was', async () => {
    const { client, projectId } = window as Window;
    const stale = async () => (await client.pipelines.get({ projectId: projectId as never, pipeline: 'payments' as never })).stale;
    expect(await stale()).toEqual([]);
    write('payments', CELLS.map((cell) => (cell.name === 'parts' ? { ...cell, test: 0.3 } : cell)));
    expect(await stale()).toEqual([{ cell: 'parts', reason: 'parameter `test` changed' }, { cell: 'learnt', reason: 'input `parts.train` is stale' }]);
    write('payments', CELLS);
    expect(await stale()).toEqual([]);
    renameSync(data, `${data}.away`);
    expect((await stale())[0]).toMatchObject({ cell: 'payments', reason: expect.stringContaining('data/payments does not exist') });
    renameSync(`${data}.away`, data);
  });

  test('stops the wave where a result stays the same, and says what a cell depends on', async () => {
    write('payments', CELLS.map((cell) => (cell.name === 'clean' ? { ...cell, sql: `${cell.sql} -- all of them` } : cell)));
    expect(reasons(await run('payments'))).toEqual({ clean: 'parameter `sql` changed' });
    const why = await lathe.json<CellWhy>(['pipeline', 'why', 'clean', '--project', project]);
    expect(why.dependsOn.find(({ name }) => name === 'parameter `sql`')).toMatchObject({ value: expect.stringContaining('all of them'), before: expect.not.stringContaining('all of them') });
    expect(why.tables).toMatchObject([{ name: 'clean', rows: 200, columns: [{ name: 'id' }, { name: 'shop' }, { name: 'day', type: 'DATE' }, { name: 'fraud', type: 'BOOLEAN' }] }]);
  });

  test('reads a file again when it changed, not when it was only touched', async () => {
    const file = join(data, 'two.csv');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before);
    expect(reasons(await run('payments'))).toEqual({});
    writeFileSync(file, `${before}200,1,2026-02-01,no\n`);
    expect(Object.keys(reasons(await run('payments')))).toEqual(['payments', 'clean', 'shops', 'sound', 'parts', 'learnt']);
    writeFileSync(file, before);
    const back = await run('payments');
    expect(back.cells.find(({ name }) => name === 'payments')).toMatchObject({ state: 'reused', reason: 'computed before, by an earlier run' });
  });

  test('reuses the table of a cell that was only renamed, and what reads it finds it', async () => {
    write('payments', CELLS.map((cell) => (cell.name === 'clean' ? { ...cell, name: 'tidy' } : { ...cell, ...('input' in cell ? { input: 'tidy' } : {}) })));
    const renamed = await run('payments');
    expect([renamed.status, renamed.cells.find(({ name }) => name === 'tidy')?.state]).toEqual(['done', 'reused']);
    write('payments', CELLS);
    await run('payments');
  });

  test.each([
    ['deleted', (file: string) => rmSync(file), 'gone from the disk'],
    ['altered', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 20, 40)), 'altered on the disk'],
  ])('runs a cell again whose table was %s, with the reason', async (_, damage, reason) => {
    const files = readdirSync(artifacts, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    files.forEach(damage);
    const mended = await run('payments');
    expect(mended.status).toBe('done');
    for (const why of Object.values(reasons(mended))) expect(why).toContain(reason);
    expect(states(mended)).toMatchObject({ payments: 'ran', clean: 'ran', learnt: 'ran', sound: 'reused' });
    expect(new Set(Object.values(states(await run('payments'))))).toEqual(new Set(['skipped', 'reused']));
  });

  test('ends with 1 where a cell fails, says why, keeps what was finished and does not run the rest', async () => {
    write('broken', [...CELLS.slice(0, 3), { name: 'strict', kind: 'expect', input: 'clean', rules: [{ rule: 'shop <> 3' }, { rule: 'id < 199', atMost: 0.1 }] }, ...CELLS.slice(5)]);
    const done = await lathe.run(['pipeline', 'run', 'broken', '--json', '--project', project]);
    const failed = JSON.parse(done.stdout) as PipelineRun;
    expect([done.code, failed.status, failed.error?.code]).toEqual([1, 'failed', 'EXPECTATION_FAILED']);
    expect(failed.error?.message).toMatch(/40 of 200 rows break `shop <> 3`, the first is \{.*"shop":3/);
    expect(failed.error?.message).not.toContain('id < 199');
    expect(states(failed)).toEqual({ about: 'skipped', payments: 'reused', clean: 'reused', strict: 'failed', parts: 'skipped', learnt: 'skipped' });
    expect(failed.cells.at(-1)?.reason).toBe('not run: strict failed');
  });

  test.each([
    ['names a table that no cell gives', [{ name: 'a', kind: 'expect', input: 'nothing', rules: [] }], 'a reads nothing'],
    ['has two cells of one name', [CELLS[1], { ...CELLS[2], name: 'payments' }], 'Another cell is called payments'],
    ['has a kind that there is not', [{ name: 'a', kind: 'magic' }], 'line 5'],
  ])('says at once what is wrong with a file that %s', async (_, cells, said) => {
    write('wrong', cells as object[]);
    await expect(run('wrong')).rejects.toThrow(said);
    const listed = await (window as Window).client.pipelines.list({ projectId: window?.projectId as never });
    expect(listed.map(({ slug }) => slug)).toContain('wrong');
    rmSync(join(project, 'pipelines', 'wrong.yaml'));
  });

  test.each([
    ['parts.sead', 2, 'sead'],
    ['nowhere.seed', 2, 'There is no cell parameter nowhere.seed'],
    ['parts.seed', 'often', 'seed'],
  ])('refuses to set %s to %s', async (setting, value, said) => {
    await expect(run('payments', { [setting]: value })).rejects.toThrow(said);
  });

  test('refuses --set without a value as wrong usage', async () => {
    const done = await lathe.run(['pipeline', 'run', 'payments', '--set', 'seed', '--project', project]);
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining('--set cell.parameter=value')]);
  });

  test('stops a query that never ends when it is cancelled, and the run says so', async () => {
    write('endless', [{ name: 'endless', kind: 'sql', sql: 'SELECT count(*) AS n FROM range(1000000000000) a, range(1000000) b WHERE (a.range + b.range) % 7 = 3' }]);
    const { client, projectId } = window as Window;
    const place = { projectId: projectId as never, pipeline: 'endless' as never };
    const { job } = await client.pipelines.run(place);
    while ((await client.pipelines.get(place)).run === null) await delay(20);
    await client.jobs.cancel({ id: job });
    while ((await client.jobs.get({ id: job })).state !== 'cancelled') await delay(20);
    expect((await client.pipelines.get(place)).run).toMatchObject({ status: 'cancelled', cells: [{ name: 'endless', state: 'skipped', reason: 'cancelled' }] });
    rmSync(join(project, 'pipelines', 'endless.yaml'));
  });

  test('that a stranger wrote runs only when the person trusts it, and lists what it would run', async () => {
    await window?.close();
    window = undefined;
    const other = latheHome(temporaryFolder());
    const done = await other.run(['pipeline', 'run', 'payments', '--project', project]);
    expect([done.code, done.stderr]).toEqual([3, expect.stringContaining('payments (source), clean (sql)')]);
  });
});

describe('a pipeline whose process is killed', () => {
  const project = join(temporaryFolder(), 'project');
  const lathe = latheHome(temporaryFolder());

  test.each([
    ['pipeline.before-artifacts:2', ['payments']],
    ['pipeline.after-step:3', ['payments', 'clean']],
    ['artifact.after-rename:2', ['payments']],
  ])('at %s keeps the cells that were finished, says that it was interrupted, and goes on from there', async (failpoint, kept) => {
    rmSync(project, { recursive: true, force: true });
    await lathe.json(['project', 'new', project]);
    mkdirSync(join(project, 'pipelines'));
    mkdirSync(join(project, 'data', 'payments'), { recursive: true });
    writeFileSync(join(project, 'data', 'payments', 'one.csv'), `id,shop,day,label\n${ROWS.join('\n')}\n`);
    writeFileSync(join(project, 'pipelines', 'payments.yaml'), stringify({ version: 1, name: 'Payments', cells: CELLS }));
    const killed = await lathe.run(['pipeline', 'run', 'payments', '--project', project], { env: { LATHE_FAILPOINT: failpoint } });
    expect(killed.signal).toBe('SIGKILL');
    const again = await lathe.run(['pipeline', 'run', 'payments', '--json', '--project', project]);
    expect(again.stderr).toContain('was interrupted');
    const cells = (JSON.parse(again.stdout) as PipelineRun).cells.filter(({ kind }) => kind !== 'markdown');
    expect(cells.filter(({ state }) => state === 'reused').map(({ name }) => name)).toEqual(kept);
    expect(cells.filter(({ state }) => state === 'ran')).toHaveLength(6 - kept.length);
  }, 120_000);
});
