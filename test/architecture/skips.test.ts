import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import LatheReporter from '../../src-main/cli/bootstrap/vitestReporter.mjs';
import { because } from '../helpers/because.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { filesBelow } from './scanImports.ts';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const CONDITIONAL = /\.(?:skipIf|runIf)\(.*/g;
const ALWAYS = /\b(?:describe|it|test)\.skip\((?!.*because\().*/g;

afterEach(() => vi.unstubAllEnvs());

/** Skips of one file whose titles do not say what they need. */
function silent(source: string): string[] {
  return [...(source.match(CONDITIONAL) ?? []).filter((line) => !/\(needs |\$\{because\(/.test(line)), ...(source.match(ALWAYS) ?? [])];
}

it('every skipped test says in its title what it needs', () => {
  const files = filesBelow(TESTS).filter((file) => file.endsWith('.test.ts') || file.endsWith('.test.tsx'));
  expect(files.length).toBeGreaterThan(100);
  const found = files.filter((file) => !file.endsWith('skips.test.ts')).flatMap((file) => silent(readFileSync(file, 'utf8')).map((line) => `${file}: ${line}`));
  expect(found).toEqual([]);
  expect(silent("describe.skipIf(!able)('a disk', () => {\nit.skip('later', () => {")).toHaveLength(2);
});

it.each([
  ['index > a damaged index (needs the model x: it cannot be reached) > is named', 'needs the model x: it cannot be reached'],
  [`ingestion${because('needs the model x: pip says (HTTP 404)')} > is named`, 'needs the model x: pip says (HTTP 404)'],
])('the reason of %s is printed', (fullName, reason) => {
  const file = `${temporaryFolder()}/results.json`;
  vi.stubEnv('LATHE_TEST_RESULTS', file);
  const test = { fullName, result: () => ({ state: 'skipped' }) };
  new LatheReporter().onTestRunEnd([{ relativeModuleId: 'a.test.ts', errors: () => [], children: { allTests: () => [test] } }], []);
  expect(JSON.parse(readFileSync(file, 'utf8')).skips).toEqual([{ title: `a.test.ts > ${fullName}`, reason }]);
});
