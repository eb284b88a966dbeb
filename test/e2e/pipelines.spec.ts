import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { seriousFindings } from './axe.ts';
import { expect, MOD, placeButton, test, watch } from './fixtures.ts';

const CELLS = [
  { name: 'about', kind: 'markdown', text: 'What was paid in which shop.' },
  { name: 'payments', kind: 'source', path: 'data/payments.csv' },
  { name: 'large', kind: 'sql', sql: 'SELECT * FROM payments WHERE amount >= 50' },
  { name: 'sound', kind: 'expect', input: 'large', rules: [{ rule: 'amount < 1000' }] },
  { name: 'parts', kind: 'split', input: 'large', by: 'random', test: 0.25, seed: 1 },
];
const ROWS = Array.from({ length: 100 }, (_, at) => `${at},${at % 3},${at}`).join('\n');

test('a pipeline runs, is reused, says what changed and what failed, and shows what a cell depends on', async ({ emptyHost, page }) => {
  const broken = watch(page);
  await page.goto(await emptyHost.link());
  await placeButton(page, 'Pipelines').click();
  await expect(page.getByRole('heading', { name: 'No pipeline yet' })).toBeVisible();

  const file = join(emptyHost.project, 'pipelines', 'payments.yaml');
  await mkdir(join(emptyHost.project, 'data'), { recursive: true });
  await mkdir(join(emptyHost.project, 'pipelines'), { recursive: true });
  await writeFile(join(emptyHost.project, 'data', 'payments.csv'), `id,shop,amount\n${ROWS}\n`);
  await writeFile(file, stringify({ version: 1, name: 'Payments', cells: CELLS }));
  // A file from another program shows by itself.
  await expect(page.getByRole('heading', { name: 'Payments' })).toBeVisible();
  const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name} `) });
  await expect(row('payments')).toContainText('Never ran');
  expect(await seriousFindings(page)).toEqual([]);

  await row('payments').click();
  await page.keyboard.press(`${MOD}+Enter`);
  await expect(row('parts')).toContainText('Ran');
  await expect(row('large')).toContainText('50 × 3');
  await expect(row('parts')).toContainText('test 12 × 3');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(row('parts')).toContainText('Reused');
  await expect(row('payments')).toContainText('nothing that it depends on changed');

  await writeFile(file, (await readFile(file, 'utf8')).replace('>= 50', '>= 60').replace('< 1000', '< 90'));
  await expect(row('large')).toContainText('Staleparameter `sql` changed');
  await expect(row('parts')).toContainText('input `large` is stale');
  await page.getByRole('button', { name: 'Run 3 stale' }).click();
  await expect(page.getByRole('alert')).toContainText('10 of 40 rows break `amount < 90`');
  await expect(row('payments')).toContainText('Reused');
  await expect(row('large')).toContainText('parameter `sql` changed');
  await expect(row('parts')).toContainText('not run: sound failed');

  await row('large').click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText('amount >= 60 (was SELECT * FROM payments WHERE amount >= 50)');
  await page.keyboard.press('k');
  await expect(inspector).toContainText('file data/payments.csv');
  await page.getByRole('button', { name: 'Edit' }).click();
  await expect(page.getByRole('tab', { name: 'payments.yaml' })).toBeVisible();

  await rm(file);
  expect(broken).toEqual([]);
});
