import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, MOD, needsModels, placeButton, test } from './fixtures.ts';

const MANY = 10_000;

test.beforeEach(({ models }) => needsModels(models));

test('a removed document comes back with Undo, and with the keyboard', async ({ lathe }) => {
  await placeButton(lathe, 'Knowledge').click();
  const table = lathe.getByRole('grid', { name: 'Documents of Manuals' });
  const row = table.getByRole('row', { name: /notes\.txt/ });
  await row.getByRole('checkbox').check();
  await lathe.getByRole('button', { name: 'Remove 1 document' }).click();
  await expect(row).toHaveCount(0);
  await lathe.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click();
  await expect(row).toContainText('Ready');

  await row.click();
  await table.focus();
  await lathe.keyboard.press('Delete');
  await expect(row).toHaveCount(0);
  await lathe.keyboard.press(`${MOD}+z`);
  await expect(row).toContainText('Ready');
  // The notice's own Undo would now take back something else.
  await expect(lathe.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' })).toHaveCount(0);
});

test('a document shows its text with chunk borders, and the original page beside it', async ({ lathe }) => {
  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('button', { name: 'coolant.pdf' }).click();
  await expect(lathe.locator('.pdf-sheet canvas')).toBeVisible();
  await expect(lathe.getByRole('region', { name: 'Extracted text' })).toContainText('nineteen litres');
  await expect(lathe.locator('.chunk-mark').first()).toBeVisible();
  await lathe.getByRole('radiogroup', { name: 'What is shown' }).getByText('Text').click();
  await expect(lathe.locator('.pdf-sheet')).toHaveCount(0);
  // The same without a mouse.
  await lathe.keyboard.press(`${MOD}+k`);
  await lathe.getByRole('textbox', { name: 'Search actions' }).fill('page and its text');
  await lathe.keyboard.press('Enter');
  await expect(lathe.locator('.pdf-sheet canvas')).toBeVisible();
});

test('the filter of a list outlives a reload, and a question of how many documents there are is counted, with the filter and without', async ({ lathe }) => {
  await placeButton(lathe, 'Knowledge').click();
  const table = lathe.getByRole('grid', { name: 'Documents of Manuals' });
  const filter = lathe.getByRole('group', { name: 'Only these documents' });
  await expect(table.getByRole('row', { name: /logging\.html/ })).toBeVisible();
  await filter.getByRole('button', { name: 'Filter' }).click();
  await filter.getByRole('combobox', { name: 'Format' }).selectOption('html');
  await expect(table).toHaveAttribute('aria-rowcount', '2');
  await lathe.reload();
  await expect(filter.getByRole('button', { name: 'Take away HTML' })).toBeVisible();
  await expect(table).toHaveAttribute('aria-rowcount', '2');
  await expect(table.getByRole('row', { name: /logging\.html/ })).toBeVisible();
  await filter.getByRole('button', { name: 'Take away HTML' }).click();
  await expect(table.getByRole('row', { name: /coolant\.pdf/ })).toBeVisible();

  await placeButton(lathe, 'Ask').click();
  const counted = lathe.getByRole('article', { name: 'How many documents are there?' });
  const count = async (): Promise<void> => {
    await lathe.getByRole('button', { name: 'New question' }).click();
    await lathe.getByPlaceholder('Ask a question of your documents').fill('How many documents are there?');
    await lathe.keyboard.press(`${MOD}+Enter`);
    await expect(counted).toContainText('metadata, no model');
  };
  await count();
  await expect(counted.getByRole('note')).toContainText('Counted from metadata, not read in the documents');
  await expect(counted).toContainText(/4 documents:|5 documents:/);
  await expect(counted).toContainText('coolant.pdf');
  // No passage says it: there is none to show, to follow or to expect.
  await expect(lathe.getByRole('region', { name: 'Sources' })).toHaveCount(0);
  await expect(counted.getByRole('button', { name: /^(?:Why|Save question)$/ })).toHaveCount(0);
  await expect(counted).not.toContainText('confidence');
  await filter.getByRole('button', { name: 'Filter' }).click();
  await filter.getByRole('combobox', { name: 'Format' }).selectOption('html');
  await count();
  await expect(counted).toContainText('1 document (html)');
  await expect(counted).not.toContainText('coolant.pdf');
});

test('an ingestion can be cancelled, says so, and ten thousand documents scroll', async ({ lathe, host }) => {
  test.setTimeout(300_000);
  const folder = join(host.documents, '..', 'many');
  await mkdir(folder, { recursive: true });
  const names = Array.from({ length: MANY }, (_, index) => `note-${String(index).padStart(5, '0')}.txt`);
  // One in a hundred has a text: ten thousand rows are what is looked at here, and those without one are read sooner.
  for (let at = 0; at < MANY; at += 200) await Promise.all(names.slice(at, at + 200).map((name, index) => writeFile(join(folder, name), (at + index) % 100 === 42 ? `The part with the number ${(at + index) * 7} lies on shelf ${index % 40}.\n` : '')));
  await host.ingest('Many notes', [folder], { wait: false });
  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('navigation', { name: 'Knowledge bases' }).getByRole('button', { name: /Many notes/ }).click();
  await lathe.getByRole('group', { name: 'Ingestion' }).getByRole('button', { name: 'Cancel' }).click();
  await expect(lathe.getByRole('group', { name: 'Ingestion' })).toHaveCount(0);
  await lathe.getByRole('tab', { name: /^Jobs/ }).click();
  await expect(lathe.getByRole('list', { name: 'Jobs' })).toContainText('Cancelled');

  await host.ingest('Many notes', []);
  const table = lathe.getByRole('grid', { name: 'Documents of Many notes' });
  await expect(table).toHaveAttribute('aria-rowcount', String(MANY + 1));
  await table.focus();
  await lathe.keyboard.press('End');
  await expect(table.getByRole('row', { name: /note-09999\.txt/ })).toBeVisible();
  // Another order begins at its beginning.
  await lathe.getByRole('button', { name: 'Size' }).click();
  await expect(lathe.locator('[data-current]')).toHaveAttribute('aria-rowindex', '2');
  expect(await table.evaluate((element) => element.scrollTop)).toBe(0);
  // Only what is in view is drawn.
  expect(await table.getByRole('row').count()).toBeLessThan(120);
  await lathe.getByRole('textbox', { name: 'Filter by file name or title' }).fill('note-04242');
  await expect(table.getByRole('row', { name: /note-04242\.txt/ })).toBeVisible();
  await expect(table).toHaveAttribute('aria-rowcount', '2');
});
