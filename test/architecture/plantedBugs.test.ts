import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PLANTED_BUGS } from '../suites/plantedBugs.ts';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('each bug that the campaign plants has its place in the source as it is now, and tests that are there', () => {
  for (const { name, file, from, tests } of PLANTED_BUGS) {
    expect(existsSync(fromRoot(file)) && readFileSync(fromRoot(file), 'utf8').includes(from), `${file}: the place of "${name}"`).toBe(true);
    for (const path of tests) expect(existsSync(fromRoot(path)), `${path}, for "${name}"`).toBe(true);
  }
  expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length);
});
