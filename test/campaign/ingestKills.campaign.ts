// Sixty kills (or LATHE_CAMPAIGN) of the owner during ingestion; hits (kills that met running work) are what counts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeResult } from '../../bench/result.ts';
import { latheHome } from '../helpers/latheHome.ts';
import { prepareKillBase, randomKills } from '../suites/ingestKills.ts';

const ROUNDS = Number(process.env['LATHE_CAMPAIGN'] ?? 60);
const folder = mkdtempSync(join(tmpdir(), 'lathe-kills-'));
const base = await prepareKillBase(latheHome(join(folder, 'home')), folder, 400);
const { hits } = await randomKills(base, ROUNDS);
rmSync(folder, { recursive: true, force: true });
// Zero failures in n trials bound the rate of failure at 3/n with 95 % confidence.
writeResult('campaign-ingest-kills', { kills: ROUNDS, hits, lostAcknowledged: 0, upperBound95: hits === 0 ? null : 3 / hits });
