import { once } from 'node:events';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { seriousFindings } from './axe.ts';
import { expect, MOD, needsModels, placeButton, test } from './fixtures.ts';

const QUESTION = 'How many litres does the coolant tank of the milling machine hold?';

test.beforeEach(({ models }) => needsModels(models));

test('from an answer to why it is as it is, its replay with its model and without, to a saved question, its run and a missing passage, by keyboard', async ({ lathe, host }) => {
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
  // A link restores it, and the key is not lost that is pressed before the answer is read.
  const held = Promise.withResolvers<void>();
  await lathe.route(/\/rpc\/knowledge\/why/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await lathe.reload();
  await expect(lathe.getByText('Loading how the answer came about')).toBeAttached();
  // Nor does it go into the conversation beside, which is read by then.
  await expect(lathe.getByRole('textbox', { name: 'Follow-up question' })).toBeVisible();
  await lathe.keyboard.press('r');
  held.resolve();
  await expect(table.getByRole('row', { name: /coolant\.pdf/ }).first()).toBeVisible();
  await expect(lathe.getByRole('region', { name: 'Replay' })).toContainText('The same text, letter for letter.', { timeout: 180_000 });
  expect(await seriousFindings(lathe), 'why, with a replay').toEqual([]);

  // Without its model, which cannot be fetched either: what happened and what to do, and the same key works once it is there again.
  const models = join(host.project, '..', 'home', 'data', 'models');
  const { offline } = await host.client.system.settings();
  await host.client.system.saveSettings({ offline: true });
  await rename(models, `${models}-away`);
  try {
    await lathe.keyboard.press('r');
    const failed = lathe.getByRole('alert').filter({ hasText: 'The answer could not be replayed' });
    await expect(failed).toContainText('it is set to stay offline');
    await expect(failed).toContainText('Turn off "Stay offline" in the settings');
    await expect(lathe.getByRole('button', { name: 'Replay' })).toBeEnabled();
  } finally {
    await rm(models, { recursive: true, force: true });
    await rename(`${models}-away`, models);
    await host.client.system.saveSettings({ offline });
  }
  await expect(lathe.getByRole('button', { name: 'Replay' })).toBeEnabled();
  await lathe.keyboard.press('r');
  await expect(lathe.getByRole('region', { name: 'Replay' })).toContainText('The same text, letter for letter.', { timeout: 180_000 });
  await expect(lathe.getByRole('alert').filter({ hasText: 'The answer could not be replayed' })).toHaveCount(0);

  await lathe.getByRole('button', { name: 'Something is missing' }).click();
  await lathe.getByRole('textbox', { name: 'Document' }).fill('coolant.pdf');
  await lathe.getByRole('textbox', { name: 'Words that should have been found' }).fill('There is no such sentence in this document at all');
  await lathe.getByRole('button', { name: 'Find where it was lost' }).click();
  const result = lathe.getByRole('region', { name: 'Result' });
  await expect(result).toContainText('The words are not in the text that was read');
  await expect(result.getByRole('list', { name: 'What each stage said' }).getByText('lost here')).toBeAttached();

  // A passage of another document was found and not used: a fix is measured before anything is changed.
  await lathe.getByRole('textbox', { name: 'Document' }).fill('notes.txt');
  await lathe.getByRole('textbox', { name: 'Words that should have been found' }).fill('The chuck key hangs beside the door.');
  await lathe.keyboard.press(`${MOD}+Enter`);
  const fix = result.getByRole('listitem').filter({ hasText: /first \d+ passages/ });
  await fix.getByRole('button', { name: 'Try it on the saved questions' }).click();
  await expect(fix).toContainText(/The passage would .* 0 saved questions gained, 0 lost\./);
  await expect(fix.getByRole('table', { name: /^Figures before and after/ })).toContainText('MRR@10');
  expect(await seriousFindings(lathe), 'autopsy, with a fix that was tried').toEqual([]);
  // The words that the passage has and the question lacks stand in Ask, ready to be sent.
  await result.getByRole('listitem').filter({ hasText: 'Ask in the words of the passage' }).getByRole('button', { name: 'Ask again' }).click();
  await expect(lathe.getByPlaceholder('Ask a question of your documents')).toHaveValue(/coolant tank.*\(.*hangs/);

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

test('another index is built with smaller chunks, compared, serves, gives way again, cannot take over when its files are gone, and is purged', async ({ lathe, host }) => {
  test.slow();
  const knowledgeId = await host.ingest('Manuals', []);
  await host.client.knowledge.saveQuestion({ projectId: host.projectId, knowledgeId, question: { question: 'What may be filled into the coolant tank?', expected: [{ file: 'coolant.pdf', quote: 'Only emulsion of type E4' }] } });
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
  await table.getByRole('button', { name: 'Compare' }).click();
  const comparison = lathe.getByRole('region', { name: 'Comparison' });
  await expect(comparison).toContainText(/Mean reciprocal rank .* on disk instead of/);
  await expect(comparison).toContainText('Lost 0');
  await comparison.getByRole('button', { name: 'Close' }).click();
  await expect(comparison).toHaveCount(0);
  await table.getByRole('button', { name: 'Let it serve' }).click();
  await expect(table.getByRole('row', { name: /Serving .* 64 tokens/ })).toBeVisible();
  await table.getByRole('button', { name: 'Undo the swap' }).click();
  await expect(table.getByRole('row', { name: /Serving .* 256 tokens/ })).toBeVisible();

  // The folder of the other is gone from the disk, and it lacks a document: it does not take over, and the window says why and what to do.
  const late = join(host.documents, '..', 'late.txt');
  await writeFile(late, 'The late note tells of the tailstock.\n');
  await host.ingest('Manuals', [late]);
  const smaller = (await host.client.knowledge.snapshots({ projectId: host.projectId, knowledgeId })).find(({ maxTokens }) => maxTokens === 64);
  if (smaller === undefined) throw new Error('Expected an index with chunks of 64 tokens');
  await rm(join(host.project, '.lathe', 'vectors', smaller.id), { recursive: true });
  await table.getByRole('button', { name: 'Let it serve' }).click();
  const failed = lathe.getByRole('alert').filter({ hasText: 'The other index could not take over' });
  await expect(failed).toContainText(/The index at .* cannot be read/);
  await expect(failed).toContainText('Rebuild the index; documents are not affected.');
  await expect(table.getByRole('row', { name: /Serving .* 256 tokens/ })).toBeVisible();
  await expect(table.getByRole('button', { name: 'Let it serve' })).toBeEnabled();

  const purge = table.getByRole('row', { name: /64 tokens/ }).getByRole('button', { name: 'Purge' });
  await purge.click();
  await lathe.getByRole('dialog', { name: 'Purge this snapshot?' }).getByRole('button', { name: 'Keep' }).click();
  await purge.click();
  await lathe.getByRole('dialog', { name: 'Purge this snapshot?' }).getByRole('button', { name: /^Purge \d/ }).click();
  await expect(table.getByRole('row', { name: /64 tokens/ })).toHaveCount(0);
  await expect(lathe.getByRole('region', { name: 'Notices' })).toContainText(/Freed \d/);
  // What follows counts the documents as they were.
  await host.client.knowledge.removeSource({ projectId: host.projectId, knowledgeId, source: late });
  await host.ingest('Manuals', []);
});

test('a site names the host that Lathe will contact before it is added, is read once it is allowed, and says beside it when it cannot be', async ({ lathe }) => {
  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('navigation', { name: 'Parts of Manuals' }).getByRole('button', { name: 'Sources' }).click();
  await lathe.getByRole('button', { name: 'Add a source' }).click();
  const form = lathe.getByRole('form', { name: 'Another source' });
  await form.getByRole('textbox', { name: 'Start page' }).fill('https://docs.example.org/guide/');
  await expect(form).toContainText('Lathe will contact docs.example.org');
  await expect(form.getByRole('button', { name: 'Allow docs.example.org and add' })).toBeEnabled();
  await form.getByRole('textbox', { name: 'Start page' }).press('Escape');
  await expect(form).toHaveCount(0);

  const site = createServer(({ url }, response) => {
    if (url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Vices</title><h1>Vices</h1><p>The vice of the drill press opens to one hundred millimetres.</p>');
    else response.writeHead(404).end();
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  const address = site.address();
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`;
  const add = async (page: string, verb: string): Promise<void> => {
    await lathe.getByRole('button', { name: 'Add a source' }).click();
    await form.getByRole('textbox', { name: 'Start page' }).fill(page);
    await form.getByRole('button', { name: verb }).click();
    await expect(form).toHaveCount(0);
  };
  const remove = (page: string): Promise<void> => lathe.getByRole('button', { name: `Remove the source ${page}` }).click();
  try {
    await add(`http://${host}/`, `Allow ${host} and add`);
    await expect(lathe.getByRole('navigation', { name: 'Parts of Manuals' }).getByRole('button', { name: /^Documents 6/ })).toBeVisible();
    await remove(`http://${host}/`);
  } finally {
    site.closeAllConnections();
    site.close();
  }
  // Allowed already, and gone.
  await add(`http://${host}/other`, 'Add this source');
  const line = lathe.getByRole('list', { name: 'Sources of Manuals' }).getByRole('listitem').filter({ hasText: `${host}/other` });
  await expect(line.locator('.source-reason')).toContainText(host);
  await remove(`http://${host}/other`);
  await expect(line).toHaveCount(0);
});

test('a watched folder is a source: what is put into it is read, and it is taken away again', async ({ lathe, host }) => {
  const folder = join(host.documents, '..', 'watched');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'first.txt'), 'The first note of the watched folder tells of the vice.\n');
  await placeButton(lathe, 'Knowledge').click();
  const parts = lathe.getByRole('navigation', { name: 'Parts of Manuals' });
  await parts.getByRole('button', { name: 'Sources' }).click();
  await lathe.getByRole('button', { name: 'Add a source' }).click();
  const form = lathe.getByRole('form', { name: 'Another source' });
  await form.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Watched folder' });
  await form.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await form.getByRole('button', { name: 'Add this source' }).click();
  await expect(form).toHaveCount(0);
  const remove = lathe.getByRole('button', { name: /^Remove the source .*watched/ });
  await expect(remove).toBeVisible();
  await parts.getByRole('button', { name: 'Documents' }).click();
  const table = lathe.getByRole('grid', { name: 'Documents of Manuals' });
  await expect(table.getByRole('row', { name: /first\.txt/ })).toContainText('Ready');
  await writeFile(join(folder, 'second.txt'), 'The second note of the watched folder tells of the drill.\n');
  await expect(table.getByRole('row', { name: /second\.txt/ })).toContainText('Ready');
  await parts.getByRole('button', { name: 'Sources' }).click();
  await remove.click();
  await expect(remove).toHaveCount(0);
  await expect(lathe.getByRole('region', { name: 'Notices' })).toContainText('is no longer a source of Manuals');
});

test('the second stage is paused and goes on, and a pause says how far it came', async ({ lathe, host }) => {
  const folder = join(host.documents, '..', 'long');
  await mkdir(folder, { recursive: true });
  const paragraph = (index: number): string => Array.from({ length: 24 }, (_, at) => `Part ${index * 24 + at} lies on shelf ${(index * 7 + at) % 97} and is counted every ${at + 3} weeks.`).join(' ');
  await writeFile(join(folder, 'shelves.md'), Array.from({ length: 400 }, (_, index) => `## Shelf ${index}\n\n${paragraph(index)}\n`).join('\n'));
  const knowledgeId = await host.ingest('Shelves', [folder]);
  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('navigation', { name: 'Knowledge bases' }).getByRole('button', { name: /Shelves/ }).click();
  await lathe.keyboard.press('3');
  const row = lathe.getByRole('table', { name: 'Snapshots of Shelves' }).getByRole('row', { name: /Serving/ });
  await row.getByRole('button', { name: 'Pause vectors' }).click();
  await expect(row).toContainText(/\d+ %, paused/);
  await row.getByRole('button', { name: 'Resume vectors' }).click();
  await expect(row).not.toContainText('paused');
  await row.getByRole('button', { name: 'Pause vectors' }).click();
  await expect(row).toContainText(/\d+ %, paused/);
  // What follows has the processor to itself.
  await host.client.knowledge.remove({ projectId: host.projectId, knowledgeId });
});

test('a knowledge base is carried out and in again under another name, and the end is told wherever one is', async ({ lathe, host }) => {
  const folder = join(host.documents, '..', 'carried');
  await mkdir(folder, { recursive: true });
  await placeButton(lathe, 'Knowledge').click();
  const choose = async (item: string, path: string): Promise<void> => {
    await lathe.getByRole('button', { name: 'Knowledge base Manuals, more actions' }).click();
    await lathe.getByRole('menuitem', { name: item }).click();
    await lathe.getByRole('textbox', { name: 'Path on this machine' }).fill(path);
    await lathe.keyboard.press('Enter');
    await placeButton(lathe, 'Home').click();
  };
  const notices = lathe.getByRole('region', { name: 'Notices' });
  await choose('Export Manuals', folder);
  await expect(notices).toContainText(/Exported \d+ documents? to .*manuals\.lathe-knowledge/);

  await placeButton(lathe, 'Knowledge').click();
  await choose('Import a knowledge base', join(folder, 'manuals.lathe-knowledge'));
  await expect(notices).toContainText('There is a knowledge base named Manuals already.');
  await notices.getByRole('button', { name: 'Import under another name' }).click();
  const name = lathe.getByRole('dialog').getByRole('textbox', { name: 'Name of the knowledge base' });
  await expect(name).toHaveValue('Manuals 2');
  await name.fill('Carried manuals');
  await lathe.keyboard.press('Enter');
  await expect(notices).toContainText(/Imported Carried manuals with \d+ document/);
  await notices.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(lathe.getByRole('grid', { name: 'Documents of Carried manuals' }).getByRole('row', { name: /coolant\.pdf/ })).toContainText('Ready');
  // Both bases hold files of the same names.
  await lathe.keyboard.press(`${MOD}+p`);
  await lathe.getByRole('textbox', { name: /Open a document/ }).fill('coolant');
  await expect(lathe.getByRole('dialog', { name: 'Open' })).toContainText('Carried manuals');
});

test('words that are marked in a document can be asked after, and a filter stands beside the question, outlives a reload and is left out where a lost passage says so', async ({ lathe }) => {
  await placeButton(lathe, 'Knowledge').click();
  await lathe.getByRole('button', { name: 'logging.html' }).click();
  await lathe.locator('.block-paragraph').first().click({ clickCount: 3 });
  await lathe.getByRole('button', { name: 'This should have been found' }).click();
  await expect(lathe.getByRole('textbox', { name: 'Document' })).toHaveValue('logging.html');
  const words = await lathe.getByRole('textbox', { name: 'Words that should have been found' }).inputValue();
  expect(words).toContain('seven files');

  await placeButton(lathe, 'Ask').click();
  const filter = lathe.getByRole('group', { name: 'Only these documents' });
  await filter.getByRole('button', { name: 'Filter' }).click();
  await filter.getByRole('combobox', { name: 'Format' }).selectOption('pdf');
  await lathe.reload();
  const chip = filter.getByRole('button', { name: 'Take away PDF' });
  await expect(chip).toBeVisible();
  const question = 'How many files does the rotating log handler keep?';
  const field = lathe.getByPlaceholder('Ask a question of your documents');
  await field.fill(question);
  await lathe.keyboard.press(`${MOD}+Enter`);
  const answer = lathe.getByRole('article', { name: question });
  await expect(answer).toContainText(/confidence \d/, { timeout: 180_000 });
  // The page that answers it is no PDF.
  await expect(answer).not.toContainText('logging.html');

  await answer.getByRole('button', { name: 'Why' }).click();
  await expect(lathe.getByText('Asked only of documents with: PDF')).toBeVisible();
  await lathe.getByRole('button', { name: 'Something is missing' }).click();
  await lathe.getByRole('textbox', { name: 'Document' }).fill('logging.html');
  await lathe.getByRole('textbox', { name: 'Words that should have been found' }).fill(words);
  await lathe.keyboard.press(`${MOD}+Enter`);
  const result = lathe.getByRole('region', { name: 'Result' });
  await expect(result).toContainText('The filter left its document out');
  await result.getByRole('button', { name: 'Ask without the filter' }).click();
  await expect(filter).toContainText('All documents');
  await expect(field).toHaveValue(question);
  await field.press(`${MOD}+Enter`);
  await expect(lathe.getByRole('region', { name: 'Sources' }).getByRole('button', { name: /logging\.html/ }).first()).toBeVisible({ timeout: 180_000 });
});
