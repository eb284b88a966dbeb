import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from '../../src-main/contract/jobs.ts';
import type { Snapshot } from '../../src-main/contract/snapshots.ts';
import type { Window } from '../helpers/latheHome.ts';
import { checkStores } from './checkStores.ts';
import type { KillBase } from './ingestKills.ts';

/** The three kinds of work whose kills are tried, in turn. */
const KINDS = ['vectors', 'swap', 'purge'] as const;
export type StageKind = (typeof KINDS)[number];

interface Place {
  readonly window: Window;
  readonly projectId: never;
  readonly knowledgeId: never;
}

/** What a client was shown: the oracle, kept outside the process that is killed. */
interface Shown {
  /** The snapshot that a swap was reported to have let serve. */
  serving: string | null;
  /** Chunks of the serving snapshot that were reported to have a vector. */
  vectors: number;
}

async function enter(base: KillBase): Promise<Place> {
  const window = await base.lathe.open(base.project);
  const projectId = window.projectId as never;
  const [knowledge] = await window.client.knowledge.list({ projectId });
  return { window, projectId, knowledgeId: knowledge?.id as never };
}

const snapshotsOf = ({ window, projectId, knowledgeId }: Place): Promise<Snapshot[]> => window.client.knowledge.snapshots({ projectId, knowledgeId });

async function ended({ window }: Place, id: string): Promise<Job> {
  for (;;) {
    const job = await window.client.jobs.get({ id: id as never });
    if (!['queued', 'running', 'cancelling'].includes(job.state)) return job;
    await delay(25);
  }
}

/** Waits for what a restart took up again and for what was asked for here. */
export async function untilIdle({ window, projectId }: Place): Promise<void> {
  for (let tries = 0; tries < 2_400; tries += 1) {
    const jobs = await window.client.jobs.list({ projectId });
    if (!jobs.some((job) => job.state === 'running' || job.state === 'queued')) return;
    await delay(50);
  }
  throw new Error('Expected the work to end within two minutes');
}

async function kill({ window }: Place): Promise<void> {
  window.process.kill('SIGKILL');
  await new Promise((resolve) => window.process.once('close', resolve));
}

/** One snapshot serves, it answers with every word that it was given, and it is the one that a client was told of. */
async function checkServing(place: Place, base: KillBase, shown: Shown): Promise<void> {
  const { window, projectId, knowledgeId } = place;
  const all = await snapshotsOf(place);
  assert.equal(all.filter(({ state }) => state === 'serving').length, 1);
  if (shown.serving !== null) assert.equal(all[0]?.id, shown.serving, 'the snapshot that was let serve');
  for (const number of [0, Math.floor(base.files / 2), base.files - 1]) {
    const found = await window.client.knowledge.search({ projectId, knowledgeId, question: `zanzibar${number}q`, limit: 20 });
    assert.ok(found.results.some((result) => result.text.includes(`zanzibar${number}q`)), `zanzibar${number}q is found`);
  }
  assert.ok((all[0]?.vectors.done ?? 0) >= Math.min(shown.vectors, all[0]?.vectors.total ?? 0), `${all[0]?.vectors.done} vectors are left of ${shown.vectors}`);
}

/** A client that looks on until the kill. */
async function watch(place: Place, forMs: number, shown: Shown): Promise<void> {
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    const [serving] = await snapshotsOf(place).catch(() => []);
    // What the index holds is told once it is on disk; a running count is not a promise.
    if (serving?.vectors.state === 'complete') shown.vectors = serving.vectors.done;
    await delay(10);
  }
}

interface Killing {
  readonly base: KillBase;
  readonly round: number;
  readonly shown: Shown;
}

/** Starts work of a kind and kills the owner while it runs; answers whether the kill met it. */
async function killDuring(place: Place, kind: StageKind, { base, round, shown }: Killing): Promise<boolean> {
  const { window, projectId, knowledgeId } = place;
  const met = async (id: string): Promise<boolean> => ['queued', 'running'].includes((await window.client.jobs.get({ id: id as never })).state);
  if (kind === 'vectors') {
    for (let number = round % 4; number < base.files; number += 4) appendFileSync(join(base.folder, `note-${String(number).padStart(3, '0')}.md`), `\nLine of round ${round} in note ${number}.\n`);
    shown.vectors = 0;
    const { job } = await window.client.knowledge.ingest({ projectId, knowledgeId, paths: [base.folder], stage: 'all' });
    const embed = (await ended(place, job)).result?.['embedJob'];
    assert.equal(typeof embed, 'string');
    await watch(place, (round % 10) * 60, shown);
    const hit = await met(String(embed));
    await kill(place);
    return hit;
  }
  const { snapshot, job } = await window.client.knowledge.newSnapshot({ projectId, knowledgeId, settings: { maxTokens: 64 + (round % 5) * 32 } });
  if (kind === 'swap') {
    // Every other time the build itself is killed.
    if (round % 2 === 1) {
      await delay((round % 10) * 40);
      const hit = await met(job);
      await kill(place);
      return hit;
    }
    await ended(place, job);
    const swap = await window.client.knowledge.swapSnapshot({ projectId, knowledgeId, snapshotId: snapshot.id });
    shown.serving = null;
    await delay((round % 10) * 15);
    const now = await window.client.jobs.get({ id: swap.job });
    if (now.state === 'done') shown.serving = snapshot.id;
    await kill(place);
    return now.state !== 'done';
  }
  await ended(place, job);
  const purging = window.client.knowledge.purgeSnapshot({ projectId, knowledgeId, snapshotId: snapshot.id }).then(() => false, () => true);
  await delay((round % 10) * 5);
  await kill(place);
  return purging;
}

/**
 * Kills the owner during the second stage, during builds and swaps of snapshots, and during purges, `rounds` times in turn. After every
 * restart one snapshot serves and answers, and what a client was told is so. Answers how many kills met running work, by kind.
 */
export async function stageKills(base: KillBase, rounds: number): Promise<Record<StageKind, number>> {
  const done = await base.lathe.run(['knowledge', 'ingest', base.folder, '--project', base.project]);
  assert.equal(done.code, 0, done.stderr);
  const hits: Record<StageKind, number> = { vectors: 0, swap: 0, purge: 0 };
  const shown: Shown = { serving: null, vectors: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const place = await enter(base);
    await checkServing(place, base, shown);
    // Work that was cut off is taken up and ends before the next is begun.
    await untilIdle(place);
    const kind = KINDS[round % KINDS.length] ?? 'vectors';
    if (await killDuring(place, kind, { base, round, shown })) hits[kind] += 1;
  }
  await checkAfterKills(base, shown);
  return hits;
}

/** Everything ends, each store says what the others say, and no file is left of what was purged. */
export async function checkAfterKills(base: KillBase, shown: Shown = { serving: null, vectors: 0 }): Promise<void> {
  const place = await enter(base);
  const { window, projectId, knowledgeId } = place;
  try {
    await untilIdle(place);
    await checkServing(place, base, shown);
    for (const snapshot of await snapshotsOf(place)) {
      assert.notEqual(snapshot.state, 'failed', snapshot.failure ?? '');
      if (snapshot.state !== 'serving') await window.client.knowledge.purgeSnapshot({ projectId, knowledgeId, snapshotId: snapshot.id });
    }
    const { job } = await window.client.knowledge.ingest({ projectId, knowledgeId, paths: [base.folder], stage: 'all' });
    await ended(place, job);
    await untilIdle(place);
    const [serving, ...others] = await snapshotsOf(place);
    assert.deepEqual(others, []);
    assert.deepEqual([serving?.vectors.state, serving?.behind], ['complete', 0]);
  } finally {
    await window.close();
  }
  await checkStores(base.project, { vectors: 'complete' });
}
