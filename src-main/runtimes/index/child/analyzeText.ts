import { ownCopy } from '../../../base/ownCopy.ts';
import { porterStem } from './porterStem.ts';
import { STOP_WORDS } from './stopWords.ts';

/**
 * How texts become searchable terms, the same for chunks and for questions:
 * every run of letters and digits gives its stem, CamelCase and snake_case are also cut into their parts, and compounds
 * (`sqlite3_prepare_v2`, `--long-option`, `os.path.join`, `ThreadPoolExecutor`, `E0425`) are kept exactly as identifiers.
 */
export interface AnalyzedText {
  /** Stems in the order of the text. */
  readonly terms: readonly string[];
  /** Lower-cased compounds as written, and the last part of a dotted one. */
  readonly identifiers: readonly string[];
  /** Runs of letters, and how many of them only connect others. */
  readonly words: number;
  readonly stopWords: number;
}

/** A compound: words joined by marks that code uses inside names, with up to two leading hyphens. */
const COMPOUND = /-{0,2}[\p{L}\p{N}_$]+(?:(?:[.:/@-]|::|->)[\p{L}\p{N}_$]+)*/gu;
const CAMEL = /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u;
const CAMEL_PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|\p{L}+/gu;
const LONGEST_TERM = 64;

const CACHE_COMPOUNDS = 40_000;
const cache = new Map<string, AnalyzedText>();

export function analyzeText(text: string): AnalyzedText {
  const made = { terms: [] as string[], identifiers: [] as string[], words: 0, stopWords: 0 };
  COMPOUND.lastIndex = 0;
  for (let match = COMPOUND.exec(text); match; match = COMPOUND.exec(text)) {
    const analyzed = analyzeCompound(match[0]);
    for (const term of analyzed.terms) made.terms.push(term);
    for (const identifier of analyzed.identifiers) made.identifiers.push(identifier);
    made.words += analyzed.words;
    made.stopWords += analyzed.stopWords;
  }
  return made;
}

function analyzeCompound(compound: string): AnalyzedText {
  const known = cache.get(compound);
  if (known) return known;
  if (cache.size >= CACHE_COMPOUNDS) cache.clear();
  const made = makeTerms(compound);
  cache.set(ownCopy(compound), made);
  return made;
}

function makeTerms(compound: string): AnalyzedText {
  const terms: string[] = [];
  let camel = false;
  for (const part of compound.split(/[^\p{L}\p{N}]+/u)) {
    if (part === '') continue;
    if (CAMEL.test(part)) {
      camel = true;
      const pieces = part.match(CAMEL_PARTS) ?? [];
      if (pieces.length > 1) terms.push(...pieces.map((piece) => stemOf(piece)));
    }
    terms.push(stemOf(part));
  }
  const isIdentifier = camel || /[^\p{L}\p{N}]/u.test(compound) || (/\p{L}/u.test(compound) && /\p{N}/u.test(compound)) || /^\p{Lu}{3,}$/u.test(compound);
  const words = compound.toLowerCase().match(/\p{L}+/gu) ?? [];
  return { terms, identifiers: isIdentifier ? identifierForms(compound) : [], words: words.length, stopWords: words.filter((word) => STOP_WORDS.has(word)).length };
}

function stemOf(word: string): string {
  return porterStem(word.toLowerCase()).slice(0, LONGEST_TERM);
}

/** The compound itself, without leading hyphens too, and the name after the last dot, colon, slash or arrow. */
function identifierForms(compound: string): string[] {
  const whole = compound.toLowerCase().slice(0, LONGEST_TERM);
  const bare = whole.replace(/^-+/, '');
  const last = bare.split(/[.:/@>]/).at(-1) ?? '';
  const forms = new Set([whole, bare]);
  if (/[^\p{L}\p{N}]/u.test(last)) forms.add(last);
  return [...forms].filter((form) => form.length > 1);
}
