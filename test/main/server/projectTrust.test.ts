import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { uuidv7 } from '../../../src-main/base/uuid.ts';
import { because } from '../../helpers/because.ts';
import { embedders } from '../../helpers/latheHome.ts';
import { testAccounts, type TestOwner } from '../../helpers/openTestOwner.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const missing = await embedders();
const account = testAccounts();

/** A project made elsewhere with one knowledge base over `sources`. */
function strangersProject(sources: readonly string[]): string {
  const folder = join(temporaryFolder(), 'project');
  mkdirSync(join(folder, 'knowledge'), { recursive: true });
  writeFileSync(join(folder, 'lathe.yaml'), `version: 1\nid: ${uuidv7()}\nname: Papers\n`);
  writeFileSync(join(folder, 'knowledge', 'papers.yaml'), `version: 1\nid: 01a20bac-ae51-731a-bda1-5532ff9f3a78\nname: Papers\nsources:\n${sources.map((source) => `  - ${source}\n`).join('')}`);
  return folder;
}

function secretFolder(): string {
  const folder = join(temporaryFolder(), 'secret');
  mkdirSync(folder);
  writeFileSync(join(folder, 'private.md'), '# Private\n\nThe xylophone stands in the cellar.\n');
  return folder;
}

async function ingest({ client }: TestOwner, projectId: string, paths: readonly string[] = []) {
  const [base] = await client.knowledge.list({ projectId: projectId as never });
  return client.knowledge.ingest({ projectId: projectId as never, knowledgeId: base?.id as never, paths: [...paths], stage: 'text' });
}

describe('a project that somebody else made', () => {
  test('does not have its sources elsewhere read because the person names a folder of his own', async () => {
    const secret = secretFolder();
    const own = secretFolder();
    const owner = await account();
    const project = await owner.client.projects.open({ folder: strangersProject([secret]) });
    await expect(ingest(owner, project.id, [own])).rejects.toMatchObject({ code: 'PROJECT_UNTRUSTED', message: expect.stringContaining(secret) });
    expect(readFileSync(join(project.folder, 'knowledge', 'papers.yaml'), 'utf8')).not.toContain(own);
  });

  test('does not lead out of its folder by a link that is named as a source', async () => {
    const secret = secretFolder();
    const folder = strangersProject(['docs']);
    symlinkSync(secret, join(folder, 'docs'));
    const owner = await account();
    const project = await owner.client.projects.open({ folder });
    await expect(ingest(owner, project.id)).rejects.toMatchObject({ code: 'PROJECT_UNTRUSTED', message: expect.stringContaining(secret) });
    await expect(ingest(owner, project.id, [join(folder, 'docs')])).rejects.toMatchObject({ code: 'PROJECT_UNTRUSTED' });
    const link = join(temporaryFolder(), 'same');
    symlinkSync(folder, link);
    await expect(ingest(owner, project.id, [join(link, 'docs', 'private.md')])).rejects.toMatchObject({ code: 'PROJECT_UNTRUSTED' });
  });

  test('is not trusted because a new project is made in its folder', async () => {
    const secret = secretFolder();
    const folder = strangersProject([secret]);
    rmSync(join(folder, 'lathe.yaml'));
    const owner = await account();
    const project = await owner.client.projects.create({ folder });
    expect(project.trusted).toBe(false);
    await expect(ingest(owner, project.id)).rejects.toMatchObject({ code: 'PROJECT_UNTRUSTED' });
  });

  test('is trusted by a yes for its folder alone, which is remembered', async () => {
    const first = strangersProject([secretFolder()]);
    const second = strangersProject([secretFolder()]);
    const owner = await account();
    expect((await owner.client.projects.open({ folder: first, trust: true })).trusted).toBe(true);
    expect((await owner.client.projects.open({ folder: second })).trusted).toBe(false);
    await owner.close();
    const later = await account(owner.home);
    expect((await later.client.projects.open({ folder: first })).trusted).toBe(true);
    expect((await later.client.projects.open({ folder: second })).trusted).toBe(false);
  });
});

describe.skipIf(missing !== null)(`what is read of a project that somebody else made${because(missing)}`, () => {
  test('is its own folder, and what the person named just now', async () => {
    const folder = strangersProject(['docs']);
    mkdirSync(join(folder, 'docs'));
    writeFileSync(join(folder, 'docs', 'a.md'), '# A\n\nInside the project.\n');
    const owner = await account();
    const project = await owner.client.projects.open({ folder });
    expect(await owner.ended((await ingest(owner, project.id)).job)).toMatchObject({ state: 'done', result: { ingested: 1 } });
    expect(await owner.ended((await ingest(owner, project.id, [secretFolder()])).job)).toMatchObject({ state: 'done', result: { ingested: 1 } });
  });

  test('does not grow by a job that waits in its database: it goes on once the project is trusted', async () => {
    const secret = secretFolder();
    const maker = await account();
    const made = await maker.client.projects.create({ folder: join(temporaryFolder(), 'project') });
    const base = await maker.client.knowledge.create({ projectId: made.id, name: 'Papers' });
    const { job } = await maker.client.knowledge.ingest({ projectId: made.id, knowledgeId: base.id, paths: [secret], stage: 'text' });
    // Closing at once leaves the job in the queue, as a kill does.
    await maker.close();
    const copy = join(temporaryFolder(), 'copy');
    renameSync(made.folder, copy);

    const victim = await account();
    const opened = await victim.client.projects.open({ folder: copy });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await victim.client.jobs.get({ id: job })).state).toBe('queued');
    expect((await victim.client.system.status()).recovered.join()).toContain('Ingest Papers waits until you trust this project');
    expect((await victim.client.knowledge.list({ projectId: opened.id }))[0]?.documents.total).toBe(0);
    await victim.client.projects.trust({ projectId: opened.id });
    expect(await victim.ended(job)).toMatchObject({ state: 'done', result: { ingested: 1 } });
    expect((await victim.client.system.status()).recovered.join()).not.toContain('waits');
  });
});

test('the sample is known as the sample, and trusted, under a data folder that is reached by a link', async () => {
  const link = join(temporaryFolder(), 'home');
  symlinkSync(temporaryFolder(), link);
  const owner = await account(link);
  const project = await owner.client.projects.create({ folder: join(link, 'data', 'sample'), sample: true });
  expect(project).toMatchObject({ sample: true, trusted: true });
});
