import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { FAILPOINTS, type Failpoint } from '../../src-main/base/failpoint.ts';
import type { KnowledgeDocument } from '../../src-main/contract/knowledge.ts';
import { embedders, latheHome, type LatheHome, type Window } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();

/** Each file holds a word that stands nowhere else, so that being found proves that this very file is in the index. */
function makeFolder(files: number): string {
  const folder = temporaryFolder();
  for (let number = 0; number < files; number += 1) {
    const word = `zanzibar${number}q`;
    writeFileSync(join(folder, `note-${String(number).padStart(3, '0')}.md`), `# Note ${number}\n\nThe code word of note ${number} is ${word}.\n\n## More\n\n${'The quick brown fox jumps over the lazy dog. '.repeat(number % 7)}\n`);
  }
  return folder;
}

interface Base {
  readonly lathe: LatheHome;
  readonly project: string;
  readonly folder: string;
}

async function prepare(files: number): Promise<Base> {
  const lathe = latheHome(temporaryFolder());
  const project = join(temporaryFolder(), 'project');
  await lathe.json(['project', 'new', project]);
  await lathe.json(['knowledge', 'create', 'Notes', '--project', project]);
  return { lathe, project, folder: makeFolder(files) };
}

async function documentsOf(window: Window): Promise<KnowledgeDocument[]> {
  const projectId = window.projectId as never;
  const [base] = await window.client.knowledge.list({ projectId });
  if (!base) throw new Error('Expected a knowledge base');
  return (await window.client.knowledge.documents({ projectId, knowledgeId: base.id, limit: 1000 })).documents;
}

/** After a kill: every file once, every word found once, no document twice in the index, nothing said to be running. */
async function checkWhole({ lathe, project }: Base, files: number): Promise<void> {
  const window = await lathe.open(project);
  try {
    const projectId = window.projectId as never;
    const documents = await documentsOf(window);
    expect(documents.map((document) => document.state)).toEqual(Array.from({ length: files }, () => 'ready'));
    expect(new Set(documents.map((document) => document.file)).size).toBe(files);
    const [base] = await window.client.knowledge.list({ projectId });
    for (const number of [0, Math.floor(files / 2), files - 1]) {
      const found = await window.client.knowledge.search({ projectId, knowledgeId: base?.id as never, question: `zanzibar${number}q`, limit: 20 });
      const holding = found.results.filter((result) => result.text.includes(`zanzibar${number}q`));
      expect(new Set(holding.map((result) => result.file)), `zanzibar${number}q`).toEqual(new Set([`note-${String(number).padStart(3, '0')}.md`]));
      expect(new Set(found.results.map((result) => result.chunkId)).size).toBe(found.results.length);
    }
    const jobs = await window.client.jobs.list({ projectId });
    expect(jobs.filter((job) => job.state === 'running' || job.state === 'cancelling')).toEqual([]);
  } finally {
    await window.close();
  }
}

const POINTS = FAILPOINTS.filter((name) => name.startsWith('knowledge.')) as Failpoint[];

describe.skipIf(missing !== null)(`ingestion under kill -9${missing === null ? '' : ` (${missing})`}`, () => {
  beforeAll(() => expect(POINTS.length).toBeGreaterThanOrEqual(8));

  test.each(POINTS)('killed at %s, the next run finishes with every file once', async (point) => {
    const base = await prepare(5);
    const killed = await base.lathe.run(['knowledge', 'ingest', base.folder, '--project', base.project], { env: { LATHE_FAILPOINT: point } });
    // A kill that did not happen proves nothing.
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    const again = await base.lathe.run(['knowledge', 'ingest', base.folder, '--project', base.project]);
    expect(again.code, again.stderr).toBe(0);
    await checkWhole(base, 5);
  });

  test('a restart says what was interrupted and goes on with it', async () => {
    const base = await prepare(5);
    await base.lathe.run(['knowledge', 'ingest', base.folder, '--project', base.project], { env: { LATHE_FAILPOINT: 'knowledge.after-publish' } });
    const window = await base.lathe.open(base.project);
    const { recovered } = await window.client.system.status();
    expect(recovered.join(' ')).toContain('Ingest Notes was interrupted');
    await expect.poll(async () => (await documentsOf(window)).filter((document) => document.state === 'ready').length, { timeout: 30_000 }).toBe(5);
    await window.close();
  });

  test('ten random kills lose nothing that a client was told of', async () => {
    const files = 150;
    const base = await prepare(files);
    const acknowledged = new Map<string, string>();
    let hits = 0;
    for (let round = 0; round < 10; round += 1) {
      const window = await base.lathe.open(base.project);
      const projectId = window.projectId as never;
      const [knowledge] = await window.client.knowledge.list({ projectId });
      const before = await documentsOf(window);
      const ready = new Map(before.filter((document) => document.state === 'ready').map((document) => [document.file, document.parsedDigest as string]));
      for (const [file, digest] of acknowledged) expect(ready.get(file), `${file} in round ${round}`).toBe(digest);
      await window.client.knowledge.ingest({ projectId, knowledgeId: knowledge?.id as never, paths: [base.folder] });
      const until = performance.now() + 100 + round * 90;
      while (performance.now() < until) {
        const seen = await documentsOf(window).catch(() => []);
        for (const document of seen) if (document.state === 'ready') acknowledged.set(document.file, document.parsedDigest as string);
        await delay(10);
      }
      const jobs = await window.client.jobs.list({ projectId });
      if (jobs.some((job) => job.state === 'running')) hits += 1;
      window.process.kill('SIGKILL');
      await new Promise((resolve) => window.process.once('close', resolve));
      // Work that is redone must be real work: some files change between the rounds.
      for (let number = round; number < files; number += 10) writeFileSync(join(base.folder, `note-${String(number).padStart(3, '0')}.md`), readFileSync(join(base.folder, `note-${String(number).padStart(3, '0')}.md`), 'utf8').replace('code word', 'secret code word'));
      for (const [file] of acknowledged) if (Number(file.slice(5, 8)) % 10 === round) acknowledged.delete(file);
    }
    expect(hits).toBeGreaterThan(0);
    const done = await base.lathe.run(['knowledge', 'ingest', base.folder, '--project', base.project]);
    expect(done.code, done.stderr).toBe(0);
    await checkWhole(base, files);
    // Nothing half-written stays among the artifacts.
    const temporary = readdirSync(join(base.project, '.lathe', 'artifacts', 'temporary'));
    expect(temporary).toEqual([]);
  }, 240_000);
});
