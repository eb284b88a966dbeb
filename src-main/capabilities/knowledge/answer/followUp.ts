import { answerTokens } from './answerTokens.ts';

export interface Turn {
  readonly question: string;
  readonly answer: string;
}

const OPENERS = /^\s*(?:and|but|so|also|then|ok(?:ay)?|what about|how about|what if|compared (?:to|with)|or|instead|why(?: not)?|really|for example|e\.g|such as|und|aber|was ist mit)\b/i;
/** Words that stand for something said before. `it is` in "is it possible to" is told apart below. */
const POINTERS = /\b(?:it|its|they|them|their|theirs|this|that|these|those|there|he|she|him|her|one|ones|former|latter|same|else|instead|above|previous|second|other)\b/i;
const EMPTY_SUBJECT = /\b(?:is it (?:possible|safe|ok|okay|allowed|necessary|true|recommended)|does it (?:matter|make sense)|that (?:is|are|has|have|can|will|was|were)\b|is there|are there|there (?:is|are))/gi;
/** Asks yes or no of something that needs no name any more: "Is a badge needed?" */
const YES_OR_NO = /^\s*(?:is|are|was|were|do|does|did|can|could|may|must|should|will|has|have)\b/i;
/** Several things that were named last, mostly in the answer. */
const SEVERAL = /\b(?:ones|they|them|those|these)\b/i;
/** An answer of a few words names what it speaks of; of a longer one nobody knows which. */
const SHORT_ANSWER = 4;
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
    for (const term of termsOf(turn, SEVERAL.test(question) && turn === history.at(-1))) {
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
  return content.length < FEW_WORDS - 1 || (content.length < FEW_WORDS && YES_OR_NO.test(question));
}

/** What a turn was about: all content words of its question, the names in its answer, and of a short one all words where several things are meant. */
function termsOf(turn: Turn, withAnswer: boolean): { key: string; raw: string }[] {
  const asked = answerTokens(turn.question).filter((token) => token.kind !== 'number');
  const answered = answerTokens(turn.answer.slice(0, 600));
  const named = answered.filter((token) => token.kind === 'identifier').slice(0, 3);
  const said = withAnswer && answered.length <= SHORT_ANSWER ? answered.filter((token) => token.kind === 'word') : [];
  return [...said, ...asked, ...named];
}
