import type { Tokenizer } from '@huggingface/tokenizers';

interface Encoded {
  readonly ids: readonly number[];
  readonly types: readonly number[];
}

/** What a tokenizer puts around one text, told from how it encodes a letter; cutting a text must leave these in place. */
export interface SpecialTokens {
  readonly front: readonly number[];
  readonly back: readonly number[];
}

export function specialTokens(tokenizer: Tokenizer): SpecialTokens {
  const body = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const whole = tokenizer.encode('a', { add_special_tokens: true }).ids;
  const at = placeOf(whole, body, 0);
  return { front: whole.slice(0, at), back: whole.slice(at + body.length) };
}

/** How a pair is put together: front A middle B back, with the segment number of each. */
export interface PairTemplate {
  readonly front: Encoded;
  readonly middle: Encoded;
  readonly back: Encoded;
  readonly firstType: number;
  readonly secondType: number;
}

export function pairTemplate(tokenizer: Tokenizer): PairTemplate {
  const first = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const second = tokenizer.encode('b', { add_special_tokens: false }).ids;
  const whole = tokenizer.encode('a', { text_pair: 'b', add_special_tokens: true, return_token_type_ids: true });
  const part = (from: number, to?: number): Encoded => ({ ids: whole.ids.slice(from, to), types: whole.token_type_ids.slice(from, to) });
  const one = placeOf(whole.ids, first, 0);
  const two = placeOf(whole.ids, second, one + first.length);
  return { front: part(0, one), middle: part(one + first.length, two), back: part(two + second.length), firstType: whole.token_type_ids[one] ?? 0, secondType: whole.token_type_ids[two] ?? 0 };
}

/** One pair of at most `maxTokens`: the passage is cut, and the question only where it would take more than half. */
export function joinPair(template: PairTemplate, pair: { readonly question: readonly number[]; readonly passage: readonly number[] }, maxTokens: number): Encoded {
  const { front, middle, back, firstType, secondType } = template;
  const room = Math.max(2, maxTokens - front.ids.length - middle.ids.length - back.ids.length);
  const question = pair.question.length > room / 2 ? pair.question.slice(0, Math.max(Math.floor(room / 2), room - pair.passage.length)) : pair.question;
  const passage = pair.passage.slice(0, room - question.length);
  return {
    ids: [...front.ids, ...question, ...middle.ids, ...passage, ...back.ids],
    types: [...front.types, ...question.map(() => firstType), ...middle.types, ...passage.map(() => secondType), ...back.types],
  };
}

function placeOf(whole: readonly number[], part: readonly number[], from: number): number {
  for (let at = from; at + part.length <= whole.length; at += 1) if (part.every((id, offset) => whole[at + offset] === id)) return at;
  throw new Error('the tokenizer does not leave a text whole between its special tokens');
}
