// A thousand seeded mutants of archives, mailboxes and exports: each gives members that lead nowhere or a named reason.
import { writeResult } from '../../bench/result.ts';
import { expandMutants } from '../suites/expandMutants.ts';

const seed = Number(process.env['LATHE_SEED'] ?? Math.floor(Math.random() * 1e9));
const outcome = await expandMutants({ count: Number(process.env['LATHE_CAMPAIGN'] ?? 1_000), seed });
writeResult('campaign-expand-mutants', { ...outcome, failures: outcome.failures.length, first: outcome.failures[0] ?? null });
process.exitCode = outcome.failures.length === 0 ? 0 : 1;
