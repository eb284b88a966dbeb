import { afterEach, beforeEach, expect, test } from 'vitest';
import { Answer } from '#contract/knowledge.ts';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
beforeEach(async () => {
  project = await projectOverFakes();
  project.note('zebra.txt', 'A zebra has stripes.');
  project.note('lion.txt', 'A lion has a mane.');
  project.note('bad.txt', '!DOCUMENT_DAMAGED');
  await project.ingest();
});
afterEach(() => project.close());

async function ask(question: string): Promise<Answer> {
  const place = { projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never };
  const calls = project.open.handlers.knowledge;
  const { answer, job } = await calls.ask({ ...place, question }, { signal: new AbortController().signal });
  await project.open.jobs.wait(job);
  return Answer.parse(await calls.answer({ projectId: place.projectId, answerId: answer.id as never }, { signal: new AbortController().signal }));
}

test('a count of documents is right, says that it is from metadata, quotes nothing and asks no model', async () => {
  expect(await ask('How many documents are there?')).toMatchObject({ state: 'done', by: 'metadata', abstained: false, citations: [], model: null, note: expect.stringContaining('Counted from metadata') });
  expect((await ask('How many documents are there?')).text).toMatch(/^2 documents:\n- lion\.txt · .*\n- zebra\.txt · /);
  expect(project.pins).toEqual([]);
});

test('a list names the documents that match and how it was narrowed; none is an answer too', async () => {
  expect((await ask('List all documents')).text.split('\n')).toHaveLength(3);
  expect((await ask('Which documents were written by Ada Lovelace?')).text).toBe('0 documents by Ada Lovelace.');
  expect((await ask('Which files changed before 1980?')).text).toBe('0 documents dated before 1980-01-01.');
});
