import { answerTokens, deniedKeys, hasNegation, type AnswerToken } from './answerTokens.ts';

/** Why a quote does not carry a sentence although the words are alike. */
export type Objection = 'number' | 'identifier' | 'negation' | 'contrast' | 'mixed-numbers';

/** Words that turn a statement round: one of them in the sentence must stand in the quote as well. */
const CONTRASTS = new Set(
  'true false enabled disabled enable disable minimum maximum min max lowest highest least most before after always optional required mandatory increase decrease read write synchronous asynchronous mutable immutable ascending descending left right client server allowed forbidden deprecated removed'.split(' '),
);

export interface CheckedTexts {
  readonly sentence: string;
  readonly quote: string;
  /** Headings, title and the lines right before the quote: what it is about. Carries identifiers, never numbers. */
  readonly context: string;
  /** What the reader asked; an identifier from there need only be in the context. */
  readonly question: string;
}

/** The first thing in the sentence that the quote does not carry; null when nothing is objected to. */
export function objectionTo({ sentence, quote, context, question }: CheckedTexts): Objection | null {
  const said = answerTokens(sentence);
  const quoted = answerTokens(quote);
  const held = new Set(quoted.map((token) => token.key));
  if (said.some((token) => token.kind === 'number' && !held.has(token.key) && !numberInside(token, quoted))) return 'number';
  if (said.some((token) => token.kind === 'identifier' && !carries(token, { quoted, context, question }))) return 'identifier';
  if (said.some((token) => CONTRASTS.has(token.raw.toLowerCase()) && !held.has(token.key))) return 'contrast';
  if (negationDiffers(sentence, quote)) return 'negation';
  return numbersMixedUp(said, quoted) ? 'mixed-numbers' : null;
}

/** `3` of `3.11` is not the same number, but `10` is in `10%` and in `10ms`. */
function numberInside(token: AnswerToken, quoted: readonly AnswerToken[]): boolean {
  return quoted.some(({ key, kind }) => (kind === 'identifier' && new RegExp(`(?:^|\\D)${escape(token.key)}(?:\\D|$)`).test(key)) || key === `${token.key}%`);
}

function carries(token: AnswerToken, texts: { quoted: readonly AnswerToken[]; context: string; question: string }): boolean {
  const last = lastPart(token.key);
  if (texts.quoted.some(({ key }) => key === token.key || lastPart(key) === last || key.split(/[._-]/).includes(last))) return true;
  const asked = answerTokens(texts.question).some(({ key }) => key === token.key || lastPart(key) === last);
  const about = texts.context.toLowerCase();
  return asked ? about.includes(last) : about.includes(token.key) && about.includes(last);
}

function lastPart(key: string): string {
  return key.split(/\.|::|->/).at(-1) ?? key;
}

function negationDiffers(sentence: string, quote: string): boolean {
  const deniedBySentence = deniedKeys(sentence);
  const deniedByQuote = deniedKeys(quote);
  if (hasNegation(sentence)) {
    if (!hasNegation(quote)) return true;
    return deniedBySentence.size > 0 && ![...deniedBySentence].some((key) => deniedByQuote.has(key));
  }
  const said = answerTokens(sentence).map((token) => token.key);
  return said.filter((key) => deniedByQuote.has(key)).length >= Math.min(2, Math.max(1, deniedByQuote.size));
}

/**
 * "A is 5 and B is 7" does not carry "A is 7": where a quote has several numbers, the words of the sentence
 * must be nearest to the sentence's number.
 */
function numbersMixedUp(said: readonly AnswerToken[], quoted: readonly AnswerToken[]): boolean {
  const numbers = quoted.flatMap((token, at) => (token.kind === 'number' ? [{ key: token.key, at }] : []));
  const saidNumbers = new Set(said.filter((token) => token.kind === 'number').map((token) => token.key));
  if (saidNumbers.size === 0 || new Set(numbers.map(({ key }) => key)).size < 2) return false;
  let agree = 0;
  let conflict = 0;
  for (const token of said) {
    if (token.kind === 'number') continue;
    const places = quoted.flatMap((each, at) => (each.key === token.key ? [at] : []));
    if (places.length !== 1) continue;
    const distances = numbers.map(({ key, at }) => ({ key, far: Math.abs(at - (places[0] ?? 0)) }));
    const nearest = Math.min(...distances.map(({ far }) => far));
    const nearestKeys = distances.filter(({ far }) => far === nearest).map(({ key }) => key);
    if (nearestKeys.some((key) => saidNumbers.has(key))) agree += 1;
    else conflict += 1;
  }
  return conflict > agree;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
