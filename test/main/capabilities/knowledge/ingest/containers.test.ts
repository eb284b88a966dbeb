import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../../src-main/base/appError.ts';
import { sha256 } from '../../../../../src-main/base/canonicalJson.ts';
import type { ExpandRequest, ExpandResult } from '../../../../../src-main/runtimes/types.ts';
import { projectOverFakes, type FakeProject } from '../../../../helpers/projectOverFakes.ts';

/** An archive of these tests: a line `name: text` for each member; `!CODE` is one that cannot be opened. */
async function expand({ path, name, into }: ExpandRequest): Promise<ExpandResult | null> {
  const text = readFileSync(path, 'utf8');
  if (text.startsWith('!')) throw new AppError('DOCUMENT_DAMAGED', `${name} cannot be opened`);
  if (text.startsWith('plain')) return null;
  expect(readdirSync(into)).toEqual([]);
  const members = text.split('\n').filter(Boolean).map((line, number) => {
    const [member = '', content = ''] = line.split(': ');
    const written = join(into, String(number));
    writeFileSync(written, content);
    return { name: member, path: written, bytes: content.length, modifiedMs: 1_700_000_000_000 };
  });
  return { kind: 'zip', sourceDigest: sha256(text), sourceBytes: text.length, members, problems: [{ name: 'link', reason: 'A link is not followed.' }] };
}

let project: FakeProject;
beforeEach(async () => void (project = await projectOverFakes({ expand })));
afterEach(() => project.close());

const states = async (): Promise<Record<string, string>> => Object.fromEntries((await project.documents()).map(({ file, state }) => [file, state]));

describe('an archive among the files', () => {
  test('becomes documents below its name, and nothing unpacked stays on the disk', async () => {
    project.note('old.zip', 'a/zebra.txt: A zebra is striped.\nb.txt: A giraffe is tall.\n');
    const { result } = await project.ingest();
    expect(result).toMatchObject({ files: 3, ingested: 2, failed: 0 });
    expect(await states()).toEqual({ 'old.zip': 'expanded', 'old.zip/a/zebra.txt': 'ready', 'old.zip/b.txt': 'ready' });
    expect((await project.search('zebra')).files).toEqual(['old.zip/a/zebra.txt']);
    expect(readdirSync(join(project.folder, '.lathe', 'scratch'))).toEqual([]);
    const [base] = await project.open.knowledge.bases.list();
    expect(base?.documents).toMatchObject({ total: 2, ready: 2 });
  });

  test('is not opened again while it is unchanged', async () => {
    project.note('old.zip', 'a.txt: A zebra is striped.\n');
    await project.ingest();
    project.clock.advance(10_000);
    await project.ingest();
    rmSync(join(project.folder, '.lathe', 'scratch'), { recursive: true });
    const { result } = await project.ingest();
    expect(result).toMatchObject({ unchanged: 2, ingested: 0, removed: 0 });
    expect(existsSync(join(project.folder, '.lathe', 'scratch'))).toBe(false);
  });

  test('that changed keeps what is the same, reads what is new and drops what is gone', async () => {
    project.note('old.zip', 'a.txt: A zebra is striped.\nb.txt: A giraffe is tall.\n');
    await project.ingest();
    project.note('old.zip', 'a.txt: A zebra is striped.\nc.txt: A rhino has a horn.\n');
    const { result } = await project.ingest();
    expect(result).toMatchObject({ ingested: 1, unchanged: 1 });
    expect(await states()).toEqual({ 'old.zip': 'expanded', 'old.zip/a.txt': 'ready', 'old.zip/c.txt': 'ready' });
    expect((await project.search('giraffe')).files).toEqual([]);
  });

  test('takes its documents with it when it is gone or can no longer be opened', async () => {
    project.note('one.zip', 'a.txt: A zebra is striped.\n');
    project.note('two.zip', 'b.txt: A giraffe is tall.\n');
    project.note('plain.txt', 'A rhino has a horn.');
    await project.ingest();
    rmSync(join(project.notes, 'one.zip'));
    project.note('two.zip', '!');
    await project.ingest();
    expect(await states()).toEqual({ 'plain.txt': 'ready', 'two.zip': 'failed' });
    expect((await project.search('zebra giraffe rhino')).files).toEqual(['plain.txt']);
  });

  test('is opened again when Lathe was killed before all its members were written', async () => {
    project.note('old.zip', 'a.txt: A zebra is striped.\nb.txt: A giraffe is tall.\n');
    await project.ingest();
    // Looked at again later: from now on it is not opened for its age.
    project.clock.advance(10_000);
    await project.ingest();
    const member = (await project.documents()).find(({ file }) => file === 'old.zip/b.txt');
    await project.open.database.run((await import('../../../../../src-main/capabilities/knowledge/documentStore.ts')).queueFiles, [
      { id: member?.id ?? '', knowledge_id: await project.base(), root: project.notes, file: 'old.zip/b.txt', bytes: 1, mtime_ns: '0', inode: '0', container: 'old.zip' },
    ]);
    await project.ingest();
    expect((await states())['old.zip/b.txt']).toBe('ready');
  });

  test('that turns into a document is read as one, and back', async () => {
    project.note('data.json', 'plain zebra');
    await project.ingest();
    expect(await states()).toEqual({ 'data.json': 'ready' });
    project.note('data.json', 'a.txt: A giraffe is tall.\n');
    await project.ingest();
    expect(await states()).toEqual({ 'data.json': 'expanded', 'data.json/a.txt': 'ready' });
    expect((await project.search('zebra')).files).toEqual([]);
    project.note('data.json', 'plain zebra');
    await project.ingest();
    expect(await states()).toEqual({ 'data.json': 'ready' });
    expect((await project.search('giraffe')).files).toEqual([]);
  });

  test('says what could not be taken out of it', async () => {
    project.note('old.zip', 'a.txt: A zebra is striped.\n');
    await project.ingest();
    const query = { projectId: project.open.file.id, knowledgeId: await project.base(), filter: '', sort: 'file', descending: false, offset: 0, limit: 10 };
    const { documents } = await project.open.handlers.knowledge.documents(query as never, { signal: new AbortController().signal });
    expect(documents[0]?.warnings).toEqual([{ code: 'member-left-out', message: 'link: A link is not followed.' }]);
  });
});
