import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type Locator, type Page } from 'playwright/test';
import { type Host, missingModels, startHost } from './startHost.ts';

export { expect } from 'playwright/test';

interface Fixtures {
  /** A page on the window, Home in front. Ends the test red when the page broke its policy or threw. */
  readonly lathe: Page;
}

interface WorkerFixtures {
  /** One host for the specs of a file; its knowledge base Manuals holds the small folder. */
  readonly host: Host;
  readonly emptyHost: Host;
  readonly models: string | null;
}

async function withHost(use: (host: Host) => Promise<void>, prepare: (host: Host) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lathe-e2e-'));
  const host = await startHost(folder);
  try {
    await prepare(host);
    await use(host);
  } finally {
    await host.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  models: [async ({}, use) => use(await missingModels()), { scope: 'worker' }],
  host: [async ({ models }, use) => withHost(use, async (host) => (models === null ? host.ingest('Manuals', [host.documents]) : null)), { scope: 'worker', timeout: 120_000 }],
  emptyHost: [async ({}, use) => withHost(use, async () => null), { scope: 'worker', timeout: 120_000 }],
  lathe: async ({ page, host }, use) => {
    const broken = watch(page);
    await page.goto(await host.link());
    await page.getByRole('tab', { name: 'Home' }).waitFor();
    await use(page);
    if (broken.length > 0) throw new Error(`The page complained:\n${broken.join('\n')}`);
  },
});

/** Collects policy violations and uncaught errors. */
export function watch(page: Page): string[] {
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  page.on('console', (message) => {
    if (/content security policy|refused to|violates/i.test(message.text())) broken.push(message.text());
  });
  return broken;
}

/** Skips, saying why, where the embedders cannot be had. */
export function needsModels(models: string | null): void {
  test.skip(models !== null, models ?? '');
}

/** Ctrl on the systems that the tests run on, Command on macOS. */
export const MOD = process.platform === 'darwin' ? 'Meta' : 'Control';

/** A place of the activity bar: views have buttons of the same names, which appear when their data is there. */
export function placeButton(page: Page, place: string): Locator {
  return page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place, exact: true });
}
