import { gzipSync } from 'node:zlib';
import { expect, MOD, needsModels, placeButton, test, watch } from './fixtures.ts';

test.beforeEach(({ models }) => needsModels(models));

test('the palette runs actions, and the other one opens documents by name', async ({ lathe }) => {
  await lathe.keyboard.press(`${MOD}+k`);
  await lathe.getByRole('textbox', { name: 'Search actions' }).fill('models');
  await lathe.keyboard.press('Enter');
  await expect(lathe.getByRole('tab', { name: 'Models' })).toHaveAttribute('aria-selected', 'true');
  await expect(lathe.getByRole('table', { name: 'Models' })).toContainText('WordLlama');
  await lathe.keyboard.press(`${MOD}+p`);
  await lathe.getByRole('textbox', { name: /Open a document/ }).fill('snapshots');
  await expect(lathe.getByRole('dialog').getByText('snapshots.md').first()).toBeVisible();
  await lathe.keyboard.press('Enter');
  await expect(lathe.getByRole('tab', { name: 'snapshots.md' })).toHaveAttribute('aria-selected', 'true');
  await expect(lathe.getByRole('region', { name: 'Extracted text' })).toContainText('Searches go to the old snapshot');
});

test('the palette marks the line that Enter takes before anything is typed, and the arrows go on from it', async ({ lathe }) => {
  const marked = lathe.locator('[data-action][data-selected]');
  await lathe.keyboard.press(`${MOD}+k`);
  await expect(marked).toHaveCount(1);
  await expect(marked).toHaveText(/^Go to Home/);
  await expect(lathe.getByRole('textbox', { name: 'Search actions' })).toBeFocused();
  await lathe.keyboard.press('ArrowDown');
  await expect(marked).toHaveText(/^Go to Knowledge/);
  await lathe.keyboard.press('Escape');
  await expect(lathe.getByRole('dialog')).toHaveCount(0);
  await lathe.keyboard.press(`${MOD}+p`);
  await expect(marked).toHaveCount(1);
  await expect(lathe.locator('[data-action]').first()).toHaveAttribute('data-selected', 'true');
  await lathe.getByRole('textbox', { name: /Open a document/ }).fill('notes');
  await expect(marked).toHaveText(/^notes\.txt/);
});

test('in a split only the group that the keys go to has the accent line', async ({ lathe }) => {
  const shadows = (): Promise<string[]> => lathe.locator('.tab[aria-selected="true"]').evaluateAll((tabs) => tabs.map((tab) => getComputedStyle(tab).boxShadow.split(') ')[0] ?? ''));
  const accent = await lathe.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = 'var(--l-accent)';
    return getComputedStyle(probe).color.replace(')', '');
  });
  const places = lathe.getByRole('navigation', { name: 'Places' });
  await places.getByRole('button', { name: 'Ask' }).click();
  await places.getByRole('button', { name: 'Models' }).click();
  await expect.poll(shadows).toEqual([accent]);
  await lathe.keyboard.press(`${MOD}+\\`);
  await expect.poll(async () => (await shadows()).map((shadow) => shadow === accent)).toEqual([false, true]);
  // Ask comes to the front of the left group and would take the keyboard: the bar at the left follows the active group too.
  await expect(places.getByRole('button', { name: 'Models' })).toHaveAttribute('aria-current', 'page');
  await lathe.getByRole('tab', { name: 'Home' }).click();
  await expect.poll(async () => (await shadows()).map((shadow) => shadow === accent)).toEqual([true, false]);
  await expect(places.getByRole('button', { name: 'Home' })).toHaveAttribute('aria-current', 'page');
});

test('Home and the palette open the same dialog for a new project, in which a folder can be chosen', async ({ lathe, host }) => {
  await lathe.getByRole('button', { name: 'New project' }).click();
  const dialog = lathe.getByRole('dialog', { name: 'New project' });
  await expect(dialog.getByRole('switch', { name: 'Fill it with the sample' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Choose a folder' }).click();
  const picking = lathe.getByRole('dialog', { name: 'The folder of the new project' });
  await picking.getByRole('textbox', { name: 'Path on this machine' }).fill(host.documents);
  await picking.getByRole('button', { name: /^Use/ }).click();
  await expect(dialog.getByRole('textbox', { name: 'Folder' })).toHaveValue(host.documents);
  await lathe.keyboard.press('Escape');
  await expect(lathe.getByRole('dialog')).toHaveCount(0);
  await lathe.keyboard.press(`${MOD}+k`);
  await lathe.getByRole('textbox', { name: 'Search actions' }).fill('new project');
  await lathe.keyboard.press('Enter');
  await expect(dialog.getByRole('switch', { name: 'Fill it with the sample' })).toBeVisible();
});

test('a reload keeps the session, the tabs and an unsent question; a second tab has its own session', async ({ lathe, host, context }) => {
  await lathe.keyboard.press('g');
  await lathe.keyboard.press('m');
  await placeButton(lathe, 'Ask').click();
  await lathe.getByRole('textbox', { name: 'Question', exact: true }).fill('A question that is not sent yet');
  await lathe.reload();
  await expect(lathe.getByRole('tab')).toContainText(['Home', 'Models', 'Ask']);
  await expect(lathe.getByRole('textbox', { name: 'Question', exact: true })).toHaveValue('A question that is not sent yet');

  const second = await context.newPage();
  const broken = watch(second);
  await second.goto(await host.link());
  await expect(second.getByRole('tab', { name: 'Home' })).toBeVisible();
  // Both follow the same owner: a theme chosen in one is taken by the other.
  await second.keyboard.press(`${MOD}+k`);
  await second.getByRole('textbox', { name: 'Search actions' }).fill('dark theme');
  await second.keyboard.press('Enter');
  await expect(lathe.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await second.keyboard.press(`${MOD}+k`);
  await second.getByRole('textbox', { name: 'Search actions' }).fill('system theme');
  await second.keyboard.press('Enter');
  await expect(lathe.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
  await second.close();
  expect(broken).toEqual([]);
});

test('a view that loads late does not take the keyboard from the palette', async ({ lathe }) => {
  await placeButton(lathe, 'Ask').click();
  await expect(lathe.getByRole('textbox', { name: 'Question', exact: true })).toBeFocused();
  const held = Promise.withResolvers<void>();
  await lathe.route(/\/rpc\/knowledge\/list/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await lathe.reload();
  await expect(lathe.getByRole('tab', { name: 'Ask' })).toBeVisible();
  await lathe.keyboard.press(`${MOD}+k`);
  const palette = lathe.getByRole('textbox', { name: 'Search actions' });
  await palette.fill('models');
  held.resolve();
  await expect(lathe.getByRole('textbox', { name: 'Question', exact: true, includeHidden: true })).toBeVisible();
  await expect(palette).toBeFocused();
  await lathe.keyboard.press('Enter');
  await expect(lathe.getByRole('tab', { name: 'Models' })).toHaveAttribute('aria-selected', 'true');
});

test('shortcuts with Alt work while a question is being written, and the text stays', async ({ lathe }) => {
  await placeButton(lathe, 'Ask').click();
  const question = lathe.getByRole('textbox', { name: 'Question', exact: true });
  await expect(question).toBeFocused();
  await lathe.keyboard.type('Half a question');
  await lathe.keyboard.press('Alt+[');
  await expect(lathe.getByRole('tab', { name: 'Home' })).toHaveAttribute('aria-selected', 'true');
  await lathe.keyboard.press('Alt+]');
  await expect(question).toBeFocused();
  await expect(question).toHaveValue('Half a question');
});

test('a question that does not reach Lathe stays in its field, and the window says that the connection is lost', async ({ lathe }) => {
  await placeButton(lathe, 'Ask').click();
  const question = lathe.getByRole('textbox', { name: 'Question', exact: true });
  await question.fill('How often is the coolant changed?');
  await lathe.route(/\/(rpc|events)/, (route) => route.abort('connectionrefused'));
  await lathe.keyboard.press(`${MOD}+Enter`);
  await expect(lathe.getByRole('region', { name: 'Notices' })).toContainText('The Lathe process does not answer');
  await expect(question).toHaveValue('How often is the coolant changed?');
  await lathe.unroute(/\/(rpc|events)/);

  await lathe.route(/\/events/, (route) => route.abort('connectionrefused'));
  await lathe.reload();
  await expect(lathe.getByRole('alert').filter({ hasText: 'this window tries again by itself' })).toBeVisible();
  await expect(question).toHaveValue('How often is the coolant changed?');
  await lathe.unroute(/\/events/);
  await expect(lathe.getByRole('alert').filter({ hasText: 'this window tries again by itself' })).toHaveCount(0);
});

test('a deep link opens its view, and a project file is completed and checked by its schema', async ({ lathe }) => {
  await lathe.getByRole('button', { name: 'lathe.yaml' }).click();
  const editor = lathe.locator('.monaco-editor').first();
  await expect(editor).toContainText('version');
  await editor.click();
  await lathe.keyboard.press(`${MOD}+End`);
  await lathe.keyboard.type('colour: red\n');
  await expect(lathe.getByText(/colour is not a field of this file/)).toBeVisible();
  await lathe.getByRole('button', { name: 'Discard changes' }).click();
  await expect(lathe.getByText(/colour is not a field/)).toHaveCount(0);

  const address = lathe.url();
  expect(address).toContain('/file?path=lathe.yaml');
  await placeButton(lathe, 'Home').click();
  await lathe.goto(address);
  await expect(lathe.getByRole('tab', { name: 'lathe.yaml' })).toHaveAttribute('aria-selected', 'true');
});

test('a project file is reached and opened without a mouse, past the folders above it', async ({ lathe }) => {
  const file = lathe.getByRole('group', { name: 'Project files' }).getByRole('button').first();
  await expect(file).toBeVisible();
  for (let presses = 0; presses < 40 && !(await file.evaluate((element) => element === document.activeElement)); presses += 1) await lathe.keyboard.press('Tab');
  await expect(file).toBeFocused();
  await lathe.keyboard.press('End');
  await lathe.keyboard.press('Enter');
  await expect(lathe.getByRole('tab', { name: 'lathe.yaml' })).toHaveAttribute('aria-selected', 'true');
});

test('F1 opens the manual inside the window, its links lead to its other pages, and a reload keeps the page', async ({ lathe }) => {
  await lathe.keyboard.press('F1');
  const page = lathe.getByRole('region', { name: 'Page of the manual' });
  await expect(page.getByRole('heading', { name: 'Getting started', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Ingestion problems' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/ingestion problems/i);
  await lathe.reload();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/ingestion problems/i);
  await expect(lathe.getByRole('navigation', { name: 'Pages of the manual' }).getByRole('button', { name: 'Ingestion problems' })).toHaveAttribute('aria-current', 'page');
});

test('everything fits at 1024 by 768', async ({ lathe }) => {
  await lathe.setViewportSize({ width: 1024, height: 768 });
  for (const place of ['Home', 'Knowledge', 'Ask', 'Models', 'Settings']) {
    await lathe.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place }).click();
    await expect(lathe.getByRole('tab', { name: place })).toHaveAttribute('aria-selected', 'true');
    const overflow = await lathe.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, place).toBe(0);
    const clipped = await lathe.locator('.place-actions button:visible').evaluateAll((buttons) => buttons.filter((button) => button.getBoundingClientRect().right > window.innerWidth).length);
    expect(clipped, place).toBe(0);
  }
});

test('a document is found, opened, split off and closed without a mouse', async ({ lathe }) => {
  await lathe.keyboard.press('g');
  await lathe.keyboard.press('k');
  const table = lathe.getByRole('grid', { name: 'Documents of Manuals' });
  await expect(table.getByRole('row', { name: /logging\.html/ })).toBeVisible();
  for (let presses = 0; presses < 60 && !(await table.evaluate((element) => element === document.activeElement)); presses += 1) await lathe.keyboard.press('Tab');
  await expect(table).toBeFocused();
  await lathe.keyboard.press('Home');
  for (let presses = 0; presses < 5 && !(await lathe.locator('[data-current]').innerText()).includes('logging.html'); presses += 1) await lathe.keyboard.press('j');
  await lathe.keyboard.press('Enter');
  const tab = lathe.getByRole('tab', { name: 'logging.html' });
  await expect(tab).toHaveAttribute('aria-selected', 'true');
  await lathe.keyboard.press(`${MOD}+\\`);
  await expect(lathe.getByRole('tablist').filter({ has: lathe.getByRole('tab', { name: 'logging.html' }) }).getByRole('tab')).toHaveCount(1);
  await lathe.keyboard.press('Alt+w');
  await expect(tab).toHaveCount(0);
  await lathe.keyboard.press('?');
  await expect(lathe.getByRole('dialog', { name: 'Shortcuts' })).toContainText('Go to Knowledge');
  await lathe.keyboard.press('Escape');
  await expect(lathe.getByRole('dialog', { name: 'Shortcuts' })).toHaveCount(0);
  // The keyboard is where it was before the dialog.
  await expect(lathe.getByRole('tab', { name: 'Knowledge' })).toBeFocused();
});

test('the first view loads at most 350 kB of compressed script, and nothing from elsewhere', async ({ page, host }) => {
  const origin = new URL(await host.link()).origin;
  const scripts: Promise<number>[] = [];
  const foreign: string[] = [];
  page.on('response', (response) => {
    if (!response.url().startsWith(origin) && !response.url().startsWith('data:')) foreign.push(response.url());
    if (response.request().resourceType() === 'script') scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(await host.link());
  await expect(page.getByRole('heading', { name: 'From documents to answers' })).toBeVisible();
  const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(350_000);
  expect(foreign).toEqual([]);
});

test('a file dropped beside the documents does not replace the window', async ({ lathe }) => {
  const prevented = await lathe.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], 'x.html', { type: 'text/html' }));
    return !document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  });
  expect(prevented).toBe(true);
});
