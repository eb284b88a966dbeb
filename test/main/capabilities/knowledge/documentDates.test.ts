import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentFilter } from '#contract/filters.ts';
import { sha256 } from '../../../../src-main/base/canonicalJson.ts';
import { parsePlain, projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

/** What each document says of its own dates. */
const STATED: Readonly<Record<string, Record<string, string>>> = {
  'mail.txt': { created: '2026-03-03T10:00:00Z' },
  'both.txt': { created: '2026-03-03', modified: '2026-05-05' },
  'inner.txt': { created: '2026-03-04' },
};
const FILE_DAY = new Date('2024-02-02T12:00:00Z');
const signal = new AbortController().signal;

describe('the date of a document', () => {
  let project: FakeProject;
  beforeAll(async () => {
    project = await projectOverFakes({
      parse: async (request) => {
        const read = await parsePlain(request);
        return { ...read, document: { ...read.document, metadata: STATED[request.name.split('/').at(-1) ?? ''] ?? {} } };
      },
      expand: async ({ name, into }) => {
        if (!name.endsWith('.zip')) return null;
        const members = ['inner.txt', 'undated.txt'].map((member, at) => {
          writeFileSync(join(into, `${at}`), `A zebra in ${member}.`);
          return { name: member, path: join(into, `${at}`), bytes: 20, modifiedMs: Date.parse('2025-07-07T00:00:00Z') };
        });
        return { kind: 'zip', sourceDigest: sha256(name), sourceBytes: 3, members, problems: [] };
      },
    });
    for (const name of ['mail.txt', 'both.txt', 'plain.txt', 'pack.zip']) {
      project.note(name, `A zebra in ${name}.`);
      utimesSync(join(project.notes, name), FILE_DAY, FILE_DAY);
    }
    expect((await project.ingest()).error).toBeNull();
  });
  afterAll(() => project.close());

  const place = async () => ({ projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never });
  const DAYS: readonly (readonly [string, string, string[]])[] = [
    ['2026-03-03', '2026-03-04', ['mail.txt']],
    ['2026-05-05', '2026-05-06', ['both.txt']],
    ['2026-03-04', '2026-03-05', ['pack.zip/inner.txt']],
    ['2025-07-07', '2025-07-08', ['pack.zip/undated.txt']],
  ];

  test('is what it says of its last change, else of its making, else that of its file or of its place in an archive: in searches, lists and what lists show', async () => {
    const shown = async (filter: DocumentFilter): Promise<{ searched: string[]; listed: string[]; dates: (number | null | undefined)[] }> => {
      const { results } = await project.open.handlers.knowledge.search({ ...(await place()), question: 'zebra', limit: 10, filter }, { signal });
      const { documents } = await project.open.handlers.knowledge.documents({ ...(await place()), filter: '', narrow: filter, state: 'ready', sort: 'file', descending: false, offset: 0, limit: 10 }, { signal });
      return { searched: results.map(({ file }) => file), listed: documents.map(({ file }) => file), dates: documents.map(({ changedAtMs }) => changedAtMs) };
    };
    for (const [after, before, files] of DAYS) {
      const found = await shown({ after, before });
      expect(found, after).toMatchObject({ searched: files, listed: files });
      expect(new Date(found.dates[0] ?? 0).toISOString().slice(0, 10)).toBe(after);
    }
    expect(await shown({ before: '2024-02-03' })).toEqual({ searched: ['plain.txt'], listed: ['plain.txt'], dates: [FILE_DAY.getTime()] });
  });

  test('is what counts go by', async () => {
    const { answer, job } = await project.open.handlers.knowledge.ask({ ...(await place()), question: 'How many documents from March 2026?' }, { signal });
    await project.open.jobs.wait(job);
    const { text } = await project.open.handlers.knowledge.answer({ projectId: project.open.file.id as never, answerId: answer.id as never }, { signal });
    expect(text).toBe('2 documents dated 2026-03-01 or later and before 2026-04-01:\n- mail.txt · 2026-03-03\n- pack.zip/inner.txt · 2026-03-04');
  });
});
