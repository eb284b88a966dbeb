// `npm start -- COMMAND …`: sets up what is missing, then hands over to the command line on Node 24.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { probeElectron } from './electron.mjs';
import { compileCache, node24Path } from './install.mjs';
import { runInForeground } from './runChild.mjs';
import { ROOT, setUp } from './setUp.mjs';
import { reportFailure, SetupError } from './steps.mjs';

async function start() {
  await setUp();
  const cli = join(ROOT, 'dist', 'main', 'cli.js');
  if (!existsSync(cli)) throw new SetupError('dist/main/cli.js is missing after the build.', 'Delete dist and run the command again.');
  process.exitCode = await runInForeground({
    command: node24Path(ROOT),
    // A small young generation and early collections hold the owner at 250 MB during ingestion instead of 390, and cost no time.
    args: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', '--heap-growing-percent=20', cli, ...process.argv.slice(2)],
    cwd: ROOT,
    env: { ...compileCache(ROOT), ...process.env, INIT_CWD: process.env.INIT_CWD ?? process.cwd(), ...probeElectron(ROOT) },
  });
}

await start().catch(reportFailure);
