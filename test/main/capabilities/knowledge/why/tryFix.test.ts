import { afterEach, expect, test } from 'vitest';
import { type AutopsyFix, FixTrial } from '../../../../../src-main/contract/why.ts';
import type { ParseRequest, ParseResult } from '../../../../../src-main/runtimes/types.ts';
import { parsePlain, projectOverFakes, type FakeParts, type FakeProject } from '../../../../helpers/projectOverFakes.ts';

let project: FakeProject;
afterEach(() => project.close());

const call = { signal: new AbortController().signal };
const QUOTE = 'The zebra number 8 sleeps in the red barn.';

/** As the plain reader, with a block a line: quotes are taken from blocks. */
async function parseBlocks(request: ParseRequest): Promise<ParseResult> {
  const result = await parsePlain(request);
  return { ...result, document: { ...result.document, blocks: (result.chunks ?? []).map(({ start, end }) => ({ kind: 'paragraph' as const, start, end })) } };
}

/** Eight notes; the one that is looked for says its word least often, so it is the last of them. */
async function start(parts: FakeParts): Promise<void> {
  project = await projectOverFakes({ parse: parseBlocks, ...parts });
  for (let at = 1; at < 8; at += 1) project.note(`${at}.txt`, `The zebra number ${at} sees a zebra beside a zebra in house ${at}.`);
  project.note('8.txt', QUOTE);
  const { result } = await project.ingest('all');
  await project.open.jobs.wait(result?.['embedJob'] as never);
}

async function attempt(fix: AutopsyFix): Promise<FixTrial> {
  const place = { projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never };
  const { job } = await project.open.handlers.knowledge.tryFix({ ...place, question: 'zebra', file: '8.txt', quote: QUOTE, fix }, call);
  const ended = await project.open.jobs.wait(job);
  expect(ended.error).toBeNull();
  return FixTrial.parse(ended.result);
}

/** A model of this many tokens of context; a word is a token. */
const writer = (contextTokens: number): NonNullable<FakeParts['text']> => ({
  load: async () => ({ contextTokens, architecture: 'test', parameters: 7e9 }),
  countTokens: async (_, messages) => messages.reduce((sum, { content }) => sum + content.split(/\s+/).length, 0),
});

const more = (passages: number): AutopsyFix => ({ kind: 'more-passages', title: 'More', command: null, settings: { passages } });

test('more passages are measured on the prompt as it is cut to the model, not on what is found alone', async () => {
  await start({ text: writer(1_000) });
  expect(await attempt(more(6))).toMatchObject({ passageRank: 8, prompt: { holds: false, contextTokens: 1_000 } });
  expect(await attempt(more(8))).toMatchObject({ passageRank: 8, prompt: { holds: true, passages: 8 } });
});

test('a prompt that has to be cut to the model does not hold the last passage, however many it is made from', async () => {
  await start({ text: writer(400) });
  const { passageRank, prompt } = await attempt(more(8));
  expect([passageRank, prompt?.holds]).toEqual([8, false]);
  expect(prompt?.tokens).toBeLessThan(400 - 256);
  expect(prompt?.passages).toBeLessThan(8);
});

test('another index is measured on a candidate whose vectors are complete; what serves stays', async () => {
  await start({});
  const place = { projectId: project.open.file.id as never, knowledgeId: (await project.base()) as never };
  const before = await project.open.handlers.knowledge.snapshots(place, call);
  expect(await attempt({ kind: 'reindex', title: 'Smaller', command: null, settings: { maxTokens: 128 } })).toMatchObject({ passageRank: 8, prompt: null });
  const after = await project.open.handlers.knowledge.snapshots(place, call);
  expect(after.map(({ state, maxTokens, vectors }) => [state, maxTokens, vectors.state])).toEqual(expect.arrayContaining([['serving', 256, 'complete'], ['ready', 128, 'complete']]));
  expect(after.find(({ state }) => state === 'serving')?.id).toBe(before[0]?.id);
  // The candidate was asked by its vectors too.
  expect(project.index.asked.at(-1)?.deep).toBeDefined();
});
