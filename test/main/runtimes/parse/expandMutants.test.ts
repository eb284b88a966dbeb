import { expect, test } from 'vitest';
import { because } from '../../../helpers/because.ts';
import { compressSamples } from '../../../helpers/compressSamples.ts';
import { expandFrom } from '../../../helpers/expandFrom.ts';
import { expandMutants } from '../../../suites/expandMutants.ts';

const COUNT = Number(process.env['LATHE_CAMPAIGN'] ?? 100);
const SEED = Number(process.env['LATHE_SEED'] ?? 20_261_128);
const real = compressSamples();

test(`${COUNT} damaged containers (seed ${SEED}) each give members that lead nowhere, or a named error`, { timeout: 60_000 + COUNT * 200 }, async () => {
  const report = await expandMutants({ count: COUNT, seed: SEED });
  expect(report.failures).toEqual([]);
  expect(report.expanded).toBeGreaterThan(COUNT * 0.2);
});

test.skipIf('reason' in real)(`the real archives of Commons Compress each give members, or a reason, or are documents${because(real)}`, { timeout: 120_000 }, async () => {
  const samples = 'samples' in real ? real.samples : [];
  const silent: string[] = [];
  let members = 0;
  for (const { name, bytes } of samples) {
    try {
      const expanded = await expandFrom(bytes, name);
      members += expanded?.members.length ?? 0;
      if (expanded !== null && expanded.members.length + expanded.problems.length === 0) silent.push(name);
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'none';
      if (!code.startsWith('DOCUMENT_')) silent.push(`${name}: ${code}`);
    }
  }
  expect(silent).toEqual([]);
  expect(samples.length).toBeGreaterThan(200);
  expect(members).toBeGreaterThan(200);
});
