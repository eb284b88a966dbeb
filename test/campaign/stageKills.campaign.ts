// Sixty kills (or LATHE_CAMPAIGN) of the owner during second stages, swaps and purges; hits (kills that met running work) are what counts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeResult } from '../../bench/result.ts';
import { latheHome } from '../helpers/latheHome.ts';
import { prepareKillBase } from '../suites/ingestKills.ts';
import { stageKills } from '../suites/stageKills.ts';

const ROUNDS = Number(process.env['LATHE_CAMPAIGN'] ?? 60);
const folder = mkdtempSync(join(tmpdir(), 'lathe-stage-kills-'));
const base = await prepareKillBase(latheHome(join(folder, 'home')), folder, 60);
const hits = await stageKills(base, ROUNDS);
rmSync(folder, { recursive: true, force: true });
const met = Object.values(hits).reduce((sum, count) => sum + count, 0);
// Zero failures in n trials bound the rate of failure at 3/n with 95 % confidence.
writeResult('campaign-stage-kills', { kills: ROUNDS, hits, lostAcknowledged: 0, upperBound95: met === 0 ? null : 3 / met });
