import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Project } from '#contract/projects.ts';
import { connect } from '../../src-main/cli/connect.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();
/** More than is read between two looks at the job. */
const FILES = 4_000;

/** Waits until the command that owns this home has read its first document. */
async function untilReading(home: string, projectId: Project['id']): Promise<void> {
  const lock = join(home, 'state', 'owner.lock.json');
  for (;;) {
    await delay(20);
    const { endpoint } = existsSync(lock) ? (JSON.parse(readFileSync(lock, 'utf8')) as { endpoint?: { port: number; token: string } }) : {};
    if (endpoint === undefined) continue;
    const { client } = connect({ origin: `http://127.0.0.1:${endpoint.port}`, token: endpoint.token, send: (request) => fetch(request) });
    // The project is not open yet, or the owner is still that of the command before.
    const jobs = await client.jobs.list({ projectId }).catch(() => []);
    if (jobs.some((job) => job.state === 'running' && (job.progress?.done ?? 0) > 0)) return;
  }
}

describe.skipIf(missing !== null)(`Ctrl+C during an ingestion${because(missing)}`, () => {
  test('cancels the job, keeps what was read, prints nothing on stdout and ends with exit code 130', async () => {
    const lathe = latheHome(join(temporaryFolder(), 'home'));
    const [folder, place] = [join(temporaryFolder(), 'notes'), join(temporaryFolder(), 'project')];
    mkdirSync(folder);
    for (let number = 0; number < FILES; number += 1) writeFileSync(join(folder, `${number}.md`), `# Note ${number}\n\nWords of note ${number}.\n`);
    const project = await lathe.json<Project>(['project', 'new', place]);
    await lathe.json(['knowledge', 'create', 'Notes', '--project', place]);

    const child = lathe.start(['knowledge', 'ingest', '--stage', 'text', folder, '--json', '--project', place]);
    let said = '';
    let printed = '';
    child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
    child.stdout?.on('data', (piece: Buffer) => (printed += piece.toString()));
    const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    await untilReading(lathe.home, project.id);
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, signal: null });
    expect(said).toMatch(/CANCELLED: .*what was finished before is kept/);
    expect(said).not.toMatch(/\n\s+at /);
    expect(printed).toBe('');
    const [base] = await lathe.json<{ documents: { ready: number } }[]>(['knowledge', 'status', '--project', place]);
    expect(base?.documents.ready).toBeGreaterThan(0);
    expect(base?.documents.ready).toBeLessThan(FILES);
  });
});
