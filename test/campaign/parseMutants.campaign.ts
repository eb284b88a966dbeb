// A thousand seeded mutants of real documents: each gives a document or a named reason, none a crash or a hang.
import { writeResult } from '../../bench/result.ts';
import { pypdfSamples } from '../helpers/pypdfSamples.ts';
import { parseMutants } from '../suites/parseMutants.ts';

const seed = Number(process.env['LATHE_SEED'] ?? Math.floor(Math.random() * 1e9));
const samples = pypdfSamples();
const paths = 'paths' in samples ? samples.paths : undefined;
const outcome = await parseMutants({ count: Number(process.env['LATHE_CAMPAIGN'] ?? 1_000), seed, ...(paths === undefined ? {} : { paths }) });
writeResult('campaign-parse-mutants', { ...outcome, failures: outcome.failures.length, first: outcome.failures[0] ?? null });
process.exitCode = outcome.failures.length === 0 ? 0 : 1;
