import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { because } from '../helpers/because.ts';
import { embedders, latheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { prepareKillBase, type KillBase } from '../suites/ingestKills.ts';
import { checkAfterKills, stageKills } from '../suites/stageKills.ts';

const missing = await embedders();

/** One project with one searchable base is made once; each trial gets a copy of it and a home of its own. */
let template: Promise<KillBase> | null = null;
async function prepare(): Promise<KillBase> {
  template ??= prepareKillBase(latheHome(temporaryFolder()), temporaryFolder(), 5).then(async (base) => {
    await base.lathe.json(['knowledge', 'ingest', base.folder, '--project', base.project]);
    return base;
  });
  const made = await template;
  const project = join(temporaryFolder(), 'project');
  cpSync(made.project, project, { recursive: true });
  return { ...made, project, lathe: latheHome(temporaryFolder()) };
}

const build = ['snapshot', 'new', '--max-tokens', '64'] as const;
const POINTS: readonly (readonly [string, readonly string[], readonly string[] | null])[] = [
  ['embed.after-vectors', ['snapshot', 'new', '--max-tokens', '32'], null],
  ['snapshot.after-rows', build, null],
  ['swap.before-commit', ['snapshot', 'swap'], build],
  ['swap.after-commit', ['snapshot', 'swap'], build],
];

describe.skipIf(missing !== null)(`snapshots under kill -9${because(missing)}`, () => {
  test.each(POINTS)('killed at %s, the one that serves answers and the work is finished at the next start', async (point, command, before) => {
    const base = await prepare();
    const options = ['--project', base.project, '--trust'];
    if (before !== null) expect((await base.lathe.run(['knowledge', ...before, ...options])).code).toBe(0);
    const killed = await base.lathe.run(['knowledge', ...command, ...options], { env: { LATHE_FAILPOINT: point } });
    // A kill that did not happen proves nothing.
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    await checkAfterKills(base);
  });

  test('three kills at any moment of second stages, swaps and purges lose nothing that a client was told of', async () => {
    const base = await prepareKillBase(latheHome(temporaryFolder()), temporaryFolder(), 12);
    const hits = await stageKills(base, 3);
    expect(Object.values(hits).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  }, 300_000);
});
