import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileCache, node24Path } from './install.mjs';
import { runInForeground } from './runChild.mjs';
import { formatDuration } from './steps.mjs';

/** @typedef {{ name: string, passed: number, failed: number, skipped: number, failures: string[], skips: { title: string, reason: string }[], ms: number }} Outcome */

const NOTHING = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };

/** Runs a package's program on Node 24 with its output on stderr and stdout as it is. */
function runTool(root, { script, args, env = {} }) {
  return runInForeground({ command: node24Path(root), args: [join(root, 'node_modules', script), ...args], cwd: root, env: { ...compileCache(root), ...process.env, ...env } });
}

/** A tool that only says yes or no counts as one test. */
async function yesOrNo(name, run) {
  const startedAt = performance.now();
  const code = await run();
  const ms = performance.now() - startedAt;
  return { ...NOTHING, name, ms, ...(code === 0 ? { passed: 1 } : { failed: 1, failures: [`${name} exited with ${code}`] }) };
}

export const runTypes = (root) => yesOrNo('types', () => runTool(root, { script: 'typescript/bin/tsc', args: ['--build', '--pretty'] }));
export const runLint = (root) => yesOrNo('lint', () => runTool(root, { script: 'oxlint/bin/oxlint', args: ['--deny-warnings'] }));
export const runUnused = (root) => yesOrNo('unused code', () => runTool(root, { script: 'knip/bin/knip.js', args: [] }));

/** A runner that leaves no result file has crashed: that is a failure, never silence. */
async function counted({ name, run, read }) {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'lathe-results-'));
  const file = join(folder, 'results.json');
  try {
    const code = await run(file);
    const counts = existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : NOTHING;
    const crashed = code !== 0 && counts.failed === 0;
    const failures = crashed ? [...counts.failures, `${name} crashed: it exited with ${code} and named no failure`] : counts.failures;
    return { ...counts, name, failures, failed: counts.failed + (crashed ? 1 : 0), ms: performance.now() - startedAt };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} folders only tests whose path contains one of these; none = all */
export function runVitest(root, folders = []) {
  return counted({
    name: 'vitest',
    run: (file) =>
      runTool(root, {
        script: 'vitest/vitest.mjs',
        args: ['run', '--reporter=default', `--reporter=${join(root, 'src-main', 'cli', 'bootstrap', 'vitestReporter.mjs')}`, ...folders],
        env: { LATHE_TEST_RESULTS: file, LATHE_TEST_CLI: join(root, 'dist', 'main', 'cli.js') },
      }),
    read: (results) => results,
  });
}

export function runPlaywright(root, browser) {
  const specs = join(root, 'test', 'e2e');
  if (!existsSync(specs) || !readdirSync(specs).some((name) => name.endsWith('.spec.ts'))) return { ...NOTHING, name: 'playwright', ms: 0 };
  return counted({
    name: 'playwright',
    run: (file) =>
      runTool(root, {
        script: 'playwright/cli.js',
        args: ['test', '--reporter=list,json'],
        env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file, LATHE_CHROMIUM: browser, LATHE_TEST_CLI: join(root, 'dist', 'main', 'cli.js') },
      }),
    read: readPlaywright,
  });
}

/** Counts of Playwright's JSON report; exported for its tests. */
export function readPlaywright(report) {
  const counts = { ...NOTHING, failed: report.errors?.length ?? 0, failures: (report.errors ?? []).map((error) => error.message), skips: [] };
  const visit = (suite) => {
    for (const spec of suite.specs ?? []) {
      const title = `${spec.file} > ${spec.title}`;
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          counts.skipped += 1;
          const reason = test.annotations?.find((annotation) => annotation.type === 'skip' || annotation.type === 'fixme')?.description;
          counts.skips.push({ title, reason: reason ?? 'no reason given' });
        } else if (test.status === 'unexpected') {
          counts.failed += 1;
          counts.failures.push(title);
        } else counts.passed += 1;
      }
    }
    for (const child of suite.suites ?? []) visit(child);
  };
  for (const suite of report.suites ?? []) visit(suite);
  return counts;
}

/**
 * Prints every failure and skip, one line a runner, and last `N passed, N failed, N skipped` summed over all.
 * @param {Outcome[]} outcomes @returns {number} exit code
 */
export function printSummary(outcomes, write = (text) => process.stdout.write(text)) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  write('\n');
  for (const { name, skips } of outcomes) for (const { title, reason } of skips) write(`skipped (${name}): ${title}: ${reason}\n`);
  for (const { name, failures } of outcomes) for (const failure of failures) write(`failed (${name}): ${failure}\n`);
  for (const { name, passed, failed, skipped, ms } of outcomes) {
    write(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${formatDuration(ms)}\n`);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed > 0 ? 1 : 0;
}
