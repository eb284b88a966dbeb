import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentFilter } from '#contract/filters.ts';
import type { Answer } from '#contract/knowledge.ts';
import { FixTrial, Replay, type Autopsy } from '#contract/why.ts';
import { because } from '../helpers/because.ts';
import { embedders } from '../helpers/latheHome.ts';
import { openTestOwner, type TestOwner } from '../helpers/openTestOwner.ts';
import { starterModel } from '../helpers/starterModels.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const WRITER = 'smollm2-135m';
const writer = await starterModel(WRITER);
const missing = 'reason' in writer ? writer.reason : await embedders();
const QUESTION = 'How long does the warranty of the pump last?';
const QUOTE = 'The warranty of the pump lasts two years.';

describe.skipIf(missing !== null)(`an answer that was asked with a filter${because(missing)}`, () => {
  let owner: TestOwner;
  let ids: { projectId: never; knowledgeId: never };

  const ask = async (filter: DocumentFilter): Promise<Answer> => {
    const started = await owner.client.knowledge.ask({ ...ids, question: QUESTION, model: WRITER, filter });
    expect((await owner.ended(started.job)).error).toBeNull();
    return owner.client.knowledge.answer({ projectId: ids.projectId, answerId: started.answer.id });
  };
  const autopsy = (answer: Answer, file: string): Promise<Autopsy> => owner.client.knowledge.autopsy({ ...ids, question: QUESTION, answerId: answer.id, file, quote: QUOTE });

  beforeAll(async () => {
    const notes = join(temporaryFolder(), 'notes');
    mkdirSync(notes);
    const write = (file: string, text: string): void => writeFileSync(join(notes, file), text);
    owner = await openTestOwner();
    const { id: projectId } = await owner.client.projects.create({ folder: join(temporaryFolder(), 'project') });
    const { id: knowledgeId } = await owner.client.knowledge.create({ projectId, name: 'Pumps' });
    ids = { projectId: projectId as never, knowledgeId: knowledgeId as never };
    const ingest = async (): Promise<void> => expect((await owner.ended((await owner.client.knowledge.ingest({ ...ids, paths: [notes], stage: 'text' })).job)).error).toBeNull();
    write('copy-of-notes.md', `# Pumps\n\n${QUOTE} It begins with the day of sale.\n`);
    write('prices.csv', 'part,price\nlamp,12\nhose,7\n');
    await ingest();
    write('notes.md', `# Pumps\n\n${QUOTE} It begins with the day of sale.\n`);
    await ingest();
  }, 300_000);
  afterAll(() => owner?.close());

  test('keeps the filter beside what came of it, and an answer without one says that there was none', async () => {
    const answer = await ask({ path: 'notes.md' });
    expect((await owner.client.knowledge.why({ projectId: ids.projectId, answerId: answer.id })).filter).toEqual({ path: 'notes.md' });
    expect(answer.citations.map(({ file }) => file)).toContain('notes.md');
    const plain = await owner.client.knowledge.ask({ ...ids, question: QUESTION, model: WRITER });
    await owner.ended(plain.job);
    expect((await owner.client.knowledge.why({ projectId: ids.projectId, answerId: plain.answer.id })).filter).toBeNull();
  });

  test('tells a passage that the filter left out, and what it would be without', async () => {
    const answer = await ask({ format: ['csv'] });
    expect(answer.abstained).toBe(true);
    const found = await autopsy(answer, 'copy-of-notes.md');
    expect(found.stage, found.message).toBe('filtered-out');
    expect(found.message).toContain('(csv)');
    expect(found.message).toContain('Without the filter: It is passage 1');
    expect(found.steps.find(({ stage }) => stage === 'filter')).toMatchObject({ passed: false });
    expect(found.fixes).toMatchObject([{ kind: 'unfilter', command: `ask '${QUESTION}' --knowledge pumps` }]);
  });

  test('follows a copy that the filter lets through as the document that was searched, and the other one as its copy', async () => {
    const answer = await ask({ path: 'notes.md' });
    const shown = await autopsy(answer, 'notes.md');
    expect(shown.stage, shown.message).toBe('found');
    expect(shown.message).toContain(`[${answer.citations[0]?.number}]`);
    const other = await autopsy(answer, 'copy-of-notes.md');
    expect(other.stage, other.message).toBe('duplicate');
    expect(other.message).toContain('notes.md, which is searched and cited in its place');
  });

  test('is replayed with the prompt that the filter gave, and fixes are tried within it', async () => {
    const answer = await ask({ path: 'notes.md' });
    const { job } = await owner.client.knowledge.replay({ projectId: ids.projectId, answerId: answer.id });
    expect(Replay.parse((await owner.ended(job)).result)).toMatchObject({ same: true });
    const fix = { kind: 'reword' as const, title: 'Ask otherwise', command: null, settings: { question: QUESTION } };
    const rank = async (file: string, within: { answerId?: Answer['id'] }): Promise<number | null> => {
      const { job: trying } = await owner.client.knowledge.tryFix({ ...ids, ...within, question: QUESTION, file, quote: QUOTE, fix });
      return FixTrial.parse((await owner.ended(trying)).result).passageRank;
    };
    expect(await rank('notes.md', { answerId: answer.id })).toBe(1);
    expect(await rank('notes.md', { answerId: (await ask({ format: ['csv'] })).id })).toBeNull();
    expect(await rank('notes.md', {})).toBe(1);
  });
});
