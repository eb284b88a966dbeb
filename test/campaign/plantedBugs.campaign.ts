// Plants one bug at a time in a copy of the source and runs the tests that must notice it. A bug that survives fails the campaign.
// LATHE_PLANTED=WORDS tries only the bugs whose name holds these words, and writes no result; several are parted by a bar.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeResult } from '../../bench/result.ts';
import { PLANTED_BUGS } from '../suites/plantedBugs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'lathe-planted-'));
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const name of ['src-main', 'src-renderer', 'test', 'bench', 'resources', 'docs', 'package.json', 'vitest.config.ts', 'tsconfig.base.json']) cpSync(join(root, name), join(copy, name), { recursive: true, filter: (from) => !from.includes('bench/cache') });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const only = process.env['LATHE_PLANTED']?.split('|');
const bugs = PLANTED_BUGS.filter(({ name }) => only?.some((words) => name.includes(words)) ?? true);

/** What failed, in the runner's words; null when nothing did. */
function failureOf(tests: readonly string[]): string | null {
  const env = { ...process.env, LATHE_TEST_CLI: join(copy, 'src-main', 'cli', 'main.ts') };
  const done = spawnSync(process.execPath, [join(copy, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--bail=1', ...tests], { cwd: copy, encoding: 'utf8', timeout: 600_000, env });
  return done.status === 0 ? null : `${done.stdout}${done.stderr}`.slice(-3_000);
}

// A test that fails without the bug would count as having caught it.
for (const test of new Set(bugs.flatMap(({ tests }) => tests))) {
  const failure = failureOf([test]);
  if (failure !== null) throw new Error(`${test} fails without any bug:\n${failure}`);
}

const survived: string[] = [];
for (const bug of bugs) {
  const file = join(copy, bug.file);
  const original = readFileSync(file, 'utf8');
  if (!original.includes(bug.from)) throw new Error(`${bug.file} no longer has the place where "${bug.name}" is planted`);
  writeFileSync(file, original.replace(bug.from, bug.to));
  const passed = failureOf(bug.tests) === null;
  writeFileSync(file, original);
  if (passed) survived.push(bug.name);
  process.stderr.write(`${passed ? 'SURVIVED' : 'caught'}  ${bug.name}\n`);
}
if (only === undefined) writeResult('campaign-planted-bugs', { planted: bugs.length, caught: bugs.length - survived.length, survived });
process.exitCode = survived.length === 0 ? 0 : 1;
