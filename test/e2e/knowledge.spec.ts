import { expect, MOD, needsModels, placeButton, test } from './fixtures.ts';

const QUESTION = 'How many litres does the coolant tank of the milling machine hold?';

test.beforeEach(({ models }) => needsModels(models));

test('from an answer to why it is as it is, to a saved question, its run and a missing passage, by keyboard', async ({ lathe }) => {
  test.slow();
  await placeButton(lathe, 'Ask').click();
  await lathe.getByRole('textbox', { name: 'Question', exact: true }).fill(QUESTION);
  await lathe.keyboard.press(`${MOD}+Enter`);
  const answer = lathe.getByRole('article', { name: QUESTION });
  await expect(answer.getByText(/confidence \d/)).toBeVisible({ timeout: 180_000 });

  // S keeps the question with what it cites.
  await answer.getByText(/confidence \d/).click();
  await lathe.keyboard.press('s');
  await expect(lathe.getByRole('region', { name: 'Notices' })).toContainText(/Saved the question/);

  await lathe.keyboard.press('w');
  const table = lathe.getByRole('table', { name: 'Passages at each stage' });
  await expect(table.getByRole('row', { name: /coolant\.pdf/ }).first()).toBeVisible();
  await expect(lathe.getByRole('figure', { name: /\d+ by words, .* cited/ })).toBeVisible();
  await table.getByRole('row', { name: /coolant\.pdf/ }).first().click();
  await expect(lathe.getByRole('complementary', { name: 'Inspector' })).toContainText('How it begins');
  // A link restores it.
  await lathe.reload();
  await expect(table.getByRole('row', { name: /coolant\.pdf/ }).first()).toBeVisible();

  await lathe.getByRole('button', { name: 'Something is missing' }).click();
  await lathe.getByRole('textbox', { name: 'Document' }).fill('coolant.pdf');
  await lathe.getByRole('textbox', { name: 'Words that should have been found' }).fill('There is no such sentence in this document at all');
  await lathe.getByRole('button', { name: 'Find where it was lost' }).click();
  const result = lathe.getByRole('region', { name: 'Result' });
  await expect(result).toContainText('The words are not in the text that was read');
  await expect(result.getByRole('list', { name: 'What each stage said' }).getByText('lost here')).toBeAttached();

  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('navigation', { name: 'Parts of Manuals' }).getByRole('button', { name: 'Saved questions' }).click();
  const questions = lathe.getByRole('grid', { name: 'Saved questions of Manuals' });
  await expect(questions.getByRole('row', { name: QUESTION })).toContainText('Not run');
  await lathe.getByRole('button', { name: 'Run 1 question' }).click();
  await expect(questions.getByRole('row', { name: QUESTION })).not.toContainText('Not run');
  await expect(lathe.getByText(/hit@5 \d\.\d+ · MRR/)).toBeVisible();

  await questions.focus();
  await lathe.keyboard.press('Delete');
  await expect(questions).toHaveCount(0);
  await lathe.keyboard.press(`${MOD}+z`);
  await expect(questions.getByRole('row', { name: QUESTION })).toBeVisible();
});

test('another index is built with smaller chunks, serves, and gives way again', async ({ lathe }) => {
  test.slow();
  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('navigation', { name: 'Parts of Manuals' }).getByRole('button', { name: 'Snapshots' }).click();
  const table = lathe.getByRole('table', { name: 'Snapshots of Manuals' });
  await expect(table.getByRole('row', { name: /Serving .* 256 tokens/ })).toBeVisible();
  await lathe.getByRole('button', { name: 'Build another index' }).click();
  const form = lathe.getByRole('form', { name: 'Another index' });
  await expect(form.getByRole('button', { name: 'Build another index' })).toBeDisabled();
  await form.getByRole('textbox', { name: 'Longest chunk, in tokens' }).fill('64');
  await form.getByRole('button', { name: 'Build another index' }).click();
  await expect(table.getByRole('row', { name: /Ready to serve .* 64 tokens/ })).toBeVisible({ timeout: 120_000 });
  await table.getByRole('button', { name: 'Let it serve' }).click();
  await expect(table.getByRole('row', { name: /Serving .* 64 tokens/ })).toBeVisible();
  await table.getByRole('button', { name: 'Undo the swap' }).click();
  await expect(table.getByRole('row', { name: /Serving .* 256 tokens/ })).toBeVisible();
});

test('a site names the host that Lathe will contact before it is added, and Escape leaves everything as it was', async ({ lathe }) => {
  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('navigation', { name: 'Parts of Manuals' }).getByRole('button', { name: 'Sources' }).click();
  await lathe.getByRole('button', { name: 'Add a source' }).click();
  const form = lathe.getByRole('form', { name: 'Another source' });
  await form.getByRole('textbox', { name: 'Start page' }).fill('https://docs.example.org/guide/');
  await expect(form).toContainText('Lathe will contact docs.example.org');
  await expect(form.getByRole('button', { name: 'Allow docs.example.org and add' })).toBeEnabled();
  await form.getByRole('textbox', { name: 'Start page' }).press('Escape');
  await expect(form).toHaveCount(0);
});

test('words that are marked in a document can be asked after, and a filter stands beside the question', async ({ lathe }) => {
  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('button', { name: 'logging.html' }).click();
  await lathe.locator('.block-paragraph').first().click({ clickCount: 3 });
  await lathe.getByRole('button', { name: 'This should have been found' }).click();
  await expect(lathe.getByRole('textbox', { name: 'Document' })).toHaveValue('logging.html');
  await expect(lathe.getByRole('textbox', { name: 'Words that should have been found' })).not.toHaveValue('');

  await placeButton(lathe, 'Ask').click();
  const filter = lathe.getByRole('group', { name: 'Only these documents' });
  await filter.getByRole('button', { name: 'Filter' }).click();
  await filter.getByRole('combobox', { name: 'Format' }).selectOption('pdf');
  await filter.getByRole('button', { name: 'Take away PDF' }).click();
  await expect(filter).toContainText('All documents');
});
