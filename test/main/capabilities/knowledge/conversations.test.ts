import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveAnswer } from '../../../../src-main/capabilities/knowledge/answerStore.ts';
import { uuidv7 } from '../../../../src-main/base/uuid.ts';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
beforeEach(async () => void (project = await projectOverFakes()));
afterEach(() => project.close());

describe('the history of conversations', () => {
  it('has every one of 2,500, newest first, each once, also those of one millisecond, and opens the oldest', async () => {
    const knowledgeId = await project.base();
    const ids = Array.from({ length: 2_500 }, () => uuidv7());
    await Promise.all(ids.map((id, number) => {
      const answer = { id: uuidv7(), conversationId: id, question: `Question ${number}`, state: 'done', citations: [], createdAtMs: number } as never;
      // Ten share each millisecond, so that the end of a page falls among equals.
      return project.open.database.run(saveAnswer, { answer, knowledgeId, atMs: Math.floor(number / 10), modelDigest: null });
    }));
    const listed = await project.open.knowledge.asking.conversations(knowledgeId);
    expect(new Set(listed.map((conversation) => conversation.id))).toEqual(new Set(ids));
    expect(listed).toHaveLength(2_500);
    expect(listed.map((conversation) => conversation.updatedAtMs)).toEqual(listed.map((conversation) => conversation.updatedAtMs).toSorted((a, b) => b - a));
    const oldest = await project.open.knowledge.asking.conversation(ids[0] ?? '');
    expect(oldest.conversation.title).toBe('Question 0');
    expect(oldest.answers).toHaveLength(1);
    expect(await project.open.knowledge.asking.conversations(uuidv7())).toEqual([]);
  });
});
