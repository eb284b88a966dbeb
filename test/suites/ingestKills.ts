import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KnowledgeDocument } from '../../src-main/contract/knowledge.ts';
import type { LatheHome, Window } from '../helpers/latheHome.ts';
import { checkStores } from './checkStores.ts';

/** A project with one knowledge base and a folder of notes, to be ingested under kills. */
export interface KillBase {
  readonly lathe: LatheHome;
  readonly project: string;
  readonly folder: string;
  readonly files: number;
}

const noteName = (number: number): string => `note-${String(number).padStart(3, '0')}.md`;

/** Each file holds a word that stands nowhere else, so that being found proves that this very file is in the index. */
function writeNotes(folder: string, files: number): void {
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < files; number += 1) {
    writeFileSync(join(folder, noteName(number)), `# Note ${number}\n\nThe code word of note ${number} is zanzibar${number}q.\n\n## More\n\n${'The quick brown fox jumps over the lazy dog. '.repeat(number % 7)}\n`);
  }
}

export async function prepareKillBase(lathe: LatheHome, scratch: string, files: number): Promise<KillBase> {
  const project = join(scratch, 'project');
  const folder = join(scratch, 'notes');
  writeNotes(folder, files);
  await lathe.json(['project', 'new', project]);
  await lathe.json(['knowledge', 'create', 'Notes', '--project', project]);
  return { lathe, project, folder, files };
}

export async function documentsOf(window: Window): Promise<KnowledgeDocument[]> {
  const projectId = window.projectId as never;
  const [base] = await window.client.knowledge.list({ projectId });
  if (!base) throw new Error('Expected a knowledge base');
  return (await window.client.knowledge.documents({ projectId, knowledgeId: base.id, limit: 1000 })).documents;
}

/** Waits for the work that a restart took up again. */
async function untilIdle(window: Window): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const jobs = await window.client.jobs.list({ projectId: window.projectId as never });
    if (!jobs.some((job) => job.state === 'running' || job.state === 'queued')) return;
    await delay(100);
  }
  throw new Error('Expected the work taken up again to end within a minute');
}

/** After a kill and a restart: every file once, words found once each, nothing said to be running; then, closed, every store against every other. */
export async function checkWhole({ lathe, project, files }: KillBase): Promise<void> {
  const window = await lathe.open(project);
  try {
    const projectId = window.projectId as never;
    await untilIdle(window);
    const documents = await documentsOf(window);
    assert.deepEqual(documents.map((document) => document.state), Array.from({ length: files }, () => 'ready'));
    assert.equal(new Set(documents.map((document) => document.file)).size, files);
    const [base] = await window.client.knowledge.list({ projectId });
    for (const number of [0, Math.floor(files / 2), files - 1]) {
      const found = await window.client.knowledge.search({ projectId, knowledgeId: base?.id as never, question: `zanzibar${number}q`, limit: 20 });
      const holding = found.results.filter((result) => result.text.includes(`zanzibar${number}q`));
      assert.deepEqual([...new Set(holding.map((result) => result.file))], [noteName(number)]);
    }
    assert.deepEqual(readdirSync(join(project, '.lathe', 'artifacts', 'temporary')), []);
  } finally {
    await window.close();
  }
  await checkStores(project);
}

/** What was shown to a client as ready, by file: the oracle, kept outside the process that is killed. */
type Acknowledged = Map<string, string>;

async function watchUntil(window: Window, untilMs: number, acknowledged: Acknowledged): Promise<void> {
  while (performance.now() < untilMs) {
    const seen = await documentsOf(window).catch(() => []);
    for (const document of seen) if (document.state === 'ready') acknowledged.set(document.file, document.parsedDigest as string);
    await delay(10);
  }
}

/** Every tenth note changes, so that the next round has real work; what was acknowledged of those no longer counts. */
function changeSome({ folder, files }: KillBase, round: number, acknowledged: Acknowledged): void {
  for (let number = round % 10; number < files; number += 10) {
    const file = join(folder, noteName(number));
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nChanged in round ${round}.\n`);
    acknowledged.delete(noteName(number));
  }
}

/**
 * Kills the owner at growing moments of ingestion, `rounds` times; after each restart everything that a client had been
 * shown must still be there, byte for byte. Answers how many kills met running work: only those count.
 */
export async function randomKills(base: KillBase, rounds: number): Promise<{ hits: number }> {
  const acknowledged: Acknowledged = new Map();
  let hits = 0;
  for (let round = 0; round < rounds; round += 1) {
    const window = await base.lathe.open(base.project);
    const projectId = window.projectId as never;
    const [knowledge] = await window.client.knowledge.list({ projectId });
    const ready = new Map((await documentsOf(window)).filter((document) => document.state === 'ready').map((document) => [document.file, document.parsedDigest as string]));
    for (const [file, digest] of acknowledged) assert.equal(ready.get(file), digest, `${file} after round ${round}`);
    await window.client.knowledge.ingest({ projectId, knowledgeId: knowledge?.id as never, paths: [base.folder], stage: 'text' });
    await watchUntil(window, performance.now() + 80 + (round % 10) * 90, acknowledged);
    const jobs = await window.client.jobs.list({ projectId });
    if (jobs.some((job) => job.state === 'running')) hits += 1;
    window.process.kill('SIGKILL');
    await new Promise((resolve) => window.process.once('close', resolve));
    changeSome(base, round, acknowledged);
  }
  const done = await base.lathe.run(['knowledge', 'ingest', '--stage', 'text', base.folder, '--project', base.project]);
  assert.equal(done.code, 0, done.stderr);
  await checkWhole(base);
  return { hits };
}
