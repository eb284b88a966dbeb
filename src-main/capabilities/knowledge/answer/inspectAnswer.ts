import { answerTokens, hasNegation } from './answerTokens.ts';

/** What is wrong with a model's text as an answer, whatever it says. */
export type Flaw = 'empty' | 'repeats' | 'copies-prompt' | 'refuses';

const LOOP_WORDS = 60;
const REFUSAL =
  /\b(?:(?:documents?|passages?|texts?|information|context)\b[^.]{0,40}\b(?:do(?:es)?|did|is|are|was|were)(?:n['’]t| not)\b[^.]{0,30}\b(?:say|mention|contain|specif|provide|include|state|answer|cover|give|discuss|describe)|not (?:mentioned|specified|provided|stated|stated|given|found|contained) (?:in|by) the (?:text|passages?|documents?|context)|(?:no|not enough) information|i (?:do not|don['’]t) know|i(?:'m| am) (?:sorry|not able|unable|not sure)|(?:cannot|can['’]t|unable to) (?:answer|find|determine|provide))\b/i;

/** Takes off what weak models write around an answer: "Answer:", "Based on the text above, …", marks of the prompt. */
export function cleanAnswer(text: string): string {
  let clean = text.replace(/^\s*(?:\*\*)?(?:final )?answer(?:\*\*)?\s*[:：]\s*(?:\*\*)?/i, '').trim();
  clean = clean.replace(/^(?:based on|according to) (?:the |this )?(?:provided |given |above )?(?:text|passages?|information|context|documents?)(?: (?:provided|above|given))?,?\s*/i, '');
  // Markers of passages that the model copied: citations are computed, never taken from it.
  clean = clean.replace(/\s+\[(?:passage\s*)?\d{1,2}\](?=[\s.,;:!?]|$)/gi, '');
  return clean.charAt(0).toLocaleUpperCase() === clean.charAt(0) ? clean : capitalised(clean, text);
}

/** Only where something before it was taken off: `argparse` must not become `Argparse`. */
function capitalised(clean: string, before: string): string {
  return before.trim().startsWith(clean.slice(0, 12)) ? clean : clean.charAt(0).toLocaleUpperCase() + clean.slice(1);
}

/** Null when the text can be an answer. `question` and `instruction` are what a weak model parrots. */
export function flawOf(text: string, prompt: { question: string; instruction: string }): Flaw | null {
  const words = text.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0 || answerTokens(text).length === 0) return 'empty';
  if (isLooping(text)) return 'repeats';
  if (REFUSAL.test(text.slice(0, 300))) return 'refuses';
  if (sameWords(text, prompt.question) || (words.length > 3 && prompt.instruction.includes(text.trim()))) return 'copies-prompt';
  return null;
}

/** True once a text runs in circles; asked while it streams, so that a stuck model is stopped early. */
export function isLooping(text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length < LOOP_WORDS / 2) return endsInStutter(words);
  const tail = words.slice(-LOOP_WORDS);
  const triples = new Set(tail.slice(2).map((word, at) => `${tail[at]} ${tail[at + 1]} ${word}`));
  return triples.size < tail.length * 0.45 || endsInStutter(words);
}

/** The same one to four words five times at the end. */
function endsInStutter(words: readonly string[]): boolean {
  for (let length = 1; length <= 4; length += 1) {
    if (words.length < length * 5) return false;
    const last = words.slice(-length).join(' ');
    const all = Array.from({ length: 5 }, (_, at) => words.slice(words.length - length * (at + 1), words.length - length * at).join(' '));
    if (all.every((each) => each === last)) return true;
  }
  return false;
}

/** A question given back, or its premise as a statement: "The heap is empty." Yes, no and a negation are answers. */
function sameWords(text: string, question: string): boolean {
  const said = answerTokens(text).map((token) => token.key);
  const asked = new Set(answerTokens(question).map((token) => token.key));
  if (!said.every((key) => asked.has(key))) return false;
  return /\?\s*$/.test(text.trim()) || !(/^\W*(?:yes|no)\b/i.test(text) || hasNegation(text) || /^\s*(?:is|are|was|were|do|does|did|can|may|must|should|will|has|have)\b/i.test(question));
}
