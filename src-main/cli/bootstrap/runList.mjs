import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compileCache, node24Path } from './install.mjs';
import { runInForeground } from './runChild.mjs';
import { ROOT, setUp } from './setUp.mjs';
import { formatDuration, startStep } from './steps.mjs';

/**
 * Runs every `*.<kind>.ts` file of a folder (or those whose names contain an argument) on Node 24, one after the other, with the arguments that begin with `--`;
 * each writes its own `bench/results/<name>.json`, under LATHE_RESULTS.
 * @param {{ folder: string, kind: string }} list
 */
export async function runList({ folder, kind }) {
  await setUp();
  const results = join(ROOT, 'bench', 'results');
  mkdirSync(results, { recursive: true });
  const ending = `.${kind}.ts`;
  const present = existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(ending)).sort() : [];
  const asked = process.argv.slice(2);
  const wanted = asked.filter((word) => !word.startsWith('--'));
  const flags = asked.filter((word) => word.startsWith('--'));
  const chosen = present.filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  if (chosen.length === 0) {
    process.stderr.write(`No ${folder}/*${ending} matches ${wanted.join(' ') || 'anything'}. There are: ${present.join(', ') || 'none'}\n`);
    process.exitCode = 2;
    return;
  }
  // What is measured and tried is what ships: the bundle, not the sources. Its place is read when the helpers are imported.
  const env = { ...compileCache(ROOT), LATHE_TEST_CLI: join(ROOT, 'dist', 'main', 'cli.js'), ...process.env, LATHE_RESULTS: results };
  const failed = [];
  for (const name of chosen) {
    const startedAt = performance.now();
    startStep(`${folder}/${name}`);
    const code = await runInForeground({ command: node24Path(ROOT), args: ['--disable-warning=ExperimentalWarning', join(ROOT, folder, name), ...flags], cwd: ROOT, env });
    if (code !== 0) failed.push(name);
    process.stderr.write(`${code === 0 ? '✓' : '✗'} ${name}: ${formatDuration(performance.now() - startedAt)}\n`);
  }
  process.stdout.write(`${chosen.length - failed.length} passed, ${failed.length} failed, 0 skipped\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
