import { describe, expect, test } from 'vitest';
import { answerTokens } from '../../../../../src-main/capabilities/knowledge/answer/answerTokens.ts';
import { standaloneQuestion } from '../../../../../src-main/capabilities/knowledge/answer/followUp.ts';
import { BESIDE, CONVERSATIONS, type MadeConversation } from './followUpConversations.ts';

/** Where the passage stands among those of all conversations and others that have the words of the questions, by words weighed by how rare they are. */
function placeOf(question: string, wanted: string): number {
  const passages = [...CONVERSATIONS.map(({ passage }) => passage), ...BESIDE].map((passage) => ({ passage, keys: new Set(answerTokens(passage).map(({ key }) => key)) }));
  const rarity = (key: string): number => Math.log(1 + passages.length / (0.5 + passages.filter(({ keys }) => keys.has(key)).length));
  const asked = new Set(answerTokens(question).map(({ key }) => key));
  const score = (keys: ReadonlySet<string>): number => [...asked].reduce((sum, key) => sum + (keys.has(key) ? rarity(key) : 0), 0);
  const own = score(passages.find(({ passage }) => passage === wanted)?.keys ?? new Set());
  // Ties count against it: the index would have to guess.
  return own === 0 ? passages.length : passages.filter(({ passage, keys }) => passage !== wanted && score(keys) >= own).length + 1;
}

const rewritten = ({ said, question }: MadeConversation): string => standaloneQuestion(question, said.map(([asked, answer]) => ({ question: asked, answer })));

describe('a question after others', () => {
  test.each(CONVERSATIONS)('$question is still about $about', (conversation) => {
    for (const word of conversation.about) expect(rewritten(conversation).toLowerCase()).toContain(word);
  });

  test('that stands by itself is searched as it is', () => {
    for (const conversation of CONVERSATIONS.slice(24)) expect(rewritten(conversation)).toBe(conversation.question);
  });

  test('finds its passage first far more often than without what was said before', () => {
    const first = (ask: (conversation: MadeConversation) => string): number => CONVERSATIONS.filter((conversation) => placeOf(ask(conversation), conversation.passage) === 1).length;
    const raw = first(({ question }) => question);
    const led = first(rewritten);
    expect(CONVERSATIONS).toHaveLength(30);
    expect(led, `raw ${raw}, rewritten ${led}`).toBeGreaterThanOrEqual(27);
    expect(led - raw, `raw ${raw}, rewritten ${led}`).toBeGreaterThanOrEqual(10);
  });
});
