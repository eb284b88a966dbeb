import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright/test';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Rules whose outcome hangs on colours. All others find the same in every theme, which is the same elements with other tokens. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

/** Findings of axe that are serious or critical, named by rule and place. */
export async function seriousFindings(page: Page, { coloursOnly = false } = {}): Promise<string[]> {
  // Injected as text: the window's policy allows no script of another origin, and this is not one of its files.
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(
    async (rules) => {
      // What is still fading in has the contrast of its half-way.
      const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
      await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
      if (window.axe === undefined) throw new Error('Expected axe in the page');
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'], ...(rules === null ? {} : { runOnly: rules }) });
      return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
    },
    coloursOnly ? COLOUR_RULES : null,
  );
}
