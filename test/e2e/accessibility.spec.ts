import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { seriousFindings } from './axe.ts';
import { expect, MOD, needsModels, placeButton, test } from './fixtures.ts';

async function switchTo(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
}

test('axe finds nothing serious on any place in the light and the dark theme', async ({ lathe, host, models }) => {
  needsModels(models);
  let theme: 'light' | 'dark' = 'light';
  await switchTo(lathe, theme);
  // Structure once and over the whole page, colours in both themes and of what is new: each check leaves the other theme on.
  const check = async (what: string, within?: string): Promise<void> => {
    await expect(lathe.locator('.loading:visible')).toHaveCount(0);
    expect(await seriousFindings(lathe, { rules: 'structure' }), what).toEqual([]);
    for (const last of [false, true]) {
      expect(await seriousFindings(lathe, { rules: 'colours', ...(within === undefined ? {} : { within }) }), `${what}, ${theme}`).toEqual([]);
      if (last) return;
      theme = theme === 'light' ? 'dark' : 'light';
      await switchTo(lathe, theme);
    }
  };
  for (const place of ['Home', 'Knowledge', 'Ask', 'Models', 'Settings']) {
    await placeButton(lathe, place).click();
    await expect(lathe.getByRole('tab', { name: place })).toHaveAttribute('aria-selected', 'true');
    await check(place);
  }
  await placeButton(lathe, 'Knowledge').click();
  const parts = lathe.getByRole('navigation', { name: 'Parts of Manuals' });
  for (const part of ['Saved questions', 'Snapshots', 'Sources']) {
    await parts.getByRole('button', { name: part }).click();
    await expect(lathe.locator('.loading:visible')).toHaveCount(0);
    // With its form open.
    await lathe.keyboard.press('n');
    await expect(lathe.getByRole('form')).toBeVisible();
    await check(part, '.base-main');
  }
  await parts.getByRole('button', { name: 'Map' }).click();
  await lathe.getByRole('application', { name: /^Map of \d+ chunks/ }).focus();
  await lathe.keyboard.press('ArrowRight');
  await expect(lathe.locator('.map-note')).toBeVisible();
  await check('Map, with a chunk told of', '.base-main');

  await parts.getByRole('button', { name: 'Documents' }).click();
  await lathe.getByRole('button', { name: 'coolant.pdf' }).click();
  await expect(lathe.locator('.pdf-sheet canvas')).toBeVisible();
  await check('a document with its page');
  for (const panel of [/^Jobs/, 'Log', /^Network/, /^Problems/]) {
    await lathe.getByRole('tab', { name: panel }).click();
    await check(String(panel), '.panel-region');
  }
  await lathe.keyboard.press(`${MOD}+k`);
  await expect(lathe.getByRole('dialog')).toBeVisible();
  await check('palette', '[role="dialog"]');
  await lathe.keyboard.press('Escape');
  await expect(lathe.getByRole('dialog')).toHaveCount(0);
  await lathe.getByRole('button', { name: 'Menu', exact: true }).click();
  await expect(lathe.getByRole('menu')).toBeVisible();
  await check('menu', '[role="menu"]');
  await lathe.keyboard.press('Escape');
  await lathe.keyboard.press('?');
  await expect(lathe.getByRole('dialog', { name: 'Shortcuts' })).toBeVisible();
  await check('shortcuts', '[role="dialog"]');
  await lathe.keyboard.press('Escape');
  await lathe.getByRole('tab', { name: 'Knowledge' }).click();
  await lathe.getByRole('button', { name: 'Add files' }).click();
  await expect(lathe.getByRole('group', { name: 'Entries of the folder' })).toBeVisible();
  await check('add files', '[role="dialog"]');
  await lathe.getByRole('textbox', { name: 'Path on this machine' }).fill(join(host.documents, 'logging.html'));
  await lathe.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(lathe.getByRole('complementary', { name: 'What was found out' })).toBeVisible();
  await check('preview', 'main');
  await lathe.getByRole('tab', { name: 'Home' }).click();
  await lathe.getByRole('button', { name: 'lathe.yaml' }).click();
  await expect(lathe.locator('.monaco-editor .view-line').first()).toContainText('Lathe');
  await check('file editor', 'main');
  await lathe.getByRole('tab', { name: 'Home' }).click();
  await lathe.keyboard.press('F1');
  await expect(lathe.getByRole('region', { name: 'Page of the manual' }).getByRole('heading', { level: 1 })).toBeVisible();
  await check('manual', 'main');
});
