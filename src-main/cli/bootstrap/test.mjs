// `npm test`: installs what the tests need, a browser included, and runs every runner.
import { provideBrowser } from './browser.mjs';
import { printSummary, runLint, runPlaywright, runTypes, runUnused, runVitest } from './runners.mjs';
import { ROOT, setUp } from './setUp.mjs';
import { reportFailure, startStep } from './steps.mjs';

async function test() {
  await setUp();
  const browser = await provideBrowser(ROOT);
  const outcomes = [];
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (stopped = true));
  for (const [title, run] of [
    ['Types', () => runTypes(ROOT)],
    ['Lint', () => runLint(ROOT)],
    ['Unused code', () => runUnused(ROOT)],
    // Beside each other: each alone leaves a core waiting now and then, and no test depends on how busy the machine is.
    ['Unit and integration tests, browser tests', () => Promise.all([runVitest(ROOT), runPlaywright(ROOT, browser)])],
  ]) {
    if (stopped) break;
    startStep(title);
    outcomes.push(...[await run()].flat());
  }
  if (stopped) outcomes.push({ name: 'npm test', passed: 0, failed: 1, skipped: 0, failures: ['it was stopped before every runner had ended'], skips: [], ms: 0 });
  process.exitCode = printSummary(outcomes);
}

await test().catch((error) => {
  reportFailure(error);
  process.stdout.write('0 passed, 1 failed, 0 skipped\n');
});
