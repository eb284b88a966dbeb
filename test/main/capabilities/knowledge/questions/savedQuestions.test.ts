import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Evaluation } from '#contract/questions.ts';
import { uuidv7 } from '../../../../../src-main/base/uuid.ts';
import { saveAnswer } from '../../../../../src-main/capabilities/knowledge/answerStore.ts';
import { projectOverFakes, type FakeProject } from '../../../../helpers/projectOverFakes.ts';

let project: FakeProject;
let trusted: boolean;
let place: { projectId: never; knowledgeId: never };
const context = { signal: new AbortController().signal };
beforeEach(async () => {
  trusted = true;
  project = await projectOverFakes({ trusted: () => trusted });
  project.note('zebra.txt', 'A zebra has stripes.\nIt lives in Africa.');
  project.note('lion.txt', 'A lion has a mane.');
  await project.ingest();
  place = { projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never };
});
afterEach(() => project.close());

const file = (): string => join(project.folder, 'knowledge', 'questions', 'notes.yaml');
const calls = () => project.open.handlers.knowledge;
const save = (question: string, expected: { file: string; quote: string }[]) => calls().saveQuestion({ ...place, question: { question, expected } }, context);
const list = () => calls().questions(place, context);

describe('saved questions', () => {
  test('say of each expected passage whether it stands in a document now', async () => {
    const saved = await save('What has stripes?', [{ file: 'zebra.txt', quote: 'A zebra   has stripes.' }, { file: 'zebra.txt', quote: 'It flies.' }, { file: 'gone.txt', quote: 'Anything' }]);
    expect(saved).toMatchObject({ found: ['there', 'quote-missing', 'file-missing'], outcome: null });
    expect(await list()).toEqual([saved]);
  });

  test('are what the file says, also when another program changed it, and its trouble is named', async () => {
    const { id } = await save('What has stripes?', []);
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('What has stripes?', 'Who has stripes?'));
    expect((await list()).map(({ question }) => question)).toEqual(['Who has stripes?']);
    await calls().saveQuestion({ ...place, question: { id, question: 'Which animal has stripes?', expected: [] } }, context);
    expect((await list()).map((one) => [one.id, one.question])).toEqual([[id, 'Which animal has stripes?']]);
    writeFileSync(file(), 'version: 1\nquestions: none\n');
    await expect(list()).rejects.toMatchObject({ code: 'PROJECT_FILE_INVALID', message: expect.stringContaining('knowledge/questions/notes.yaml') });
    await project.reopen();
    expect(project.open.troubles().map((trouble) => trouble.file)).toEqual(['knowledge/questions/notes.yaml']);
  });

  test('come back with an undo after they were deleted, beside what was saved since', async () => {
    const first = await save('What has stripes?', []);
    const second = await save('What has a mane?', []);
    const { undoId, removed } = await calls().removeQuestions({ ...place, ids: [first.id] }, context);
    expect(removed).toBe(1);
    const third = await save('What lives in Africa?', []);
    await project.open.undo(undoId);
    expect((await list()).map(({ id }) => id).toSorted()).toEqual([first.id, second.id, third.id].toSorted());
    await expect(calls().removeQuestions({ ...place, ids: [uuidv7() as never] }, context)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('an answer that is saved as a question', () => {
  async function answered(more: object): Promise<string> {
    const citations = [{ number: 1, documentId: uuidv7(), parsedDigest: 'a'.repeat(64), file: 'zebra.txt', quote: 'A zebra has stripes.' }];
    const answer = { id: uuidv7(), conversationId: uuidv7(), question: 'What has stripes?', state: 'done', citations, abstained: false, feedback: null, createdAtMs: 1, ...more };
    await project.open.database.run(saveAnswer, { answer: answer as never, knowledgeId: place.knowledgeId, atMs: 1, modelDigest: null });
    return answer.id;
  }
  const grown = async (more: object) => calls().saveQuestionOfAnswer({ ...place, answerId: (await answered(more)) as never }, context);

  test('expects what it quotes; nothing when it was wrong or said that there is nothing', async () => {
    expect((await grown({ feedback: 'right' })).expected).toEqual([{ file: 'zebra.txt', quote: 'A zebra has stripes.' }]);
    expect((await grown({ feedback: 'wrong', question: 'Two?' })).expected).toEqual([]);
    expect((await grown({ abstained: true, question: 'Three?' })).expected).toEqual([]);
  });

  test('keeps its identity when the same question is saved again', async () => {
    const first = await grown({});
    expect((await grown({ feedback: 'wrong' })).id).toBe(first.id);
    expect(await list()).toHaveLength(1);
  });
});

describe('an evaluation', () => {
  test('asks every question of the index that serves, is kept, and is shown beside each question', async () => {
    const zebra = await save('zebra stripes', [{ file: 'zebra.txt', quote: 'A zebra has stripes.' }]);
    const wrong = await save('lion', [{ file: 'zebra.txt', quote: 'It lives in Africa.' }]);
    const none = await save('unicorn', []);
    const { job } = await calls().evaluate(place, context);
    const ended = await project.open.jobs.wait(job);
    const evaluation = Evaluation.parse(ended.result);
    expect(evaluation.metrics).toMatchObject({ answerable: 2, unanswerable: 1, hitAt1: 0.5, mrr10: 0.5, abstained: 1, abstainedWrongly: 0 });
    expect(await calls().evaluations({ ...place, limit: 10 }, context)).toEqual([evaluation]);
    expect((await list()).map(({ id, outcome }) => [id, outcome?.passageRank])).toEqual([[zebra.id, 1], [wrong.id, null], [none.id, null]]);
  });

  test('says what its searches went on without, with how many of them, and is kept with that', async () => {
    const { job: made } = await calls().resumeVectors({ ...place, snapshotId: (await calls().snapshots(place, context))[0]?.id as never }, context);
    await project.open.jobs.wait(made as never);
    await save('zebra stripes', [{ file: 'zebra.txt', quote: 'A zebra has stripes.' }]);
    await save('lion', []);
    const evaluated = async (): Promise<Evaluation> => Evaluation.parse((await project.open.jobs.wait((await calls().evaluate(place, context)).job)).result);
    expect((await evaluated()).notes).toBeUndefined();
    project.note('crane.txt', 'A crane.');
    await project.ingest();
    const lathe = join(project.folder, 'lathe.yaml');
    writeFileSync(lathe, `${readFileSync(lathe, 'utf8')}models:\n  reranker: mine\n`);
    trusted = false;
    const partial = await evaluated();
    expect(partial).toMatchObject({ vectorsComplete: false, notes: [expect.stringContaining('1 of 4 passages have no transformer vector yet'), expect.stringContaining('the cross-encoder mine')] });
    expect((await calls().evaluations({ ...place, limit: 10 }, context))[0]).toEqual(partial);
    const [serving] = await calls().snapshots(place, context);
    const compared = (await project.open.jobs.wait((await calls().compareSnapshots({ ...place, after: serving?.id as never }, context)).job)).result;
    expect(compared?.['notes']).toEqual({ before: partial.notes, after: partial.notes });
  });

  test('says of how many questions it was, where the search went on without for some alone', async () => {
    const { job: made } = await calls().resumeVectors({ ...place, snapshotId: (await calls().snapshots(place, context))[0]?.id as never }, context);
    await project.open.jobs.wait(made as never);
    await save('zebra stripes', []);
    await save('lion', []);
    const { search } = project.index;
    project.index.search = async (at, request, ...more) => {
      const found = await search(at, request, ...more);
      return request.question === 'lion' ? { ...found, candidates: { ...found.candidates, deep: null } } : found;
    };
    const { result } = await project.open.jobs.wait((await calls().evaluate(place, context)).job);
    expect(Evaluation.parse(result).notes).toEqual([expect.stringMatching(/^1 of 2 questions: Found by words/)]);
  });

  test('is refused in words where there is no question', async () => {
    await expect(calls().evaluate(place, context)).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('no saved questions') });
  });

  test('compares an index with itself as no gain and no loss', async () => {
    await save('zebra stripes', [{ file: 'zebra.txt', quote: 'A zebra has stripes.' }]);
    const [serving] = await calls().snapshots(place, context);
    const { job } = await calls().compareSnapshots({ ...place, after: serving?.id as never }, context);
    const ended = await project.open.jobs.wait(job);
    expect(ended.result).toMatchObject({ questions: 1, gained: [], lost: [], gain: { mean: 0, low: 0, high: 0 }, metrics: { before: { mrr10: 1 }, after: { mrr10: 1 } } });
  });
});

describe('what depends on a document', () => {
  test('names the questions that expect it and what goes stale', async () => {
    await save('What has stripes?', [{ file: 'zebra.txt', quote: 'A zebra has stripes.' }]);
    const documentId = (await project.documents()).find((document) => document.file === 'zebra.txt')?.id as never;
    const used = await calls().documentUse({ projectId: place.projectId, documentId }, context);
    expect(used).toMatchObject({ answers: [], questions: [{ question: 'What has stripes?' }], snapshots: 1, history: [{ current: true, citedBy: 0 }] });
    expect(used.ifDeleted).toContain('1 saved question expects a passage that is gone');
    expect((await calls().questionsOfDocument({ ...place, documentId }, context)).map(({ question }) => question)).toEqual(['What has stripes?']);
  });
});
