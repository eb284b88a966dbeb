import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../../../../src-main/base/uuid.ts';
import { answerTraces, traceOfAnswer, removeConversation, saveAnswer } from '../../../../../src-main/capabilities/knowledge/answerStore.ts';
import { saveBase } from '../../../../../src-main/capabilities/knowledge/knowledgeStore.ts';
import { useOfDocument } from '../../../../../src-main/capabilities/knowledge/why/useStore.ts';
import type { Database } from '../../../../../src-main/storage/database.ts';
import { openTestDatabase } from '../../../../helpers/openTestDatabase.ts';

const FORM = 'a'.repeat(64);
const OLDER = 'b'.repeat(64);
let database: Database;
let knowledgeId: string;
beforeEach(async () => {
  database = await openTestDatabase();
  knowledgeId = uuidv7();
  await database.run(saveBase, { id: knowledgeId, slug: 'notes', name: 'Notes', sources: [], maxTokens: 256, embedder: 'all-minilm-l6-v2', atMs: 1 } as never);
});
afterEach(() => database.close());

async function answered(cited: readonly [documentId: string, form: string][], more: { atMs: number; trace?: string }): Promise<{ id: string; conversationId: string }> {
  const answer = { id: uuidv7(), conversationId: uuidv7(), question: `At ${more.atMs}?`, state: 'done', citations: cited.map(([documentId, parsedDigest]) => ({ documentId, parsedDigest })), createdAtMs: more.atMs };
  await database.run(saveAnswer, { answer: answer as never, knowledgeId, atMs: more.atMs, modelDigest: null, ...(more.trace === undefined ? {} : { trace: more.trace }) });
  return answer;
}

const use = (documentId: string, limit = 100) => database.run(useOfDocument, { documentId, limit });

describe('what depends on a document', () => {
  test('is every answer that cites any form of it, newest first, with how often, and no other', async () => {
    await answered([['d1', FORM], ['d1', FORM], ['d2', FORM]], { atMs: 10 });
    await answered([['d1', OLDER]], { atMs: 20 });
    await answered([['d2', FORM]], { atMs: 30 });
    const found = await use('d1');
    expect(found.answers.map(({ question, citations }) => [question, citations])).toEqual([['At 20?', 1], ['At 10?', 2]]);
    expect(found.answerCount).toBe(2);
    expect((await use('d1', 1)).answerCount).toBe(2);
    expect((await use('d3')).answers).toEqual([]);
  });

  test('is not what a deleted conversation holds, and follows an answer that is saved again', async () => {
    const { id, conversationId } = await answered([['d1', FORM]], { atMs: 10 });
    await database.run(saveAnswer, { answer: { id, conversationId, question: 'At 10?', state: 'done', citations: [{ documentId: 'd2', parsedDigest: FORM }], createdAtMs: 10 } as never, knowledgeId, atMs: 11, modelDigest: null });
    expect((await use('d1')).answerCount).toBe(0);
    expect((await use('d2')).answerCount).toBe(1);
    await database.run(removeConversation, { id: conversationId, atMs: 12, undoId: uuidv7() });
    expect((await use('d2')).answerCount).toBe(0);
  });
});

describe('how an answer came about', () => {
  test('stays named when the answer is saved again', async () => {
    const first = await answered([], { atMs: 10, trace: FORM });
    await database.run(saveAnswer, { answer: { ...first, question: 'At 10?', state: 'done', citations: [], createdAtMs: 10, feedback: 'right' } as never, knowledgeId, atMs: 11, modelDigest: null });
    expect(await database.run(traceOfAnswer, first.id)).toEqual({ trace: FORM });
    const second = await answered([], { atMs: 20 });
    expect(await database.run(traceOfAnswer, second.id)).toEqual({ trace: null });
    expect(await database.run(answerTraces, undefined)).toEqual([FORM]);
    expect(await database.run(traceOfAnswer, uuidv7())).toBeNull();
  });
});
