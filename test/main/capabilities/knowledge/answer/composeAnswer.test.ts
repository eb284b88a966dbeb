import { describe, expect, it } from 'vitest';
import type { ParsedDocument } from '../../../../../src-main/contract/document.ts';
import type { PassageResult } from '../../../../../src-main/contract/knowledge.ts';
import { composeAnswer, type AnswerDeps, type AnswerDraft, type AnswerInput } from '../../../../../src-main/capabilities/knowledge/answer/composeAnswer.ts';
import type { AskedModel } from '../../../../../src-main/capabilities/knowledge/answer/answerTypes.ts';
import { quoteInText } from '../../../../../src-main/capabilities/knowledge/answer/quoteInText.ts';
import { AppError } from '../../../../../src-main/base/appError.ts';
import { documentOf } from './documentOf.ts';

const lighthouse = documentOf([
  ['heading', 'The lighthouse of Harn'],
  ['paragraph', 'The lighthouse of Harn was built in 1821 by the harbour guild. It is 34 metres high and painted red. Visitors may not climb the tower in winter.'],
  ['paragraph', 'The keeper lives in the house below. Bread is delivered twice a week by boat.'],
]);
const harbour = documentOf([
  ['heading', 'The harbour'],
  ['paragraph', 'Ships wait for the pilot outside of the bay. The harbour fee is 12 crowns for each day.'],
]);
const documents: Record<string, ParsedDocument> = { l: lighthouse, h: harbour };

function passage(id: string, changes: Partial<PassageResult> = {}): PassageResult {
  const document = documents[id] as ParsedDocument;
  return { documentId: id as PassageResult['documentId'], chunkId: `${id}0`, file: `${id}.md`, page: null, title: document.title, headings: [], text: document.text, start: 0, end: document.text.length, score: 1, ranks: { text: 1, vector: 1, deep: null, fused: 1, ranked: 1 }, aliases: [], ...changes };
}

interface World {
  readonly says: string;
  readonly contextTokens?: number;
  readonly fail?: Error;
}

function depsOf(world: World): AnswerDeps & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    contextTokens: world.contextTokens ?? 2_000,
    countTokens: async (messages) => messages.reduce((sum, message) => sum + message.content.split(/\s+/).length, 0),
    async generate(request, options) {
      asked.push(request.messages.map((message) => message.content).join('\n'));
      if (world.fail) throw world.fail;
      for (const word of world.says.match(/\S+\s*/g) ?? []) {
        options.onText?.(word);
        await Promise.resolve();
        options.signal?.throwIfAborted();
      }
      return { text: world.says, promptTokens: 40, generatedTokens: 9, stopped: 'end', timingsMs: { load: 1, prompt: 2, generate: 3 } };
    },
    // Words in common: enough for a test of what is done with it.
    similarity: async (texts, others) => Float32Array.from(texts.flatMap((text) => others.map((other) => overlap(text, other)))),
    documentOf: async (id) => ({ parsedDigest: 'a'.repeat(64), document: documents[id] as ParsedDocument }),
  };
}

function overlap(a: string, b: string): number {
  const left = new Set(a.toLowerCase().match(/\w+/g) ?? []);
  const right = new Set(b.toLowerCase().match(/\w+/g) ?? []);
  return [...left].filter((word) => right.has(word)).length / Math.max(1, Math.sqrt(left.size * right.size));
}

const QUESTION = 'How high is the lighthouse of Harn?';
const inputOf = (changes: Partial<AnswerInput> = {}): AnswerInput => ({ question: QUESTION, standalone: changes.question ?? QUESTION, history: [], passages: [passage('l'), passage('h')], confidence: 0.9, answerable: true, maxTokens: 60, seed: 1, signal: new AbortController().signal, onText: () => undefined, ...changes });

async function compose(says: string, changes: Partial<AnswerInput> = {}): Promise<AnswerDraft> {
  return composeAnswer(depsOf({ says }), inputOf(changes));
}

function expectSound(draft: AnswerDraft): void {
  for (const citation of draft.citations) {
    const document = documents[citation.documentId] as ParsedDocument;
    expect(document.text.slice(citation.start, citation.end)).toBe(citation.quote);
    expect(quoteInText(citation.quote, document.text)).toBe(true);
  }
  const numbers = draft.citations.map((citation) => citation.number);
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  for (const sentence of draft.sentences) for (const number of sentence.citations) expect(numbers).toContain(number);
}

describe('an answer', () => {
  it('tells what the model was asked, to the letter, and what it wrote, also when that is replaced', async () => {
    const asked: AskedModel[] = [];
    const draft = await compose('The moon is made of cheese and costs 900 crowns.', { onAsked: (one) => void asked.push(one) });
    expect(draft).toMatchObject({ by: 'passages', rejected: 'unsupported' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ written: 'The moon is made of cheese and costs 900 crowns.', request: { seed: 1, temperature: 0, maxTokens: 60 }, passages: [0] });
    expect(asked[0]?.request.messages[0]?.content).toContain('It is 34 metres high');
  });

  it('is the model’s when the passages carry it, each sentence with its quote', async () => {
    const draft = await compose('The lighthouse of Harn is 34 metres high.');
    expect(draft).toMatchObject({ by: 'model', abstained: false, note: null, text: 'The lighthouse of Harn is 34 metres high.', inPrompt: 1, promptTokens: 40, generatedTokens: 9 });
    expect(draft.citations).toMatchObject([{ number: 1, file: 'l.md', quote: expect.stringContaining('It is 34 metres high and painted red.'), parsedDigest: 'a'.repeat(64) }]);
    expectSound(draft);
  });

  it('marks the sentence that no passage carries, and says so', async () => {
    const draft = await compose('The lighthouse of Harn is 34 metres high and painted red. It has a café.');
    expect(draft.sentences.map((sentence) => sentence.supported)).toEqual([true, false]);
    expect(draft).toMatchObject({ by: 'model', note: expect.stringContaining('One sentence') });
    expect(draft.sentences.map((sentence) => sentence.text + sentence.after).join('')).toBe(draft.text);
    expectSound(draft);
  });

  it.each([
    ['a changed number', 'The lighthouse of Harn is 43 metres high.', /stands in the passages/, 'unsupported'],
    ['a changed name', 'It is 34 leagues under and painted by AnnaMoor_1.', /passages/, 'unsupported'],
    ['nothing', '', /wrote nothing/, 'empty'],
    ['the question again', 'How high is the lighthouse of Harn?', /repeated the question/, 'copies-prompt'],
    ['a loop', 'high high high '.repeat(40), /in circles/, 'repeats'],
    ['something true that was not asked', 'Bread is delivered twice a week by boat.', /something else/, 'beside'],
    ['no quantity where one was asked for', 'The lighthouse of Harn is painted red.', /named none/, 'beside'],
    ['a refusal', 'The text does not say how high it is.', /found no answer/, 'refuses'],
  ])('is made of the passages when the model wrote %s', async (_what, says, note, rejected) => {
    const draft = await compose(says);
    expect(draft).toMatchObject({ by: 'passages', abstained: false, note: expect.stringMatching(note), rejected, promptTokens: expect.any(Number) });
    expect(draft.text).toContain('It is 34 metres high and painted red.');
    expect(draft.sentences.every((sentence) => sentence.supported && sentence.citations.length === 1)).toBe(true);
    expectSound(draft);
  });

  it('stops a model that runs in circles before it has written all', async () => {
    let written = 0;
    const draft = await compose('round and round '.repeat(500), { onText: (text) => (written += text.length) });
    expect(draft.by).toBe('passages');
    expect(written).toBeLessThan(1_500);
  });

  it.each([
    ['the search says that it is not answerable', { answerable: false, confidence: 0.1 }, /0\.10/],
    ['nothing was found', { passages: [], confidence: 0 }, /No passage/],
    ['what is asked about stands nowhere', { question: 'What does harn_tower_v2() return?' }, /harn_tower_v2/],
    ['no sentence is near the question', { question: 'Which fertiliser suits tomatoes best?', confidence: 0.3 }, /do not seem to hold/],
  ])('is not given when %s, and the model is not asked', async (_why, changes, note) => {
    const deps = depsOf({ says: 'The lighthouse is 34 metres high.' });
    const draft = await composeAnswer(deps, inputOf(changes));
    expect(draft).toMatchObject({ abstained: true, by: 'passages', sentences: [], note: expect.stringMatching(note), promptTokens: null });
    expect(draft).not.toHaveProperty('rejected');
    expect(deps.asked).toEqual([]);
    expectSound(draft);
  });

  it('believes a model that finds nothing where the search has doubts too', async () => {
    expect(await compose('The text does not say.', { confidence: 0.65 })).toMatchObject({ abstained: true });
  });

  it('gives an error of the model’s process on, and the signal’s own reason', async () => {
    const died = new AppError('RUNTIME_EXITED', 'The llama process stopped');
    await expect(composeAnswer(depsOf({ says: '', fail: died }), inputOf())).rejects.toBe(died);
    const abort = new AbortController();
    const stopped = new Error('stopped by the user');
    await expect(compose('one two three four', { signal: abort.signal, onText: () => abort.abort(stopped) })).rejects.toBe(stopped);
  });

  it('streams the model’s words as they come and reports where the time went', async () => {
    let streamed = '';
    const draft = await compose('The lighthouse of Harn is 34 metres high.', { onText: (text) => (streamed += text) });
    expect(streamed).toBe('The lighthouse of Harn is 34 metres high.');
    expect(Object.keys(draft.timingsMs).sort()).toEqual(['align', 'fit', 'generate', 'load', 'prompt', 'read']);
  });

  it('shows passages when the question alone is longer than the context', async () => {
    const draft = await composeAnswer(depsOf({ says: 'x', contextTokens: 80 }), inputOf({ question: `${QUESTION} ${'really '.repeat(100)}`, standalone: QUESTION }));
    expect(draft).toMatchObject({ by: 'passages', abstained: false, note: expect.stringMatching(/question alone takes/) });
  });

  it('gives larger models whole passages with their titles', async () => {
    const deps = { ...depsOf({ says: 'The lighthouse of Harn is 34 metres high.' }), parameters: 3_000_000_000 };
    await composeAnswer(deps, inputOf());
    expect(deps.asked[0]).toContain('[1] The lighthouse of Harn');
    expect(deps.asked[0]).toContain('built in 1821');
  });
});
