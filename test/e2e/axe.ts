import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright/test';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Rules whose outcome hangs on colours, and nearly all of axe's time. What the others find is the same in every theme. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

export interface AxeRun {
  readonly rules: 'all' | 'colours' | 'structure';
  /** Selector of what is looked at; the whole page when left out. */
  readonly within?: string;
}

/** Findings of axe that are serious or critical, named by rule and place. */
export async function seriousFindings(page: Page, { rules, within = 'html' }: AxeRun = { rules: 'all' }): Promise<string[]> {
  // Injected as text: the window's policy allows no script of another origin, and this is not one of its files.
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(
    async ([selector, chosen, colours]) => {
      // What is still fading in has the contrast of its half-way. A theme that was just switched begins with the next frame, and what inherits a colour after that.
      for (let quiet = 0; quiet < 3; quiet += 1) {
        await new Promise(requestAnimationFrame);
        const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
        if (ending.length > 0) quiet = -1;
        await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
      }
      if (window.axe === undefined) throw new Error('Expected axe in the page');
      if (document.querySelector(selector) === null) throw new Error(`Expected something at ${selector}`);
      const only = chosen === 'colours' ? { runOnly: colours } : chosen === 'structure' ? { rules: Object.fromEntries(colours.map((rule) => [rule, { enabled: false }])) } : {};
      const { violations } = await window.axe.run(selector === 'html' ? document : selector, { resultTypes: ['violations'], ...only });
      return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
    },
    [within, rules, COLOUR_RULES] as const,
  );
}
