import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
beforeEach(async () => void (project = await projectOverFakes()));
afterEach(() => project.close());

const TEXT = 'A zebra is a striped horse.';
const states = async (): Promise<Record<string, string>> => Object.fromEntries((await project.documents()).map(({ file, state }) => [file, state]));
const idOf = async (file: string): Promise<string> => (await project.documents()).find((document) => document.file === file)?.id ?? '';
const remove = async (files: readonly string[]): Promise<string> => {
  const documentIds = (await Promise.all(files.map(idOf))) as never[];
  const input = { projectId: project.open.file.id, knowledgeId: await project.base(), documentIds };
  return (await project.open.handlers.knowledge.removeDocuments(input as never, { signal: new AbortController().signal })).undoId;
};
const indexed = (): string[] => project.index.entries().map((entry) => entry.text);

describe('documents with the same text', () => {
  test('are indexed once and found once, whether they come together or one after the other', async () => {
    project.note('a.txt', TEXT);
    project.note('b.txt', TEXT);
    await project.ingest();
    project.note('c.txt', TEXT);
    await project.ingest();
    expect(indexed()).toEqual([TEXT]);
    expect((await project.search('zebra')).files).toHaveLength(1);
    expect(Object.values(await states()).sort()).toEqual(['alias', 'alias', 'ready']);
    const searched = (await project.documents()).find(({ state }) => state === 'ready');
    expect((await project.documents()).filter(({ state }) => state === 'alias').map(({ aliasOf }) => aliasOf)).toEqual([searched?.id, searched?.id]);
  });

  test('stay unchanged when nothing changed', async () => {
    project.note('a.txt', TEXT);
    project.note('b.txt', TEXT);
    await project.ingest();
    const before = await states();
    const { result } = await project.ingest();
    expect(result).toMatchObject({ unchanged: 2, ingested: 0 });
    expect(await states()).toEqual(before);
  });

  test('one takes the place of the one that is deleted, and gives it back to nobody when that is undone', async () => {
    project.note('a.txt', TEXT);
    await project.ingest();
    project.note('b.txt', TEXT);
    project.note('c.txt', TEXT);
    await project.ingest();
    const undoId = await remove(['a.txt']);
    expect((await project.search('zebra')).files).toEqual([(await states())['b.txt'] === 'ready' ? 'b.txt' : 'c.txt']);
    expect(Object.values(await states()).sort()).toEqual(['alias', 'ready']);
    await project.open.undo(undoId);
    expect((await states())['a.txt']).toBe('alias');
    expect((await project.search('zebra')).files).toHaveLength(1);
    await project.reopen();
    expect((await project.search('zebra')).files).toHaveLength(1);
  });

  test('are counted among what was ingested, and their chunks are not: nothing searches them', async () => {
    project.note('a.txt', TEXT);
    project.note('b.txt', TEXT);
    project.note('c.txt', 'A giraffe.');
    const chunks = TEXT.split('\n').length + 1;
    expect((await project.ingest()).result).toMatchObject({ ingested: 3, aliases: 1, chunks, vectors: { total: chunks } });
  });

  test('all come back when they were deleted together', async () => {
    project.note('a.txt', TEXT);
    project.note('b.txt', TEXT);
    await project.ingest();
    const undoId = await remove(['a.txt', 'b.txt']);
    expect(indexed()).toHaveLength(1);
    await project.open.undo(undoId);
    expect(Object.values(await states()).sort()).toEqual(['alias', 'ready']);
    expect((await project.search('zebra')).files).toHaveLength(1);
  });

  test('one takes the place of the one whose file is gone', async () => {
    project.note('a.txt', TEXT);
    await project.ingest();
    project.note('b.txt', TEXT);
    await project.ingest();
    rmSync(join(project.notes, 'a.txt'));
    await project.ingest();
    expect(await states()).toEqual({ 'b.txt': 'ready' });
    expect((await project.search('zebra')).files).toEqual(['b.txt']);
  });

  test('one takes the place of the one that has another text now', async () => {
    project.note('a.txt', TEXT);
    await project.ingest();
    project.note('b.txt', TEXT);
    await project.ingest();
    project.note('a.txt', 'A giraffe has a long neck.');
    await project.ingest();
    expect((await project.search('zebra')).files).toEqual(['b.txt']);
    expect((await project.search('giraffe')).files).toEqual(['a.txt']);
    project.note('a.txt', TEXT);
    await project.ingest();
    expect(indexed()).toEqual([TEXT]);
    expect(await states()).toEqual({ 'a.txt': 'alias', 'b.txt': 'ready' });
  });

  test('one takes the place of the one that can no longer be read', async () => {
    project.note('a.txt', TEXT);
    await project.ingest();
    project.note('b.txt', TEXT);
    await project.ingest();
    project.note('a.txt', '!DOCUMENT_DAMAGED');
    await project.ingest();
    expect(await states()).toEqual({ 'a.txt': 'failed', 'b.txt': 'ready' });
    expect((await project.search('zebra')).files).toEqual(['b.txt']);
  });

  test('an alias that changes becomes a document of its own', async () => {
    project.note('a.txt', TEXT);
    await project.ingest();
    project.note('b.txt', TEXT);
    await project.ingest();
    project.note('b.txt', 'A giraffe has a long neck.');
    await project.ingest();
    expect(await states()).toEqual({ 'a.txt': 'ready', 'b.txt': 'ready' });
    expect((await project.search('giraffe')).files).toEqual(['b.txt']);
    expect((await project.search('zebra')).files).toEqual(['a.txt']);
  });
});
