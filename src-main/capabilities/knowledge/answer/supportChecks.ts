import { answerTokens, deniedKeys, hasNegation, stem, type AnswerToken } from './answerTokens.ts';

/** Why a quote does not carry a sentence although the words are alike. */
export type Objection = 'number' | 'identifier' | 'negation' | 'contrast' | 'mixed-numbers';

/** Words that turn a statement round: one of them in the sentence must stand in the quote as well. */
const CONTRASTS = new Set(
  'true false enabled disabled enable disable minimum maximum min max lowest highest lower higher least most less fewer first last oldest newest largest smallest larger smaller greater longest shortest before after above below always optional required mandatory increase decrease read write input output synchronous asynchronous mutable immutable ascending descending left right client server allowed forbidden deprecated removed odd even positive negative'.split(' '),
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
  if (unitSwapped(said, quoted)) return 'number';
  if (said.some((token) => token.kind === 'identifier' && !carries(token, { said, quoted, context, question }))) return 'identifier';
  if (nameSwapped(said, quoted) || namesAnother(said, { quote, context, question })) return 'identifier';
  if (said.some((token) => CONTRASTS.has(token.raw.toLowerCase()) && !held.has(token.key))) return 'contrast';
  if (negationDiffers(sentence, quote) || isTheException(sentence, quote)) return 'negation';
  return numbersMixedUp(said, quoted) ? 'mixed-numbers' : null;
}

/** One row for each unit: its spellings. */
const UNITS = new Map(
  ['millisecond ms msec', 'microsecond us µs', 'second sec secs', 'minute min mins', 'hour hr hrs', 'day', 'week', 'month', 'year', 'bit', 'byte', 'kilobyte kb', 'megabyte mb', 'gigabyte gb', 'terabyte tb', 'kib', 'mib', 'gib', 'tib', 'hz', 'khz', 'mhz', 'ghz', 'mm', 'cm', 'km', 'metre meter', 'bar', 'psi', 'volt', 'watt', 'kw'].flatMap(
    (row, unit) => row.split(' ').map((word) => [stem(word), unit] as const),
  ),
);

/** "10 MB" is not "10 GB": a number with a unit, which the quote has with other units only. */
function unitSwapped(said: readonly AnswerToken[], quoted: readonly AnswerToken[]): boolean {
  const unitAfter = (tokens: readonly AnswerToken[], at: number): number | undefined => UNITS.get(tokens[at + 1]?.key ?? '');
  return said.some((token, at) => {
    const unit = unitAfter(said, at);
    if (token.kind !== 'number' || unit === undefined) return false;
    const units = quoted.flatMap((each, place) => (each.key === token.key ? [unitAfter(quoted, place)] : []));
    return units.length > 0 && units.every((each) => each !== undefined && each !== unit);
  });
}

/** `3` of `3.11` is not the same number, but `10` is in `10%` and in `10ms`. */
function numberInside(token: AnswerToken, quoted: readonly AnswerToken[]): boolean {
  return quoted.some(({ key, kind }) => (kind === 'identifier' && new RegExp(`(?:^|\\D)${escape(token.key)}(?:\\D|$)`).test(key)) || key === `${token.key}%`);
}

/**
 * A name is carried by the quote; or, where the quote names nothing else instead, by what it speaks about.
 * "It returns a list" under the heading `os.listdir` carries "os.listdir returns a list".
 */
function carries(token: AnswerToken, texts: { said: readonly AnswerToken[]; quoted: readonly AnswerToken[]; context: string; question: string }): boolean {
  if (texts.quoted.some((each) => sameName(each.key, token.key))) return true;
  const about = texts.context.toLowerCase();
  const last = lastPart(token.key);
  if (answerTokens(texts.question).some(({ key }) => sameName(key, token.key))) return about.includes(last);
  const namesOther = texts.quoted.some((each) => each.kind === 'identifier' && !texts.said.some(({ key }) => sameName(key, each.key)));
  return !namesOther && about.includes(token.key);
}

/** A word of the sentence stands where the quote has a name: same neighbour on one side, and neither is in the other text. */
function nameSwapped(said: readonly AnswerToken[], quoted: readonly AnswerToken[]): boolean {
  const saidKeys = new Set(said.map((token) => token.key));
  const quotedKeys = new Set(quoted.map((token) => token.key));
  return said.some((token, at) => {
    if (quotedKeys.has(token.key)) return false;
    const places = quoted.flatMap((each, place) => (each.kind === 'identifier' && !saidKeys.has(each.key) ? [place] : []));
    return places.some((place) => sameKey(said[at - 1], quoted[place - 1]) || sameKey(said[at + 1], quoted[place + 1]));
  });
}

/** Asked about one name, it speaks of another, from a place that does not mention the one: `LATHE_HOME` is not `LATHE_TEXT_MODEL`. */
function namesAnother(said: readonly AnswerToken[], { quote, context, question }: { quote: string; context: string; question: string }): boolean {
  const asked = answerTokens(question).filter(({ kind, raw }) => kind === 'identifier' && raw.includes('_'));
  const about = `${quote}\n${context}`.toLowerCase();
  if (asked.length === 0 || asked.some(({ key }) => about.includes(key))) return false;
  return said.some(({ kind, raw, key }) => kind === 'identifier' && raw.includes('_') && !asked.some((name) => sameName(name.key, key)));
}

function sameKey(a: AnswerToken | undefined, b: AnswerToken | undefined): boolean {
  return a !== undefined && b !== undefined && a.key === b.key;
}

function sameName(held: string, wanted: string): boolean {
  return held === wanted || lastPart(held) === lastPart(wanted);
}

function lastPart(key: string): string {
  return key.split(/\.|::|->/).at(-1) ?? key;
}

const EXCEPTION = /\b(?:unless|except)\b/i;

/** "Warns when it freezes anything unless it is a bounce" does not carry "it freezes bounces": what is excepted is taken for the rule. */
function isTheException(sentence: string, quote: string): boolean {
  const found = EXCEPTION.exec(quote);
  if (!found || EXCEPTION.test(sentence) || hasNegation(sentence)) return false;
  const clause = quote.slice(found.index + found[0].length).split(/[.;]\s/, 1)[0] ?? '';
  const rest = quote.slice(0, found.index) + quote.slice(found.index + found[0].length + clause.length);
  const ruled = new Set(answerTokens(rest).map((token) => token.key));
  const said = new Set(answerTokens(sentence).map((token) => token.key));
  return answerTokens(clause).some(({ key }) => said.has(key) && !ruled.has(key));
}

/** A word that both use is denied by one of them only. */
function negationDiffers(sentence: string, quote: string): boolean {
  const saidDenied = deniedKeys(sentence);
  const quoteDenied = deniedKeys(quote);
  if (hasNegation(sentence) && !hasNegation(quote)) return true;
  const said = new Set(answerTokens(sentence).map((token) => token.key));
  const held = new Set(answerTokens(quote).map((token) => token.key));
  return [...saidDenied].some((key) => held.has(key) && !quoteDenied.has(key)) || [...quoteDenied].some((key) => said.has(key) && !saidDenied.has(key));
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
