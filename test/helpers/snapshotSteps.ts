import { afterEach, expect } from 'vitest';
import type { Handlers } from '../../src-main/contract/handlers.ts';
import type { Snapshot } from '../../src-main/contract/snapshots.ts';
import { projectOverFakes, type FakeParts, type FakeProject } from './projectOverFakes.ts';

export const context = { signal: new AbortController().signal } as never;

/** The project of the test that runs, closed after it. */
export let project: FakeProject;

afterEach(() => project.close());

/** A project with two notes, not ingested yet. */
export async function start(parts?: FakeParts): Promise<void> {
  project = await projectOverFakes(parts);
  project.note('a.txt', 'One zebra lives here.\nIt eats grass.');
  project.note('b.txt', 'A lion.');
}

export async function inKnowledge(): Promise<{ projectId: never; knowledgeId: never }> {
  return { projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never };
}

export const call = (): Handlers<'knowledge'> => project.open.handlers.knowledge;
export const snapshots = async (): Promise<Snapshot[]> => (await call().snapshots(await inKnowledge(), context)) as Snapshot[];
export const ended = async (job: string) => project.open.jobs.wait(job as never);

export async function build(settings: { maxTokens?: number; embedder?: string } = { maxTokens: 64 }): Promise<Snapshot> {
  const { snapshot, job } = await call().newSnapshot({ ...(await inKnowledge()), settings }, context);
  const built = await ended(job);
  expect(built.error).toBeNull();
  await vectorsMade();
  return (await snapshots()).find(({ id }) => id === snapshot.id) as Snapshot;
}

/** Waits for the second stages that were started. */
export async function vectorsMade(): Promise<void> {
  for (const job of await project.open.jobs.list(project.open.file.id, 100)) if (job.kind === 'knowledge.embed') await ended(job.id);
}

export const swap = async (snapshotId: string) => ended((await call().swapSnapshot({ ...(await inKnowledge()), snapshotId: snapshotId as never }, context)).job);
export const undoSwap = async () => ended((await call().undoSwap(await inKnowledge(), context)).job);
