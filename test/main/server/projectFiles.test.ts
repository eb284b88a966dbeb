import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hasErrorCode } from '../../../src-main/base/appError.ts';
import { uuidv7 } from '../../../src-main/base/uuid.ts';
import { openState } from '../../../src-main/server/projectState.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { testAccounts } from '../../helpers/openTestOwner.ts';
import { projectOverFakes } from '../../helpers/projectOverFakes.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

leakCheck();

const account = testAccounts();

function project(): string {
  const folder = join(temporaryFolder(), 'project');
  mkdirSync(join(folder, 'knowledge'), { recursive: true });
  writeFileSync(join(folder, 'lathe.yaml'), `version: 1\nid: ${uuidv7()}\nname: Papers\n`);
  return folder;
}

function base(folder: string, slug: string, { id = uuidv7(), name = slug }: { id?: string; name?: string } = {}): string {
  writeFileSync(join(folder, 'knowledge', `${slug}.yaml`), `version: 1\nid: ${id}\nname: ${name}\nsources: []\n`);
  return id;
}

describe('a project folder with links', () => {
  test('is refused where Lathe writes, and nothing is written where the link leads', async () => {
    const { client } = await account();
    for (const name of ['.lathe', 'knowledge']) {
      const folder = project();
      const outside = temporaryFolder();
      rmSync(join(folder, name), { recursive: true, force: true });
      symlinkSync(outside, join(folder, name));
      await expect(client.projects.open({ folder })).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT', message: expect.stringContaining(name) });
      expect(readdirSync(outside)).toEqual([]);
    }
  });

  test('is refused when a part of its state is a link, also deeper down', async () => {
    for (const part of ['lathe.db', 'artifacts', 'artifacts/ab', 'vectors/one/text-1', 'vectors/one/text-1/index.db']) {
      const folder = project();
      mkdirSync(join(folder, '.lathe', part, '..'), { recursive: true });
      symlinkSync(temporaryFolder(), join(folder, '.lathe', part));
      await expect(openState(folder), part).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT', message: expect.stringContaining(`.lathe/${part} is a link`) });
    }
  });

  test('does not show or use a project file that is a link to somewhere else', async () => {
    const { client } = await account();
    const folder = project();
    const elsewhere = join(temporaryFolder(), 'secret.yaml');
    writeFileSync(elsewhere, 'password: hunter2\n');
    symlinkSync(elsewhere, join(folder, 'knowledge', 'papers.yaml'));
    const { troubles } = await client.projects.open({ folder });
    expect(troubles.map((trouble) => trouble.file)).toEqual(['knowledge/papers.yaml']);
    expect(JSON.stringify(troubles)).not.toContain('hunter2');
    rmSync(join(folder, 'lathe.yaml'));
    symlinkSync(elsewhere, join(folder, 'lathe.yaml'));
    await expect((await account()).client.projects.open({ folder })).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT' });
  });
});

test('a pipe or an endless file in the place of a project file is named at once', async () => {
  const { client } = await account();
  const piped = project();
  rmSync(join(piped, 'lathe.yaml'));
  execFileSync('mkfifo', [join(piped, 'lathe.yaml')]);
  await expect(client.projects.open({ folder: piped })).rejects.toMatchObject({ code: 'PATH_UNREADABLE', message: expect.stringContaining('not a regular file') });
  const folder = project();
  execFileSync('mkfifo', [join(folder, 'knowledge', 'piped.yaml')]);
  writeFileSync(join(folder, 'knowledge', 'large.yaml'), ' '.repeat(1_000_001));
  writeFileSync(join(folder, 'knowledge', 'nested.yaml'), '['.repeat(20_000));
  base(folder, 'fine');
  const opened = await client.projects.open({ folder });
  expect(opened.troubles.map(({ file }) => file)).toEqual(['knowledge/large.yaml', 'knowledge/nested.yaml', 'knowledge/piped.yaml']);
  expect((await client.knowledge.list({ projectId: opened.id })).map(({ slug }) => slug)).toEqual(['fine']);
});

describe('a knowledge file that cannot be used', () => {
  test('is named with its line, costs only itself, and is mended in the window', async () => {
    const { client } = await account();
    const folder = project();
    base(folder, 'fine');
    const id = base(folder, 'papers', { name: 'Papers' });
    const { id: projectId } = await client.projects.open({ folder });
    const good = await client.projects.readFile({ projectId, path: 'knowledge/papers.yaml' });
    const broken = await client.projects.writeFile({ projectId, path: 'knowledge/papers.yaml', text: 'name: [unclosed', expectedDigest: good.digest });
    await expect.poll(async () => (await client.projects.get({ projectId })).troubles).toEqual([{ file: 'knowledge/papers.yaml', message: expect.stringContaining('line 1') }]);
    expect((await client.knowledge.list({ projectId })).map((found) => found.id).sort()).toContain(id);
    await expect(client.knowledge.ingest({ projectId, knowledgeId: id as never, paths: [folder], stage: 'text' })).rejects.toMatchObject({ code: 'PROJECT_FILE_INVALID' });
    await client.projects.writeFile({ projectId, path: 'knowledge/papers.yaml', text: good.text, expectedDigest: broken.digest });
    await expect.poll(async () => (await client.projects.get({ projectId })).troubles).toEqual([]);
  });

  test('of a clone is not written over by a new knowledge base of its name', async () => {
    const { client } = await account();
    const folder = project();
    writeFileSync(join(folder, 'knowledge', 'papers.yaml'), 'name: [unclosed');
    const { id: projectId } = await client.projects.open({ folder });
    expect((await client.knowledge.create({ projectId, name: 'Papers' })).slug).toBe('papers-2');
    expect(readFileSync(join(folder, 'knowledge', 'papers.yaml'), 'utf8')).toBe('name: [unclosed');
  });

  test('because another has its id is named with that other, which keeps its documents', async () => {
    const { client } = await account();
    const folder = project();
    const id = base(folder, 'papers', { name: 'Papers' });
    const { id: projectId } = await client.projects.open({ folder });
    base(folder, 'copy', { id, name: 'Copy' });
    await expect.poll(async () => (await client.projects.get({ projectId })).troubles).toEqual([{ file: 'knowledge/copy.yaml', message: expect.stringContaining('knowledge/papers.yaml') }]);
    expect((await client.knowledge.list({ projectId })).map(({ name }) => name)).toEqual(['Papers']);
  });
});

const ownDisk = spawnSync('unshare', ['-Urm', 'true']).status === 0;

test.skipIf(!ownDisk)('a clone on a disk that is mounted read-only is said to be that, not an internal error (needs unshare with mounts)', () => {
  const disk = temporaryFolder();
  const prepare = 'mount -t tmpfs -o size=8m tmpfs "$0" && mkdir "$0/clone" && mount -o remount,ro "$0" && exec "$@"';
  const script = fileURLToPath(new URL('./openReadOnlyState.ts', import.meta.url));
  const said = execFileSync('unshare', ['-Urm', 'sh', '-c', prepare, disk, process.execPath, script, join(disk, 'clone')], { encoding: 'utf8' });
  expect(JSON.parse(said)).toMatchObject({ code: 'DISK_READ_ONLY', message: expect.stringContaining(`${join(disk, 'clone')} cannot be written (while making the folder .lathe)`), hint: expect.stringContaining('read-only') });
});

test('lathe.yaml that is edited while the project is open counts at once, for what is shown and for answers alike', async () => {
  const { client } = await account();
  const folder = project();
  const { id: projectId } = await client.projects.open({ folder, trust: true });
  const text = readFileSync(join(folder, 'lathe.yaml'), 'utf8');
  writeFileSync(join(folder, 'lathe.yaml'), `${text}models:\n  text: no-such-model\n`);
  expect((await client.projects.get({ projectId })).textModel).toBe('no-such-model');
  writeFileSync(join(folder, 'lathe.yaml'), 'version: [');
  const { textModel, troubles } = await client.projects.get({ projectId });
  expect(textModel).toBe('no-such-model');
  expect(troubles).toEqual([{ file: 'lathe.yaml', message: expect.stringContaining('Until that is mended') }]);

  const fake = await projectOverFakes();
  fake.note('pump.txt', 'The pump needs forty seconds of priming.');
  await fake.ingest();
  const file = join(fake.folder, 'lathe.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}models:\n  text: chosen-later\n`);
  const asked = { projectId: fake.open.file.id, knowledgeId: (await fake.base()) as never, question: 'How long is the priming?' };
  const { job } = await fake.open.handlers.knowledge.ask(asked, { signal: new AbortController().signal } as never);
  await fake.open.jobs.wait(job);
  expect(fake.pins).toEqual(['chosen-later']);
  await fake.close();
});

test('opening that fails half-way lets go of everything it had opened', async () => {
  const { client } = await account();
  const folder = project();
  const { id } = await client.projects.open({ folder });
  expect(id).toBeTypeOf('string');
  const broken = project();
  mkdirSync(join(broken, '.lathe'));
  // A file where the artifacts' folder belongs: the database is open by then.
  writeFileSync(join(broken, '.lathe', 'artifacts'), '');
  const threads = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Worker' || name === 'MessagePort').length;
  const before = threads();
  for (let time = 0; time < 3; time += 1) {
    const error = await client.projects.open({ folder: broken }).catch((reason: unknown) => reason);
    expect(hasErrorCode(error) ? error.code : (error as { code: string }).code).not.toBe('PROJECT_LOCKED');
  }
  await expect.poll(threads).toBeLessThanOrEqual(before);
});
