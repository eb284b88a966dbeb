import { expect, test } from 'vitest';
import { parseMutants } from '../../../suites/parseMutants.ts';

const COUNT = Number(process.env['LATHE_CAMPAIGN'] ?? 100);
const SEED = Number(process.env['LATHE_SEED'] ?? 20_261_124);

test(`${COUNT} damaged documents (seed ${SEED}) each give a sound document or a named error`, { timeout: 60_000 + COUNT * 200 }, async () => {
  const report = await parseMutants({ count: COUNT, seed: SEED });
  expect(report.failures).toEqual([]);
  expect(report.documents).toBeGreaterThan(COUNT * 0.3);
});
