import type { DocumentFormat } from '#contract/document.ts';
import type { DocumentFilter } from '#contract/filters.ts';

/**
 * A question about the collection and not about what stands in it. Passages cannot answer those: ten of them do not tell how many
 * documents there are. `metadata` is answered by counting rows, `beyond` is said to be out of reach.
 */
export type CollectionQuestion = { readonly kind: 'metadata'; readonly asks: 'count' | 'list'; readonly filter: DocumentFilter } | { readonly kind: 'beyond'; readonly asks: 'count' | 'list'; readonly of: Beyond };

/** What cannot be counted: documents by what they say, or what a document does not say that it is. */
export type Beyond = 'mentions' | 'records';

/** The words that mean one format or several; the noun after it is optional for those that are nouns themselves. */
const FORMATS: readonly (readonly [words: string, formats: readonly DocumentFormat[], noun: boolean])[] = [
  ['pdfs?', ['pdf'], true],
  ['markdown', ['markdown'], false],
  ['html', ['html'], false],
  ['web\\s*pages?', ['html'], true],
  ['(?:plain\\s+)?text', ['text'], false],
  ['(?:source\\s+)?code|source', ['code'], false],
  ['word|docx', ['docx'], false],
  ['excel|xlsx', ['xlsx'], false],
  ['excel\\s+(?:sheets?|workbooks?)', ['xlsx'], true],
  ['spreadsheets?', ['xlsx', 'ods', 'csv'], true],
  ['powerpoint|pptx', ['pptx'], false],
  ['(?:powerpoint\\s+)?presentations?|slide\\s+decks?|slides?', ['pptx', 'odp'], true],
  ['opendocument', ['odt', 'ods', 'odp'], false],
  ['odt', ['odt'], false],
  ['ods', ['ods'], false],
  ['odp', ['odp'], false],
  ['rtf', ['rtf'], false],
  ['csv', ['csv'], false],
  ['json', ['json'], false],
  ['epub', ['epub'], false],
  ['e-?books?', ['epub'], true],
  ['eml', ['email'], false],
  ['(?:e-?)?mail\\s+messages?|e-?mails?|mails', ['email'], true],
  ['ipynb', ['notebook'], false],
  ['(?:jupyter\\s+)?notebooks?', ['notebook'], true],
];
const NOUN = '(?:documents?|files?)';
const THINGS = `(?:${FORMATS.map(([words, , noun]) => `(?:${words})${noun ? `(?:\\s+${NOUN})?` : `\\s+${NOUN}`}`).join('|')}|${NOUN})`;
const COUNT = new RegExp(`^(?:how many|what is the (?:total )?number of|count)\\s+(?:all\\s+)?(?:of\\s+)?(?:the\\s+|my\\s+)?(${THINGS})\\b(.*)$`, 'i');
const LIST = new RegExp(`^(?:(?:please\\s+)?(?:list|show|name|give)\\s+(?:me\\s+)?(?:all\\s+)?(?:of\\s+)?(?:the\\s+|my\\s+)?|which\\s+|what\\s+)(${THINGS})\\b(.*)$`, 'i');

/** What exports hold: a document says neither that it is a ticket nor how many messages of a chat stand in it. */
const RECORDS = '(?:(?:jira|github|zendesk|support|help\\s*desk)\\s+(?:tickets|issues)|tickets|(?:(?:chat|slack)\\s+)?messages|chats|conversations)';
const COUNT_RECORDS = new RegExp(`^(?:how many|what is the (?:total )?number of|count)\\s+(?:all\\s+)?(?:of\\s+)?(?:the\\s+|my\\s+)?(${RECORDS}|issues)\\b(.*)$`, 'i');
/** "List the messages" may mean those of a program. */
const LIST_RECORDS = new RegExp(`^(?:please\\s+)?(?:list|show|name|give)\\s+(?:me\\s+)?all\\s+(?:of\\s+)?(?:the\\s+|my\\s+)?(${RECORDS})\\b(.*)$`, 'i');

const EVERYTHING = /^(?:are there|are here|are in (?:it|here|this knowledge base)|do (?:i|we|you) have|have (?:i|we) got|exist|in (?:total|all|this knowledge base|the knowledge base)|\s|,|here)*$/i;
const LINK = '(?:that\\s+|which\\s+)?(?:are\\s+|were\\s+|have been\\s+|do (?:i|we|you) have\\s+|are there\\s+)?';
const BY_AUTHOR = new RegExp(`^${LINK}(?:written|authored|made)?\\s*by\\s+(\\p{Lu}[\\p{L}\\p{M}.'’ -]{1,80})$`, 'u');
const BY_DATE = new RegExp(`^${LINK}(?:last\\s+)?(?:changed|modified|updated|edited|created|made|written|published|sent|received|dated)?\\s*(after|since|before|in|from)\\s+(.+)$`, 'i');
const IN_FOLDER = new RegExp(`^${LINK}(?:in|under|below)\\s+(?:the\\s+)?(?:folder|directory)\\s+["“]?([^"”]{1,200})["”]?$`, 'i');
const IN_LANGUAGE = new RegExp(`^${LINK}(?:written\\s+)?in\\s+(english|german|french|spanish|italian|portuguese|dutch|polish|russian|chinese|japanese)$`, 'i');
/** What is said in documents is not in their rows. */
const ABOUT = /^(?:that\s+|which\s+|do\s+|does\s+|in which\s+|where\s+)?(?:mentions?|contains?|contain(?:ing)?|mentioning|discuss(?:es|ing)?|talk(?:s|ing)? about|refers?(?:ring)? to|(?:is|are) about|about|cover(?:s|ing)?|say(?:s|ing)?|use(?:s)?|describ(?:e|es|ing))\s+\S/i;
/** How often a thing is said over all documents. */
const MENTIONS = /^(?:how (?:often|many times) (?:is|are|does|do|was|were)\s.{1,200}\s(?:mentioned|occur|occurs|appear|appears|used|named)\b.*\b(?:documents?|files?)|in how many\s+(?:documents?|files?)\b)/i;

const LANGUAGES: Readonly<Record<string, string>> = { english: 'en', german: 'de', french: 'fr', spanish: 'es', italian: 'it', portuguese: 'pt', dutch: 'nl', polish: 'pl', russian: 'ru', chinese: 'zh', japanese: 'ja' };

/** Null for every question that passages may answer: better to miss a question about the collection than to take another for one. */
export function collectionQuestion(question: string): CollectionQuestion | null {
  const asked = question.trim().replace(/[?.!\s]+$/u, '').replace(/\s+/gu, ' ');
  if (MENTIONS.test(asked)) return { kind: 'beyond', asks: 'count', of: 'mentions' };
  const counted = COUNT.exec(asked);
  const found = counted ?? LIST.exec(asked);
  if (!found) return recordsQuestion(asked);
  const asks = counted ? 'count' : 'list';
  const rest = (found[2] ?? '').trim();
  if (ABOUT.test(rest)) return { kind: 'beyond', asks, of: 'mentions' };
  // "Which files?" and "what documents" alone may follow anything.
  if (EVERYTHING.test(rest) && (counted || /^(?:please\s+)?(?:list|show|name|give)\b/i.test(asked))) return { kind: 'metadata', asks, filter: formatOf(found[1] ?? '') };
  const narrowed = narrowing(rest);
  return narrowed === null ? null : { kind: 'metadata', asks, filter: { ...formatOf(found[1] ?? ''), ...narrowed } };
}

function recordsQuestion(asked: string): CollectionQuestion | null {
  const counted = COUNT_RECORDS.exec(asked);
  const found = counted ?? LIST_RECORDS.exec(asked);
  if (!found) return null;
  const rest = (found[2] ?? '').trim();
  // Magazines have issues as well, published before and after.
  const narrowed = !/^issues$/i.test(found[1] ?? '') && narrowing(rest) !== null;
  return EVERYTHING.test(rest) || narrowed ? { kind: 'beyond', asks: counted ? 'count' : 'list', of: 'records' } : null;
}

function formatOf(things: string): DocumentFilter {
  const known = FORMATS.find(([words]) => new RegExp(`^(?:${words})\\b`, 'i').test(things));
  return known ? { format: [...known[1]] } : {};
}

function narrowing(rest: string): DocumentFilter | null {
  const author = BY_AUTHOR.exec(rest)?.[1];
  if (author !== undefined) return { author: author.trim() };
  const language = IN_LANGUAGE.exec(rest)?.[1];
  if (language !== undefined) return { language: [LANGUAGES[language.toLowerCase()] ?? language] };
  const folder = IN_FOLDER.exec(rest)?.[1];
  if (folder !== undefined) return { path: `${folder.replace(/\/+$/, '')}/` };
  const dated = BY_DATE.exec(rest);
  return dated ? between((dated[1] ?? '').toLowerCase(), dated[2] ?? '') : null;
}

function between(how: string, said: string): DocumentFilter | null {
  const time = spanOf(said);
  if (time === null) return null;
  if (how === 'before') return { before: time.from };
  // "After 2023" begins with 2024, "since 2023" with 2023.
  if (how === 'after') return { after: time.to };
  return how === 'since' ? { after: time.from } : { after: time.from, before: time.to };
}

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

/** The days [from, to) that a year, a month or a day means. */
function spanOf(said: string): { from: string; to: string } | null {
  const iso = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(said);
  if (iso) return daysOf(iso[1], iso[2], iso[3]);
  const month = `(${MONTHS.map((name) => name.slice(0, 3)).join('|')})[a-z]*\\.?`;
  const dayFirst = new RegExp(`^(?:the\\s+)?(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?${month},?\\s+(\\d{4})$`, 'i').exec(said);
  if (dayFirst) return daysOf(dayFirst[3], monthOf(dayFirst[2]), dayFirst[1]);
  const monthFirst = new RegExp(`^${month}(?:\\s+(\\d{1,2})(?:st|nd|rd|th)?)?,?\\s+(\\d{4})$`, 'i').exec(said);
  return monthFirst ? daysOf(monthFirst[3], monthOf(monthFirst[1]), monthFirst[2]) : null;
}

function monthOf(name: string | undefined): string {
  return String(MONTHS.findIndex((month) => month.startsWith((name ?? '').toLowerCase())) + 1);
}

function daysOf(year: string | undefined, month: string | undefined, day: string | undefined): { from: string; to: string } | null {
  const [y, m, d] = [Number(year), month === undefined ? 1 : Number(month), day === undefined ? 1 : Number(day)];
  const from = new Date(Date.UTC(y, m - 1, d));
  if (from.getUTCMonth() !== m - 1 || from.getUTCDate() !== d) return null;
  const to = new Date(Date.UTC(y + (month === undefined ? 1 : 0), m - 1 + (month !== undefined && day === undefined ? 1 : 0), d + (day === undefined ? 0 : 1)));
  return { from: from.toISOString().slice(0, 10), to: to.toISOString().slice(0, 10) };
}
