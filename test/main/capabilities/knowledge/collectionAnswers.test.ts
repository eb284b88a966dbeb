import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Answer } from '#contract/knowledge.ts';
import { sha256 } from '../../../../src-main/base/canonicalJson.ts';
import { projectOverFakes, type FakeParts, type FakeProject } from '../../../helpers/projectOverFakes.ts';

/** An export of these tests: each line is a ticket. */
const expand: FakeParts['expand'] = async ({ path, into }) => {
  if (!path.endsWith('.csv')) return null;
  const text = readFileSync(path, 'utf8');
  const members = text.split('\n').map((line, number) => {
    const written = join(into, `${number}.txt`);
    writeFileSync(written, line);
    return { name: `${number}.txt`, path: written, bytes: line.length, modifiedMs: null };
  });
  return { kind: 'zendesk', sourceDigest: sha256(text), sourceBytes: text.length, members, problems: [] };
};

/** What the model wrote to; it writes nothing. */
let prompts: number;
const text: FakeParts['text'] = {
  load: async () => ({ contextTokens: 1_000, architecture: 'test', parameters: 7e9 }),
  countTokens: async () => 10,
  async generate() {
    prompts += 1;
    return { text: 'There are 2 tickets.', promptTokens: 10, generatedTokens: 5, stopped: 'end', timingsMs: { load: 0, prompt: 0, generate: 0 } };
  },
};

let project: FakeProject;
beforeEach(async () => {
  prompts = 0;
  project = await projectOverFakes({ expand, text });
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

test('a count of tickets is said to be out of reach, beside the nearest passages, and no model guesses one; those of one export are counted as its documents', async () => {
  project.note('tickets.csv', 'The first of the tickets.\nThe second of the tickets.\nThere are two tickets.');
  await project.ingest();
  const answer = await ask('How many tickets are there?');
  expect(answer).toMatchObject({ state: 'done', by: 'passages', abstained: true, note: expect.stringContaining('cannot count or list these') });
  expect(answer.passages).toHaveLength(3);
  expect(prompts).toBe(0);
  expect((await ask('How many documents are in the folder tickets.csv?')).text).toMatch(/^3 documents in tickets\.csv\/:\n/);
});
