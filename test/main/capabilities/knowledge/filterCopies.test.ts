import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentFilter } from '#contract/filters.ts';
import type { PassageResult } from '#contract/knowledge.ts';
import { sha256 } from '../../../../src-main/base/canonicalJson.ts';
import { parsePlain, projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
beforeAll(async () => {
  project = await projectOverFakes({
    // The text of both is the same; what each says of itself is not.
    parse: async (request) => {
      const read = await parsePlain(request);
      const own = request.name.startsWith('notes') ? { format: 'markdown' as const, title: 'Notes', metadata: { author: 'Ada Lovelace', modified: '2026-03-03' } } : { metadata: { author: 'Charles Babbage', modified: '2025-01-01' } };
      return { ...read, document: { ...read.document, ...own } };
    },
  });
  project.note('copy-of-notes.txt', 'The warranty lasts two years.');
  await project.ingest();
  project.note('notes.md', 'The warranty lasts two years.');
  project.note('other.txt', 'The warranty of others is void.');
  await project.ingest();
});
afterAll(() => project.close());

const signal = new AbortController().signal;
const place = async () => ({ projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never });
async function search(filter: DocumentFilter | undefined, limit = 10): Promise<{ results: PassageResult[]; note: string | null | undefined }> {
  const { results, note } = await project.open.handlers.knowledge.search({ ...(await place()), question: 'warranty', limit, ...(filter ? { filter } : {}) }, { signal });
  return { results: results as PassageResult[], note };
}
const files = async (filter: DocumentFilter): Promise<string[]> => (await search(filter)).results.map(({ file }) => file);

describe('a filter that only a copy of the searched document matches', () => {
  const COPY: readonly DocumentFilter[] = [{ path: 'notes.md' }, { path: '*.md' }, { format: ['markdown'] }, { author: 'lovelace' }, { after: '2026-03-03', before: '2026-03-04' }];

  test('finds the text and shows the copy, whichever field it is that matches', async () => {
    const copy = (await project.documents()).find(({ file }) => file === 'notes.md');
    expect(copy?.state).toBe('alias');
    for (const filter of COPY) {
      const shown = { file: 'notes.md', title: 'Notes', documentId: copy?.id, aliases: [{ file: 'copy-of-notes.txt' }] };
      expect(await search(filter), JSON.stringify(filter)).toMatchObject({ note: null, results: [shown] });
    }
  });

  test('shows the document that is searched where that matches too, and without a filter', async () => {
    expect(await files({ path: 'copy-' })).toEqual(['copy-of-notes.txt']);
    expect(await files({ path: '*notes*' })).toEqual(['copy-of-notes.txt']);
    expect((await search(undefined)).results.map(({ file }) => file).toSorted()).toEqual(['copy-of-notes.txt', 'other.txt']);
  });

  test('is counted and listed by the same documents as the search', async () => {
    const listed = async (narrow: DocumentFilter): Promise<string[]> =>
      (await project.open.handlers.knowledge.documents({ ...(await place()), filter: '', narrow, sort: 'file', descending: false, offset: 0, limit: 10 }, { signal })).documents.map(({ file }) => file);
    for (const filter of COPY) expect(await listed(filter)).toEqual(['notes.md']);
    const { answer, job } = await project.open.handlers.knowledge.ask({ ...(await place()), question: 'How many documents are there?', filter: { author: 'lovelace' } }, { signal });
    await project.open.jobs.wait(job);
    expect((await project.open.handlers.knowledge.answer({ projectId: project.open.file.id as never, answerId: answer.id as never }, { signal })).text).toMatch(/^1 document by lovelace:\n- notes\.md · Notes · Ada Lovelace · 2026-03-03$/);
  });

  test('finds nothing where no copy matches, or the one that matched was deleted', async () => {
    expect(await search({ path: 'nowhere' })).toEqual({ results: [], note: 'No document matches the filter' });
    const id = (await project.documents()).find(({ file }) => file === 'notes.md')?.id as never;
    await project.open.handlers.knowledge.removeDocuments({ ...(await place()), documentIds: [id] }, { signal });
    expect(await files({ path: 'notes.md' })).toEqual([]);
    expect(await files({ path: 'copy-' })).toEqual(['copy-of-notes.txt']);
  });
});

test('a copy inside an archive is found by the path within it', async () => {
  const packed = await projectOverFakes({
    expand: async ({ name, into }) => {
      if (!name.endsWith('.zip')) return null;
      writeFileSync(join(into, '0'), 'The warranty lasts two years.');
      return { kind: 'zip', sourceDigest: sha256(name), sourceBytes: 15, members: [{ name: 'inner.txt', path: join(into, '0'), bytes: 29, modifiedMs: null }], problems: [] };
    },
  });
  try {
    packed.note('notes.txt', 'The warranty lasts two years.');
    await packed.ingest();
    packed.note('pack.zip', 'not looked into');
    await packed.ingest();
    const found = await packed.open.handlers.knowledge.search({ projectId: packed.open.file.id as never, knowledgeId: (await packed.base()) as never, question: 'warranty', limit: 5, filter: { path: 'pack.zip/*' } }, { signal });
    expect(found.results.map(({ file }) => file)).toEqual(['pack.zip/inner.txt']);
  } finally {
    await packed.close();
  }
});
