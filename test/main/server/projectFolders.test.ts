import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { testAccounts } from '../../helpers/openTestOwner.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

leakCheck();

const account = testAccounts();

describe('two folders with the same identity, as two clones of one repository have', () => {
  test('are open beside each other: what is asked of one is never answered by the other, and both are let go', async () => {
    const { client, close } = await account();
    const first = await client.projects.create({ folder: join(temporaryFolder(), 'first'), name: 'First' });
    const copy = join(temporaryFolder(), 'second');
    cpSync(first.folder, copy, { recursive: true, filter: (entry) => !entry.includes('.lathe') });
    const second = await client.projects.open({ folder: copy });
    expect(second.id).not.toBe(first.id);
    writeFileSync(join(copy, 'only-here.md'), 'x');
    expect((await client.projects.get({ projectId: first.id })).folder).toBe(first.folder);
    expect((await client.projects.files({ projectId: first.id })).map((entry) => entry.path)).not.toContain('only-here.md');
    expect((await client.projects.files({ projectId: second.id })).map((entry) => entry.path)).toContain('only-here.md');
    await close();
    const later = await account();
    expect((await later.client.projects.open({ folder: first.folder })).id).toBe(first.id);
    expect((await later.client.projects.open({ folder: copy })).id).toBe(second.id);
  });

  test('have jobs of their own, each under its own folder\'s identity', async () => {
    const { client, ended } = await account();
    const first = await client.projects.create({ folder: join(temporaryFolder(), 'first') });
    const copy = join(temporaryFolder(), 'second');
    cpSync(first.folder, copy, { recursive: true, filter: (entry) => !entry.includes('.lathe') });
    const second = await client.projects.open({ folder: copy, trust: true });
    const docs = join(temporaryFolder(), 'empty');
    mkdirSync(docs);
    const base = await client.knowledge.create({ projectId: second.id, name: 'Papers' });
    const { job } = await client.knowledge.ingest({ projectId: second.id, knowledgeId: base.id, paths: [docs], stage: 'text' });
    await ended(job);
    expect((await client.jobs.list({ projectId: second.id, limit: 10 })).map(({ id, projectId }) => [id, projectId])).toEqual([[job, second.id]]);
    expect((await client.jobs.get({ id: job })).projectId).toBe(second.id);
    expect(await client.jobs.list({ projectId: first.id, limit: 10 })).toEqual([]);
  });
});
