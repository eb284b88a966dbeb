// `npm run schemas`: writes resources/schemas anew from the contract; the results are committed.
import { join } from 'node:path';
import { node24Path } from './install.mjs';
import { runInForeground } from './runChild.mjs';
import { ROOT, setUp } from './setUp.mjs';
import { reportFailure } from './steps.mjs';

async function schemas() {
  await setUp(ROOT, { needsBuild: false });
  process.exitCode = await runInForeground({ command: node24Path(ROOT), args: ['--disable-warning=ExperimentalWarning', join(ROOT, 'src-main', 'cli', 'writeSchemas.ts')], cwd: ROOT, env: process.env });
}

await schemas().catch(reportFailure);
