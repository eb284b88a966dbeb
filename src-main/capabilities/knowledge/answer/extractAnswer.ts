import { answerTokens } from './answerTokens.ts';
import type { Candidate } from './alignCitations.ts';
import { asksQuantity } from './quantity.ts';

export interface ExtractInput {
  /** The standalone question. */
  readonly question: string;
  readonly candidates: readonly Candidate[];
  /** Cosine similarity of the question with each candidate; absent where no embedding is at hand. */
  readonly similarity?: Float32Array;
}

export interface Extract {
  readonly candidate: Candidate;
  readonly score: number;
}

const SENTENCES = 3;
const CHARACTERS = 700;
const OF_BEST = 0.75;

/** The one to three spans of the passages that answer best, in the order of the documents. Empty when nothing is near the question. */
export function chooseExtracts(scored: readonly Extract[]): Extract[] {
  return inOrder(spread(scored.toSorted((a, b) => b.score - a.score)));
}

/** How near each candidate is to the question: its words by rarity, what it speaks about, its meaning, and its passage's rank. */
export function scoreCandidates(input: ExtractInput): Extract[] {
  const asked = new Set(answerTokens(input.question).map((token) => token.key));
  const counts = new Map<string, number>();
  const sets = input.candidates.map((candidate) => new Set(answerTokens(candidate.text).map((token) => token.key)));
  for (const set of sets) for (const key of set) counts.set(key, (counts.get(key) ?? 0) + 1);
  const weight = (key: string): number => Math.log(1 + (sets.length + 1) / ((counts.get(key) ?? 0) + 0.5));
  const whole = [...asked].reduce((sum, key) => sum + weight(key), 0);

  const wantsCode = /\b(?:example|code|snippet|syntax|signature|write|call|command)\b/i.test(input.question) && !/^\s*what (?:is|are|does|do)\b/i.test(input.question);
  const subject = subjectOf(input.question);
  const wantsNumber = asksQuantity(input.question);
  return input.candidates.map((candidate, at): Extract => {
    const context = new Set(answerTokens(candidate.context).map((token) => token.key));
    let held = 0;
    for (const key of asked) {
      if (sets[at]?.has(key)) held += weight(key);
      else if (context.has(key)) held += 0.5 * weight(key);
    }
    const passage = candidate.units[0]?.passage ?? 0;
    return { candidate, score: (whole === 0 ? 0 : held / whole) + 0.5 * (input.similarity?.[at] ?? 0) + 0.25 / (passage + 1) - candidate.text.length / 3_000 - formPenalty(candidate, wantsCode) - newsPenalty(candidate, asked) + (defines(candidate, subject) ? DEFINES : 0) + (wantsNumber && /\d/.test(candidate.text) ? NUMBER : 0) };
  });
}

const DEFINES = 0.4;
/** A span with a number, where a quantity is asked for. */
const NUMBER = 0.2;

/** What "What is a milter?" and "What does git stash do?" ask about; null for other questions. */
function subjectOf(question: string): string | null {
  const found = /^\s*what (?:is|are|does|do)\s+(?:an?\s+|the\s+)?(.{2,60}?)(?:\s+(?:do|mean))?\s*\?*\s*$/i.exec(question);
  return found?.[1] === undefined ? null : plainWords(found[1]);
}

/** Names are written `git-stash` and `git stash`, with and without marks. */
function plainWords(text: string): string {
  return text.toLowerCase().replace(/[-_\s`'"“”*]+/gu, ' ').trim();
}

/** "A milter is …", "git-stash - Stash the changes …": the subject, and right after it what it is. */
function defines(candidate: Candidate, subject: string | null): boolean {
  if (subject === null) return false;
  const start = /^\W*(?:an?\s+|the\s+)?(.{0,90})/isu.exec(candidate.text)?.[1] ?? '';
  const named = /^(.{2,70}?)(?:\(\d\w?\))?\s+(?:is|are|means|[-–—])\s/isu.exec(start)?.[1];
  return named !== undefined && plainWords(named) === subject;
}

/** A span that says nothing beyond the question's own words answers nothing. */
function newsPenalty(candidate: Candidate, asked: ReadonlySet<string>): number {
  const news = answerTokens(candidate.text).filter(({ key }) => !asked.has(key));
  if (news.length === 0) return 0.8;
  return news.length < 3 && news.every(({ kind }) => kind === 'word') ? 0.3 : 0;
}

/** A line of code, a signature or the names of a table's columns hold the words of a question and do not answer it, unless code is asked for. */
function formPenalty(candidate: Candidate, wantsCode: boolean): number {
  const { kind, heads } = candidate.units[0] ?? {};
  if (heads) return 1;
  const fragment = candidate.text.length < 40 && kind !== 'table' ? 0.1 : 0;
  if (kind === 'code' || /^(?:>>>|[$#%] )/.test(candidate.text)) return fragment + (wantsCode ? 0 : 0.6);
  return fragment + (kind === 'definition' && !wantsCode ? 0.25 : 0);
}

/** The best, and others nearly as good that do not overlap it. */
function spread(scored: readonly Extract[]): Extract[] {
  const chosen: Extract[] = [];
  let characters = 0;
  for (const each of scored) {
    if (chosen.length >= SENTENCES || each.score < (scored[0]?.score ?? 0) * OF_BEST) break;
    if (chosen.some(({ candidate }) => overlaps(candidate, each.candidate) || saysToo(candidate, each.candidate)) || characters + each.candidate.text.length > CHARACTERS) continue;
    chosen.push(each);
    characters += each.candidate.text.length;
  }
  return chosen;
}

/** The same words from another document, perhaps with more around them. What says more is kept beside what says less. */
function saysToo(chosen: Candidate, other: Candidate): boolean {
  return plainWords(chosen.text).includes(plainWords(other.text));
}

function overlaps(a: Candidate, b: Candidate): boolean {
  return a.units[0]?.documentId === b.units[0]?.documentId && a.start < b.end && b.start < a.end;
}

function inOrder(extracts: readonly Extract[]): Extract[] {
  const rank = (each: Extract): number => (each.candidate.units[0]?.passage ?? 0) * 1e9 + each.candidate.start;
  return extracts.toSorted((a, b) => rank(a) - rank(b));
}
