import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageOfDocuments, queueFiles, type DocumentQuery } from '../../../../src-main/capabilities/knowledge/documentStore.ts';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
beforeEach(async () => void (project = await projectOverFakes()));
afterEach(() => project.close());

const FILES = ['README.md', 'a-guide.md', 'Zoo.md', 'b.md', 'readme.md', 'zoo.md'];

describe('the list of documents', () => {
  it('is by name without regard to case, in pages that hold each file once', async () => {
    const knowledgeId = await project.base();
    const facts = FILES.map((file, number) => ({ id: `d${number}`, knowledge_id: knowledgeId, root: '/r', file, bytes: 10 - number, mtime_ns: '0', inode: '0', container: null }));
    await project.open.database.run(queueFiles, facts);
    const page = async (query: Partial<DocumentQuery>): Promise<string[]> =>
      (await project.open.database.run(pageOfDocuments, { knowledgeId, state: null, filter: '', sort: 'file', descending: false, offset: 0, limit: 100, ...query })).rows.map(({ file }) => file);
    const byName = ['a-guide.md', 'b.md', 'README.md', 'readme.md', 'Zoo.md', 'zoo.md'];
    expect(await page({})).toEqual(byName);
    expect([...(await page({ limit: 3 })), ...(await page({ limit: 3, offset: 3 }))]).toEqual(byName);
    expect((await page({ descending: true })).map((file) => file.toLowerCase())).toEqual(byName.map((file) => file.toLowerCase()).toReversed());
    expect(await page({ filter: 'readme' })).toEqual(['README.md', 'readme.md']);
    // All are queued: equals of another column follow the names.
    expect(await page({ sort: 'state', descending: true })).toEqual(byName);
    expect(await page({ sort: 'bytes' })).toEqual(FILES.toReversed());
  });

  it('is narrowed as a search is, beside the words of the name, and counts what is left', async () => {
    const knowledgeId = await project.base();
    const day = (date: string): string => `${Date.parse(`${date}T12:00:00Z`)}000000`;
    const facts = ['2026-01-01', '2026-02-01', '2026-03-01'].map((date, number) => ({ id: `n${number}`, knowledge_id: knowledgeId, root: '/r', file: `notes/${date}.md`, bytes: 1, mtime_ns: day(date), inode: '0', container: null }));
    await project.open.database.run(queueFiles, [...facts, { id: 'other', knowledge_id: knowledgeId, root: '/r', file: 'plan.md', bytes: 1, mtime_ns: day('2026-02-15'), inode: '0', container: null }]);
    const narrowed = async (query: Partial<DocumentQuery>): Promise<[number, string[]]> => {
      const { total, rows } = await project.open.database.run(pageOfDocuments, { knowledgeId, state: null, filter: '', sort: 'file', descending: false, offset: 0, limit: 1, ...query });
      return [total, rows.map(({ file }) => file)];
    };
    expect(await narrowed({ narrow: { after: '2026-02-01' } })).toEqual([3, ['notes/2026-02-01.md']]);
    expect(await narrowed({ narrow: { after: '2026-02-01', before: '2026-03-01' }, filter: 'notes' })).toEqual([1, ['notes/2026-02-01.md']]);
    expect(await narrowed({ narrow: { path: 'plan' } })).toEqual([1, ['plan.md']]);
    expect(await narrowed({ narrow: { language: ['de'] } })).toEqual([0, []]);
  });
});
