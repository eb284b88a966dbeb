import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAILPOINTS } from '../../src-main/base/failpoint.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { checkWhole, documentsOf, prepareKillBase, randomKills, type KillBase } from '../suites/ingestKills.ts';

const missing = await embedders();
const POINTS = FAILPOINTS.filter((name) => name.startsWith('knowledge.'));

/** One project is made once; each trial gets a copy of it and a home of its own. */
let template: Promise<KillBase> | null = null;
async function prepare(): Promise<KillBase> {
  const made = await (template ??= prepareKillBase(latheHome(temporaryFolder()), temporaryFolder(), 5));
  const project = join(temporaryFolder(), 'project');
  cpSync(made.project, project, { recursive: true });
  return { ...made, project, lathe: latheHome(temporaryFolder()) };
}

const kill = ({ lathe, folder, project }: KillBase, point: string) => lathe.run(['knowledge', 'ingest', '--stage', 'text', folder, '--project', project, '--trust'], { env: { LATHE_FAILPOINT: point } });

describe.skipIf(missing !== null)(`ingestion under kill -9${because(missing)}`, () => {
  test('each step of ingestion has a failpoint behind it', () => expect(POINTS).toHaveLength(8));

  test.each(POINTS)('killed at %s, the next start finishes with every file once', async (point) => {
    const base = await prepare();
    const killed = await kill(base, point);
    // A kill that did not happen proves nothing.
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    await checkWhole(base);
  });

  test('a restart says what was interrupted and goes on with it', async () => {
    const base = await prepare();
    await kill(base, 'knowledge.after-publish');
    const window = await base.lathe.open(base.project);
    const { recovered } = await window.client.system.status();
    expect(recovered.join(' ')).toContain('Ingest Notes was interrupted');
    await expect.poll(async () => (await documentsOf(window)).filter((document) => document.state === 'ready').length, { timeout: 120_000 }).toBe(5);
    await window.close();
  });

  test('two random kills lose nothing that a client was told of', async () => {
    const base = await prepareKillBase(latheHome(temporaryFolder()), temporaryFolder(), 150);
    const { hits } = await randomKills(base, 2);
    expect(hits).toBeGreaterThan(0);
  }, 240_000);
});
