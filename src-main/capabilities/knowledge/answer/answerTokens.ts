/** One word of a sentence as support is judged by. */
export interface AnswerToken {
  /** Lower case, lightly stemmed: `connections` and `connection` are one. */
  readonly key: string;
  /** As written. */
  readonly raw: string;
  readonly kind: 'word' | 'number' | 'identifier';
}

const STOP = new Set(
  `a an the this that these those it its they them their he she his her you your we our i me my of to in on at by for from with without into onto over under as is are was were be been being am do does did done
  has have had having will would can could may might shall should and or but if then else so than too also very just only even such there here when where which who whom whose what why how not no nor
  about between through during while because until against up down out off again each both other own same use used using one any some more s t don didn doesn isn aren wasn weren it's according based text passage following given provided`.split(/\s+/),
);

const TOKEN = /(?<![\p{L}\p{N}])--?[A-Za-z][\w-]*|[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|->)[\p{L}_$][\p{L}\p{N}_$]*)*|\p{N}+(?:[.,:]\p{N}+)*%?/gu;

/** Content words, numbers and identifiers in order. Stop words are left out; negations are judged apart. */
export function answerTokens(text: string): AnswerToken[] {
  const tokens: AnswerToken[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const raw = match[0];
    const kind = kindOf(raw, text, match.index);
    if (kind === 'word' && (STOP.has(raw.toLowerCase()) || raw.length < 2)) continue;
    tokens.push({ key: kind === 'number' ? numberMark(text, match.index) + numberKey(raw) : kind === 'identifier' ? raw.toLowerCase() : stem(raw.toLowerCase()), raw, kind });
  }
  return tokens;
}

function kindOf(raw: string, text: string, at: number): AnswerToken['kind'] {
  if (/^\p{N}/u.test(raw)) return 'number';
  if (NUMBER_WORDS.has(raw.toLowerCase())) return 'number';
  const called = text.startsWith('(', at + raw.length) && /^[\p{L}_]/u.test(raw) && !/\s/.test(text[at + raw.length - 1] ?? '');
  const ticked = text[at - 1] === '`' && text[at + raw.length] === '`';
  if (called || ticked || raw.startsWith('-') || /[_$]|::|->|\p{L}\.\p{L}/u.test(raw) || /\p{Ll}\p{Lu}/u.test(raw) || /^\p{Lu}{3,}\p{N}*$/u.test(raw)) return 'identifier';
  // A letter and a digit: utf8, x86, SHA256.
  return /\p{L}\p{N}|\p{N}\p{L}/u.test(raw) ? 'identifier' : 'word';
}

const NUMBER_WORDS = new Map(Object.entries({ zero: '0', two: '2', three: '3', four: '4', five: '5', six: '6', seven: '7', eight: '8', nine: '9', ten: '10', eleven: '11', twelve: '12', twenty: '20', thirty: '30', hundred: '100', thousand: '1000' }));

/** `-1` is not `1`, and the `1` of `maxsplit+1` is no value of its own. The dash of `3-5` is no sign. */
function numberMark(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - 8), at);
  if (/(?:^|[^\p{L}\p{N}_)\]-])[-−]$/u.test(before)) return '-';
  return /[\p{L}_)\]][ \t]?\+[ \t]?$/u.test(before) ? '+' : '';
}

/** `1,000` and `1000`, `two` and `2` are one number; `3.10` and `3.1` are not (versions). */
function numberKey(raw: string): string {
  const word = NUMBER_WORDS.get(raw.toLowerCase());
  if (word !== undefined) return word;
  return /^\d{1,3}(?:,\d{3})+(?:\.\d+)?%?$/.test(raw) ? raw.replaceAll(',', '') : raw;
}

/** Takes English endings off that do not change what is meant. Not a linguist's stem: equal in, equal out is all that is needed. */
export function stem(word: string): string {
  let cut = word;
  if (cut.length > 4 && cut.endsWith('ies')) cut = `${cut.slice(0, -3)}y`;
  else if (cut.length > 4 && /(?:ss|sh|ch|x|z)es$/.test(cut)) cut = cut.slice(0, -2);
  else if (cut.length > 3 && cut.endsWith('s') && !/(?:ss|us|is)$/.test(cut)) cut = cut.slice(0, -1);
  if (cut.length > 5 && cut.endsWith('ing')) cut = cut.slice(0, -3);
  else if (cut.length > 4 && cut.endsWith('ed')) cut = cut.slice(0, -2);
  else if (cut.length > 5 && cut.endsWith('ly')) cut = cut.slice(0, -2);
  if (cut.length > 3 && cut.endsWith('e')) cut = cut.slice(0, -1);
  if (cut.length > 3 && cut.at(-1) === cut.at(-2) && !/[ls]$/.test(cut)) cut = cut.slice(0, -1);
  return cut;
}

const NEGATION = /\b(?:not|never|no|none|nothing|neither|nor|without|cannot|unable|fails? to|\w+n['’]t)\b/giu;

/** Keys of the content words that stand right after a negation: what is denied. */
export function deniedKeys(text: string): Set<string> {
  const denied = new Set<string>();
  for (const match of text.matchAll(NEGATION)) {
    const after = text.slice(match.index + match[0].length).split(/[.,;:!?]\s|\bbut\b/, 1)[0] ?? '';
    for (const token of answerTokens(after).slice(0, 4)) denied.add(token.key);
  }
  return denied;
}

export function hasNegation(text: string): boolean {
  return new RegExp(NEGATION.source, 'iu').test(text);
}
