import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

let project: FakeProject;
let watched: string;
beforeEach(async () => {
  project = await projectOverFakes({ takesUp: true });
  watched = join(temporaryFolder(), 'watched');
  mkdirSync(watched);
});
afterEach(() => project.close());

const call = { signal: new AbortController().signal };
const inBase = async () => ({ projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never });
const files = async (): Promise<string[]> => (await project.documents()).map(({ file }) => file);
const add = async (): Promise<void> => {
  const { job } = await project.open.handlers.knowledge.addSource({ ...(await inBase()), source: { folder: watched, watch: true } }, call);
  await project.open.jobs.wait(job);
};

describe('a watched folder', () => {
  test('is read when it is added, and again when something in it changes', async () => {
    writeFileSync(join(watched, 'first.txt'), 'A zebra is striped.');
    await add();
    expect(await files()).toEqual(['first.txt']);
    writeFileSync(join(watched, 'second.txt'), 'A giraffe is tall.');
    await expect.poll(files, { timeout: 60_000, interval: 200 }).toEqual(['first.txt', 'second.txt']);
  });

  test('of a project made elsewhere is watched from the moment that the person trusts it', async () => {
    await project.close();
    let trusted = true;
    project = await projectOverFakes({ takesUp: true, trusted: () => trusted });
    writeFileSync(join(watched, 'first.txt'), 'A zebra is striped.');
    await add();
    trusted = false;
    await project.reopen();
    writeFileSync(join(watched, 'second.txt'), 'A giraffe is tall.');
    trusted = true;
    project.open.onTrusted();
    await expect.poll(files, { timeout: 60_000, interval: 200 }).toEqual(['first.txt', 'second.txt']);
  });

  test('is watched again after a restart', async () => {
    await add();
    await project.reopen();
    writeFileSync(join(watched, 'late.txt'), 'A rhino has a horn.');
    await expect.poll(files, { timeout: 60_000, interval: 200 }).toEqual(['late.txt']);
  });
});

describe('a source that is taken away', () => {
  test('takes its documents with it at the next ingestion, also the last source', async () => {
    writeFileSync(join(watched, 'first.txt'), 'A zebra is striped.');
    await add();
    const base = await project.open.handlers.knowledge.removeSource({ ...(await inBase()), source: watched }, call);
    expect(base.sources).toEqual([]);
    const { job } = await project.open.handlers.knowledge.ingest({ ...(await inBase()), paths: [], stage: 'text' }, call);
    await project.open.jobs.wait(job);
    expect(await files()).toEqual([]);
  });

  test('that is none is refused with its name', async () => {
    await add();
    await expect(project.open.handlers.knowledge.removeSource({ ...(await inBase()), source: '/elsewhere' }, call)).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('/elsewhere') });
  });
});
