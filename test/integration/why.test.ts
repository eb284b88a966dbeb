import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '#contract/knowledge.ts';
import { Replay, type AnswerTrace } from '#contract/why.ts';
import { because } from '../helpers/because.ts';
import { embedders } from '../helpers/latheHome.ts';
import { openTestOwner, type TestOwner } from '../helpers/openTestOwner.ts';
import { starterModel } from '../helpers/starterModels.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const WRITER = 'smollm2-135m';
const writer = await starterModel(WRITER);
const missing = 'reason' in writer ? writer.reason : await embedders();
const FACTS = ['The lighthouse of Harn is 34 metres high.', 'The harbour fee of Harn is 12 crowns a day.', 'The ferry to Harn leaves at nine in the morning.'];

describe.skipIf(missing !== null)(`why an answer is what it is${because(missing)}`, () => {
  let owner: TestOwner;
  let ids: { projectId: never; knowledgeId: never };
  let answer: Answer;
  let trace: AnswerTrace;

  beforeAll(async () => {
    const notes = join(temporaryFolder(), 'notes');
    mkdirSync(notes);
    for (const [at, fact] of FACTS.entries()) writeFileSync(join(notes, `harn-${at}.md`), `# Harn, part ${at}\n\n${fact} This is told in part ${at} of the book about Harn.\n`);
    owner = await openTestOwner();
    const { id: projectId } = await owner.client.projects.create({ folder: join(temporaryFolder(), 'project') });
    const { id: knowledgeId } = await owner.client.knowledge.create({ projectId, name: 'Harn' });
    ids = { projectId: projectId as never, knowledgeId: knowledgeId as never };
    await owner.ended((await owner.client.knowledge.ingest({ ...ids, paths: [notes], stage: 'text' })).job);
    const started = await owner.client.knowledge.ask({ ...ids, question: 'How high is the lighthouse of Harn?', model: WRITER });
    expect((await owner.ended(started.job)).error).toBeNull();
    answer = await owner.client.knowledge.answer({ projectId: ids.projectId, answerId: started.answer.id });
    trace = await owner.client.knowledge.why({ projectId: ids.projectId, answerId: answer.id });
  }, 300_000);
  afterAll(() => owner?.close());

  test('every quote of the answer stands in a chunk that is followed through the stages', () => {
    expect(answer.citations.length).toBeGreaterThan(0);
    for (const { number, file } of answer.citations) {
      const chunk = trace.chunks.find(({ cited }) => cited.includes(number));
      expect(chunk?.file).toBe(file);
      expect(chunk?.ranks.passage).toBeGreaterThan(0);
    }
    expect(trace.chunks.map(({ ranks }) => ranks.ranked)).toContain(1);
    expect(trace.funnel.passages).toBe(answer.passages.length);
    expect(trace.funnel.cited).toBeGreaterThan(0);
    expect(trace.digests).toMatchObject({ model: 'digest' in writer ? writer.digest : '' });
  });

  test('the prompt is there to the letter with its tokens, and what the model wrote before it was checked', () => {
    const [message] = trace.prompt?.messages ?? [];
    expect(message?.content).toContain(FACTS[0]);
    expect(message?.content).toMatch(/How high is the lighthouse of Harn\?$/);
    expect(trace.prompt).toMatchObject({ tokens: answer.promptTokens, temperature: 0, seed: 7 });
    expect(trace.prompt?.contextTokens).toBeGreaterThan(trace.prompt?.tokens ?? 0);
    expect(trace.written?.length).toBeGreaterThan(0);
    expect(trace.chunks.filter(({ inPrompt }) => inPrompt).length).toBeGreaterThan(0);
  });

  test('asked again with the same seed the model writes the same, and that is said', async () => {
    const { job } = await owner.client.knowledge.replay({ projectId: ids.projectId, answerId: answer.id });
    const replay = Replay.parse((await owner.ended(job)).result);
    expect(replay).toMatchObject({ same: true, reason: null, before: trace.written, after: trace.written });
  });

  test('a passage that the answer quotes is found by the autopsy, with the number of the quote', async () => {
    const [cited] = answer.citations;
    const found = await owner.client.knowledge.autopsy({ ...ids, question: answer.question, answerId: answer.id, file: cited?.file ?? '', quote: cited?.quote ?? '' });
    expect(found.stage, found.message).toBe('found');
    expect(found.message).toContain(`[${cited?.number}]`);
    expect(found.steps.every(({ stage, passed }) => passed || stage === 'embed')).toBe(true);
  });

  test('a passage that the prompt holds and the answer does not quote, or that found no room, is told apart', async () => {
    const quote = FACTS[2] ?? '';
    const prompt = trace.prompt?.messages.map(({ content }) => content).join('\n') ?? '';
    const found = await owner.client.knowledge.autopsy({ ...ids, question: answer.question, answerId: answer.id, file: 'harn-2.md', quote });
    expect(answer.citations.some((citation) => citation.file === 'harn-2.md')).toBe(false);
    expect(found.stage, found.message).toBe(prompt.includes(quote) ? 'not-used' : 'cut-by-prompt');
  });

  test('the document that it quotes names it backwards', async () => {
    const used = await owner.client.knowledge.documentUse({ projectId: ids.projectId, documentId: answer.citations[0]?.documentId as never });
    expect(used.answers).toMatchObject([{ answerId: answer.id, question: answer.question }]);
    expect(used.ifDeleted).toContain('1 answer that quotes it goes stale');
  });

  test('an answer without a trace says so', async () => {
    await expect(owner.client.knowledge.why({ projectId: ids.projectId, answerId: ids.projectId })).rejects.toMatchObject({ code: 'ANSWER_NOT_FOUND' });
  });
});
