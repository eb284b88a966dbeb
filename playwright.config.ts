import { defineConfig } from 'playwright/test';

/** The window in a real Chromium against the real browser host. `LATHE_CHROMIUM` (or `LATHE_BROWSER`) names the browser. */
export default defineConfig({
  testDir: './test/e2e',
  outputDir: './test-results',
  // One host and one browser at a time: two cores carry no more without waits that say nothing about the window.
  workers: 1,
  fullyParallel: false,
  // As in vitest.config.ts: no test depends on how busy the machine is.
  timeout: 360_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'off',
    launchOptions: {
      executablePath: process.env['LATHE_CHROMIUM'] ?? process.env['LATHE_BROWSER'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
