// Warm start to first paint, idle owner memory, size of the first view's script; the browser is the one of the tests.
import { gzipSync } from 'node:zlib';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { latheHome } from '../test/helpers/latheHome.ts';
import { treePssBytes } from './processMemory.ts';
import { quantile, writeResult } from './result.ts';

const ROUNDS = 5;
const IDLE_MS = 20_000;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const folder = mkdtempSync(join(tmpdir(), 'lathe-bench-'));
const lathe = latheHome(join(folder, 'home'));
const project = join(folder, 'project');
await lathe.json(['project', 'new', project]);

const browser = await chromium.launch({ executablePath: process.env['LATHE_CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS });
const starts: { commandMs: number; paintMs: number; totalMs: number }[] = [];
let idleBytes = 0;
let scriptBytes = 0;

for (let round = 0; round < ROUNDS; round += 1) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const scripts = new Set<string>();
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.add(new URL(response.url()).pathname);
  });
  const startedAt = performance.now();
  const window = await lathe.open(project);
  const commandMs = performance.now() - startedAt;
  await page.goto(window.url);
  await page.getByRole('main').first().waitFor();
  const paintMs = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        // Buffered: the paint may lie before this line or be reported a moment after it.
        new PerformanceObserver((list) => {
          const paint = list.getEntriesByName('first-contentful-paint')[0];
          if (paint) resolve(paint.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  starts.push({ commandMs, paintMs, totalMs: commandMs + paintMs });
  if (round === ROUNDS - 1) {
    const root = fileURLToPath(new URL('../dist/renderer', import.meta.url));
    scriptBytes = [...scripts].reduce((sum, path) => sum + gzipSync(readFileSync(join(root, path))).length, 0);
    await page.close();
    await delay(IDLE_MS);
    idleBytes = treePssBytes(window.process.pid ?? 0);
  }
  await context.close();
  await window.close();
}
await browser.close();
rmSync(folder, { recursive: true, force: true });

const median = (pick: (start: (typeof starts)[number]) => number): number => Math.round(quantile(starts.map(pick), 0.5));
writeResult('startup', {
  rounds: ROUNDS,
  commandToLinkMs: median((start) => start.commandMs),
  firstContentfulPaintMs: median((start) => start.paintMs),
  warmStartToFirstPaintMs: median((start) => start.totalMs),
  goalWarmStartToFirstPaintMs: 2_000,
  idleOwnerPssMb: Math.round(idleBytes / 1e6),
  goalIdleOwnerMb: 250,
  firstViewScriptGzipKb: Math.round(scriptBytes / 1e3),
  goalFirstViewScriptGzipKb: 350,
});
