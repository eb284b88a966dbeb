import { answerTokens } from './answerTokens.ts';

export interface Turn {
  readonly question: string;
  readonly answer: string;
}

const OPENERS = /^\s*(?:and|but|so|also|then|ok(?:ay)?|what about|how about|why(?: not)?|really|for example|e\.g|such as|und|aber|was ist mit)\b/i;
/** Words that stand for something said before. `it is` in "is it possible to" is told apart below. */
const POINTERS = /\b(?:it|its|they|them|their|theirs|this|that|these|those|there|he|she|him|her|one|ones|former|latter|same|else|instead|above|previous|second|other)\b/i;
const EMPTY_SUBJECT = /\b(?:is it (?:possible|safe|ok|okay|allowed|necessary|true|recommended)|does it (?:matter|make sense)|that (?:is|are|has|have|can|will|was|were)\b|is there|are there|there (?:is|are))/gi;
const TURNS_BACK = 3;
const CARRIED = 8;
const FEW_WORDS = 3;

/**
 * The search query for a question that may only make sense after the ones before it: "And how do I close it?" gets the
 * words of what was spoken about. A question that stands by itself is returned as it is.
 */
export function standaloneQuestion(question: string, history: readonly Turn[]): string {
  if (history.length === 0 || !isFollowUp(question)) return question;
  const own = new Set(answerTokens(question).map((token) => token.key));
  const carried: string[] = [];
  for (const turn of history.slice(-TURNS_BACK).reverse()) {
    for (const term of termsOf(turn)) {
      if (own.has(term.key)) continue;
      own.add(term.key);
      carried.push(term.raw);
    }
    // A turn that stood by itself names what it is about: nothing older is meant.
    if (!isFollowUp(turn.question) && carried.length > 0) break;
  }
  return carried.length === 0 ? question : `${question.trim()} (${carried.slice(0, CARRIED).join(' ')})`;
}

/** True when the question leans on what was said before: a pronoun, an opening like "and", or hardly a word of its own. */
export function isFollowUp(question: string): boolean {
  const content = answerTokens(question);
  if (content.some((token) => token.kind === 'identifier') && !OPENERS.test(question)) return POINTERS.test(question.replace(EMPTY_SUBJECT, ' ')) && content.length < FEW_WORDS;
  if (OPENERS.test(question)) return true;
  if (POINTERS.test(question.replace(EMPTY_SUBJECT, ' '))) return true;
  return content.length < FEW_WORDS - 1;
}

/** What a turn was about: all content words of its question, and the names in its answer. */
function termsOf(turn: Turn): { key: string; raw: string }[] {
  const asked = answerTokens(turn.question).filter((token) => token.kind !== 'number');
  const named = answerTokens(turn.answer.slice(0, 600)).filter((token) => token.kind === 'identifier');
  return [...asked, ...named.slice(0, 3)];
}
