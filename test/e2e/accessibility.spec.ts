import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright/test';
import { expect, MOD, needsModels, placeButton, test } from './fixtures.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** Findings of axe that are serious or critical, named by rule and place. */
async function serious(page: Page): Promise<string[]> {
  // Injected as text: the window's policy allows no script of another origin, and this is not one of its files.
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(async () => {
    // What is still fading in has the contrast of its half-way.
    const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
    const { violations } = await window.axe.run(document);
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  });
}

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on any place in the ${theme} theme`, async ({ lathe, models }) => {
    needsModels(models);
    await lathe.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await expect(lathe.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
    for (const place of ['Home', 'Knowledge', 'Ask', 'Models', 'Settings']) {
      await lathe.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place }).click();
      await expect(lathe.getByRole('tab', { name: place })).toHaveAttribute('aria-selected', 'true');
      await expect(lathe.locator('.loading:visible')).toHaveCount(0);
      expect(await serious(lathe), place).toEqual([]);
    }
    await placeButton(lathe, 'Knowledge').click();
    const parts = lathe.getByRole('navigation', { name: 'Parts of Manuals' });
    for (const part of ['Saved questions', 'Snapshots', 'Sources']) {
      await parts.getByRole('button', { name: part }).click();
      await expect(lathe.locator('.loading:visible')).toHaveCount(0);
      // With its form open.
      await lathe.keyboard.press('n');
      await expect(lathe.getByRole('form')).toBeVisible();
      expect(await serious(lathe), part).toEqual([]);
    }
    await parts.getByRole('button', { name: 'Documents' }).click();
    await lathe.getByRole('button', { name: 'coolant.pdf' }).click();
    await expect(lathe.locator('.pdf-sheet canvas')).toBeVisible();
    for (const panel of [/^Jobs/, 'Log', /^Network/, /^Problems/]) {
      await lathe.getByRole('tab', { name: panel }).click();
      expect(await serious(lathe), String(panel)).toEqual([]);
    }
    await lathe.keyboard.press(`${MOD}+k`);
    await expect(lathe.getByRole('dialog')).toBeVisible();
    expect(await serious(lathe), 'palette').toEqual([]);
    await lathe.keyboard.press('Escape');
    await expect(lathe.getByRole('dialog')).toHaveCount(0);
    await lathe.getByRole('button', { name: 'Menu', exact: true }).click();
    await expect(lathe.getByRole('menu')).toBeVisible();
    expect(await serious(lathe), 'menu').toEqual([]);
    await lathe.keyboard.press('Escape');
    await lathe.keyboard.press('?');
    await expect(lathe.getByRole('dialog', { name: 'Shortcuts' })).toBeVisible();
    expect(await serious(lathe), 'shortcuts').toEqual([]);
    await lathe.keyboard.press('Escape');
    await lathe.getByRole('tab', { name: 'Knowledge' }).click();
    await lathe.getByRole('button', { name: 'Add files' }).click();
    await expect(lathe.getByRole('group', { name: 'Entries of the folder' })).toBeVisible();
    expect(await serious(lathe), 'add files').toEqual([]);
    await lathe.keyboard.press('Escape');
    await lathe.getByRole('tab', { name: 'Home' }).click();
    await lathe.getByRole('button', { name: 'lathe.yaml' }).click();
    await expect(lathe.locator('.monaco-editor .view-line').first()).toContainText('Lathe');
    expect(await serious(lathe), 'file editor').toEqual([]);
    await lathe.getByRole('tab', { name: 'Home' }).click();
    await lathe.keyboard.press('F1');
    await expect(lathe.getByRole('region', { name: 'Page of the manual' }).getByRole('heading', { level: 1 })).toBeVisible();
    expect(await serious(lathe), 'manual').toEqual([]);
  });
}
