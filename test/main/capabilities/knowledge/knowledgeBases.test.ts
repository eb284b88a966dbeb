import { existsSync, readdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
let file: string;
beforeEach(async () => {
  project = await projectOverFakes();
  project.note('a.txt', 'One zebra lives here.');
  await project.ingest();
  file = join(project.folder, 'knowledge', 'notes.yaml');
});
afterEach(() => project.close());

const names = async (): Promise<string[]> => (await project.open.knowledge.bases.list()).map((base) => base.name);
const open = async (): Promise<(number | null)[]> => (await project.open.journal.list()).map((entry) => entry.undoneAtMs);

describe('a knowledge base that is removed', () => {
  it('comes back whole with an undo: its file, its documents, its place in search', async () => {
    const before = readFileSync(file, 'utf8');
    const { undoId } = await project.open.knowledge.bases.remove(await project.base());
    expect(existsSync(file)).toBe(false);
    expect(await names()).toEqual([]);
    await project.open.undo(undoId);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
  });

  it('is kept, and that is said, when its file is there at the next start: the removal was cut off, or somebody brought the file back', async () => {
    const before = readFileSync(file, 'utf8');
    await project.open.knowledge.bases.remove(await project.base());
    writeFileSync(file, before);
    await project.reopen();
    expect(await names()).toEqual(['Notes']);
    expect((await open())[0]).not.toBeNull();
    expect(project.open.recovered.join()).toContain('knowledge/notes.yaml is there');
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
  });

  it('is not brought back over another that has its file name now', async () => {
    const { undoId } = await project.open.knowledge.bases.remove(await project.base());
    const other = await project.open.knowledge.bases.create('Notes');
    await expect(project.open.undo(undoId)).rejects.toMatchObject({ code: 'UNDO_NOT_POSSIBLE', message: expect.stringContaining('knowledge/notes.yaml') });
    expect(readFileSync(file, 'utf8')).toContain(other.id);
    await project.open.knowledge.bases.remove(other.id);
    await project.open.undo(undoId);
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
  });

  it('stays with its file when that cannot be read to be kept for an undo', async () => {
    const large = `${readFileSync(file, 'utf8')}${'# a comment\n'.repeat(100_000)}`;
    writeFileSync(file, large);
    await expect(project.open.knowledge.bases.remove(await project.base())).rejects.toMatchObject({ code: 'PATH_UNREADABLE', message: expect.stringContaining('notes.yaml') });
    expect(readFileSync(file, 'utf8')).toBe(large);
  });

  it('is said when only its file went, and comes back with the file', async () => {
    const before = readFileSync(file, 'utf8');
    rmSync(file);
    await project.reopen();
    expect(await names()).toEqual([]);
    expect(project.open.recovered.join()).toContain('knowledge/notes.yaml is gone');
    writeFileSync(file, before);
    await project.reopen();
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
    expect(readdirSync(join(project.folder, 'knowledge'))).toEqual(['notes.yaml']);
  });
});

describe('a project file that asks for another index than the one that serves', () => {
  it('is said with the knowledge base until both agree again', async () => {
    const differs = async (): Promise<string | null | undefined> => (await project.open.knowledge.bases.list())[0]?.differs;
    const before = readFileSync(file, 'utf8');
    expect(await differs()).toBeNull();
    writeFileSync(file, `${before.trimEnd()}\nchunk:\n  maxTokens: 99\n`);
    await project.open.knowledge.bases.sync();
    expect(await differs()).toMatch(/^knowledge\/notes\.yaml asks for chunks of up to 99 tokens .* but the index of Notes has /);
    writeFileSync(file, before);
    await project.open.knowledge.bases.sync();
    expect(await differs()).toBeNull();
  });
});
