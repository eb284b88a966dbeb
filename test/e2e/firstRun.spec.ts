import { expect, MOD, needsModels, placeButton, test, watch } from './fixtures.ts';

test('a first run leads from an empty project to documents that can be asked', async ({ page, emptyHost, models }) => {
  needsModels(models);
  const broken = watch(page);
  await page.goto(await emptyHost.link());
  await expect(page.getByRole('heading', { name: 'Make a knowledge base' })).toBeVisible();
  await page.getByRole('button', { name: 'Create a knowledge base' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Shop manuals');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Shop manuals has no documents yet' })).toBeVisible();

  // Every empty place leads to its page of the manual.
  await page.getByRole('button', { name: 'Knowledge bases', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Page of the manual' })).toContainText('Knowledge bases');
  await page.getByRole('tab', { name: 'Knowledge' }).click();

  await page.getByRole('button', { name: 'Add files or folders' }).click();
  const dialog = page.getByRole('dialog', { name: /Add files or folders to Shop manuals/ });
  await dialog.getByRole('textbox', { name: 'Path on this machine' }).fill(emptyHost.documents);
  await dialog.getByRole('button', { name: 'Ingest' }).click();

  const table = page.getByRole('grid', { name: 'Documents of Shop manuals' });
  await expect(table.getByRole('row', { name: /snapshots\.md/ })).toContainText('Ready');
  await expect(table.getByRole('row', { name: /coolant\.pdf/ })).toContainText('Ready');
  // What cannot be read stays in sight with its reason.
  const failed = table.getByRole('row', { name: /broken\.pdf/ });
  await expect(failed).toContainText('Failed');
  await expect(failed.locator('.document-reason')).not.toBeEmpty();

  await placeButton(page, 'Home').click();
  await expect(page.getByRole('button', { name: /^Documents/ })).toContainText('1 failed');
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText(/0 outbound calls|not observed/);
  expect(broken).toEqual([]);
});

test('a tab without a link says how to get one, and a code works once', async ({ page, emptyHost, context }) => {
  const link = await emptyHost.link();
  await page.goto(new URL(link).origin);
  await expect(page.getByRole('heading', { name: 'This window needs a new link' })).toBeVisible();
  await expect(page.getByText('npm start -- open')).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('tab', { name: 'Home' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Home' })).toBeVisible();
  expect(page.url()).not.toContain('code=');
  const second = await context.newPage();
  await second.goto(link);
  await expect(second.getByText(/used before or has expired/)).toBeVisible();
  await page.keyboard.press(`${MOD}+k`);
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('an answer can be stopped while its model is loaded for the first time, and asked again', async ({ page, emptyHost, models }) => {
  needsModels(models);
  await emptyHost.ingest('To be stopped', [emptyHost.documents]);
  // Held, so that the wish to stop comes before the owner has said which job the question became. Before the page is there: Chromium may let the next request of an open one through.
  const asked = Promise.withResolvers<void>();
  await page.route('**/knowledge/ask', async (route) => {
    await asked.promise;
    await route.continue();
  });
  await page.goto(await emptyHost.link());
  await placeButton(page, 'Knowledge').click();
  await page.getByRole('navigation', { name: 'Knowledge bases' }).getByRole('button', { name: /To be stopped/ }).click();
  await page.locator('.place-actions').getByRole('button', { name: 'Ask' }).click();
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('How many litres does the coolant tank of the milling machine hold?');
  await page.keyboard.press(`${MOD}+Enter`);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Stopping' })).toBeDisabled();
  asked.resolve();
  const answer = page.getByRole('article').first();
  await expect(answer).toContainText('Stopped');
  await answer.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(page.getByText(/confidence \d/)).toBeVisible({ timeout: 180_000 });
});
