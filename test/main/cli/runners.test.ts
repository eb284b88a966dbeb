import { describe, expect, it } from 'vitest';
import { printSummary, readPlaywright } from '../../../src-main/cli/bootstrap/runners.mjs';

const outcome = (change: object): Parameters<typeof printSummary>[0][number] => ({ name: 'x', passed: 0, failed: 0, skipped: 0, failures: [], skips: [], ms: 0, ...change });

describe('the summary of npm test', () => {
  it('ends in one counted line, summed over the runners, after every skip with its reason and every failure', () => {
    let said = '';
    const code = printSummary(
      [outcome({ name: 'types', passed: 1 }), outcome({ name: 'vitest', passed: 40, failed: 2, skipped: 1, failures: ['a > b', 'c > d'], skips: [{ title: 'e > f', reason: 'needs a GPU' }] })],
      (text) => {
        said += text;
        return true;
      },
    );
    expect(code).toBe(1);
    expect(said.trimEnd().split('\n')).toEqual(['', 'skipped (vitest): e > f: needs a GPU', 'failed (vitest): a > b', 'failed (vitest): c > d', 'types: 1 passed, 0 failed, 0 skipped in 0 s', 'vitest: 40 passed, 2 failed, 1 skipped in 0 s', '41 passed, 2 failed, 1 skipped']);
    expect(printSummary([outcome({ passed: 1, skipped: 3 })], () => true)).toBe(0);
  });

  it('counts Playwright\'s report, nested suites, flaky tests and broken files included', () => {
    const test = (status: string, annotations: object[] = []): object => ({ status, annotations });
    const report = {
      errors: [{ message: 'cannot load x.spec.ts' }],
      suites: [{ specs: [{ file: 'a.spec.ts', title: 'opens', tests: [test('expected'), test('flaky')] }], suites: [{ specs: [{ file: 'a.spec.ts', title: 'fails', tests: [test('unexpected')] }, { file: 'a.spec.ts', title: 'waits', tests: [test('skipped', [{ type: 'skip', description: 'needs Electron' }])] }] }] }],
    };
    expect(readPlaywright(report)).toMatchObject({ passed: 2, failed: 2, skipped: 1, failures: ['cannot load x.spec.ts', 'a.spec.ts > fails'], skips: [{ title: 'a.spec.ts > waits', reason: 'needs Electron' }] });
  });
});
