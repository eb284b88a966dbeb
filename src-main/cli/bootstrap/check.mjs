// `npm run check`: types, lint, architecture and unit tests, in under a minute; `npm test` runs everything.
import { printSummary, runLint, runTypes, runVitest } from './runners.mjs';
import { ROOT, setUp } from './setUp.mjs';
import { reportFailure } from './steps.mjs';

async function check() {
  await setUp(ROOT, { needsBuild: false });
  const outcomes = [await runTypes(ROOT), await runLint(ROOT), await runVitest(ROOT, ['test/architecture', 'test/main/base', 'test/main/contract', 'test/renderer'])];
  process.exitCode = printSummary(outcomes);
}

await check().catch(reportFailure);
