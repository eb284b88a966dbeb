import { defineConfig } from 'playwright/test';

const browser = process.env['LATHE_CHROMIUM'];
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: 'test/e2e',
  // Every spec starts an owner process of its own; two cores.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser }),
      args: [...(asRoot ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
