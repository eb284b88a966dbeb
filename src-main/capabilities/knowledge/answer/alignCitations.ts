import type { ParsedDocument } from '#contract/document.ts';
import { answerTokens, type AnswerToken } from './answerTokens.ts';
import { MAX_QUOTE, type QuoteUnit } from './quoteUnits.ts';
import { objectionTo, type Objection } from './supportChecks.ts';

/** A quote that may carry a sentence: one unit, or neighbours of one block. */
export interface Candidate {
  readonly units: readonly QuoteUnit[];
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Headings, title and what stands right before it in its passage. */
  readonly context: string;
  /** The definition that it explains, as written; empty where there is none. */
  readonly subject: string;
}

export interface Alignment {
  readonly supported: boolean;
  /** The best candidate, whether it supports the sentence or not. */
  readonly candidate: Candidate | null;
  /** Share of the sentence's own words (not those of the question) in the quote, weighted by rarity, 0 to 1. */
  readonly coverage: number;
  readonly objection: Objection | 'coverage' | 'no-claim' | null;
}

export interface AlignInput {
  readonly question: string;
  readonly sentences: readonly string[];
  readonly candidates: readonly Candidate[];
  /** Cosine similarity, sentences × candidates, row-major; absent where no embedding is at hand. */
  readonly similarity?: Float32Array;
  /** Nearness of each candidate to the question, 0 to 1: decides between quotes that carry a short answer equally well. */
  readonly relevance?: readonly number[];
}

const COVERAGE = 0.6;
const TOPIC_COVERAGE = 0.5;
/** With vectors that are this close, fewer of the words need to be the same. */
const CLOSE = 0.8;
const COVERAGE_WHEN_CLOSE = 0.45;
const MIN_QUOTE = 12;
const MAX_NEIGHBOURS = 3;
/** Best quotes that are looked at closely. */
const CONSIDERED = 12;

export interface QuoteSource {
  /** Headings, title and what stands before the unit. */
  contextOf(unit: QuoteUnit): { readonly context: string; readonly subject: string };
  documentOf(unit: QuoteUnit): ParsedDocument;
}

/** Single units, then runs of up to three of one block that fit a quote. Headings are never quotes, and no run crosses a cut. */
export function quoteCandidates(units: readonly QuoteUnit[], source: QuoteSource): Candidate[] {
  const quotable = units.filter((unit) => unit.kind !== 'heading');
  const candidates: Candidate[] = [];
  for (const [at, first] of quotable.entries()) {
    const document = source.documentOf(first);
    for (let count = 1; count <= MAX_NEIGHBOURS; count += 1) {
      const run = quotable.slice(at, at + count);
      const last = run.at(-1);
      if (run.length < count || !last || !sameBlock(first, last) || last.end - first.start > MAX_QUOTE) break;
      // A row of a table says enough, and its neighbours say something else.
      if (count > 1 && (first.kind === 'table' || !isWhole(document, run))) break;
      const text = document.text.slice(first.start, last.end);
      if (text.length >= MIN_QUOTE || first.kind === 'table' || first.kind === 'code') candidates.push({ units: run, start: first.start, end: last.end, text, ...source.contextOf(first) });
    }
  }
  return candidates;
}

function sameBlock(a: QuoteUnit, b: QuoteUnit): boolean {
  return a.documentId === b.documentId && a.block === b.block && a.passage === b.passage;
}

/** Nothing but white space and a list mark between the units, and nothing was removed there. */
function isWhole(document: ParsedDocument, run: readonly QuoteUnit[]): boolean {
  const first = run[0];
  const last = run.at(-1);
  if (!first || !last || document.cuts.some((cut) => cut > first.start && cut < last.end)) return false;
  return run.slice(1).every((unit, at) => document.text.slice(run[at]?.end ?? unit.start, unit.start).trim().length <= 3);
}

/** For each sentence the quote that carries it best, and whether it does. A changed number, name or negation is never carried. */
export function alignCitations(input: AlignInput): Alignment[] {
  const candidates = input.candidates.map((candidate) => ({ candidate, keys: keySet(candidate.text), context: keySet(candidate.context) }));
  const weight = rarity(candidates.map(({ keys }) => keys));
  const asked = keySet(input.question);

  return input.sentences.map((sentence, row): Alignment => {
    const said = answerTokens(sentence);
    const own = said.filter((token) => !asked.has(token.key));
    if (!isClaim(sentence, said) || announces(sentence, own)) return { supported: false, candidate: null, coverage: 0, objection: 'no-claim' };
    const scored = candidates.map((each, column): Scored & { readonly rank: number } => {
      const similarity = input.similarity?.[row * candidates.length + column] ?? 0;
      const whole = share(said, each.keys, weight);
      const coverage = own.length > 0 ? share(own, each.keys, weight) : whole;
      const topic = share(said.filter((token) => asked.has(token.key)), new Set([...each.keys, ...each.context]), weight);
      // A longer quote must earn its length.
      return { ...each, similarity, coverage, topic, rank: coverage + 0.4 * whole + 0.25 * topic + 0.25 * similarity + 0.3 * (input.relevance?.[column] ?? 0) - each.candidate.text.length / 4_000 };
    });
    scored.sort((a, b) => b.rank - a.rank);
    const judged = scored.slice(0, CONSIDERED).map((each) => ({ ...each, objection: judge(each, own.length, { sentence, question: input.question }) }));
    const carrying = judged.find((each) => each.objection === null && !judged.some((other) => contradicts(other, each)));
    if (carrying) return { supported: true, candidate: carrying.candidate, coverage: carrying.coverage, objection: null };
    const best = scored[0];
    return { supported: false, candidate: best?.candidate ?? null, coverage: best?.coverage ?? 0, objection: judged[0]?.objection ?? firstContradiction(judged) };
  });
}

interface Judged extends Scored {
  readonly objection: Objection | 'coverage' | null;
}

/**
 * A near twin of the sentence that says otherwise is not outvoted: not by a longer quote around it that happens to have
 * the missing word, and not by a quote with fewer of the words.
 */
function contradicts(twin: Judged, quote: Judged): boolean {
  if (twin.objection === null || twin.objection === 'coverage' || twin.candidate.units.length > 1) return false;
  if (overlaps(twin.candidate, quote.candidate)) return twin.objection === 'negation' || twin.objection === 'contrast';
  return twin.coverage > quote.coverage;
}

function firstContradiction(judged: readonly Judged[]): Objection | 'coverage' {
  return judged.find((each) => each.objection !== null && each.objection !== 'coverage')?.objection ?? 'coverage';
}

function overlaps(a: Candidate, b: Candidate): boolean {
  return a.units[0]?.documentId === b.units[0]?.documentId && a.start < b.end && b.start < a.end;
}

interface Scored {
  readonly candidate: Candidate;
  readonly coverage: number;
  readonly topic: number;
  readonly similarity: number;
}

function judge(scored: Scored, ownWords: number, texts: { sentence: string; question: string }): Objection | 'coverage' | null {
  const needed = scored.similarity >= CLOSE ? COVERAGE_WHEN_CLOSE : ownWords === 0 ? 0.7 : COVERAGE;
  if (scored.coverage < needed || scored.topic < TOPIC_COVERAGE) return 'coverage';
  return objectionTo({ ...texts, quote: scored.candidate.text, context: scored.candidate.context });
}

/** "You can sign a tag with the following command:" says nothing but the question; what comes after it would. */
function announces(sentence: string, own: readonly AnswerToken[]): boolean {
  return sentence.trimEnd().endsWith(':') && own.length <= 1;
}

/** "Yes.", "Here is the answer:" and the like say nothing that a document could carry. */
function isClaim(sentence: string, tokens: readonly AnswerToken[]): boolean {
  return tokens.length >= 2 || tokens.some((token) => token.kind !== 'word') || (tokens.length === 1 && !/[:?]$/.test(sentence.trim()) && sentence.trim().split(/\s+/).length >= 3);
}

/** Share of the tokens that are among the keys, weighted; 1 for no tokens at all. */
function share(tokens: readonly AnswerToken[], keys: ReadonlySet<string>, weight: (key: string) => number): number {
  let held = 0;
  let all = 0;
  for (const key of new Set(tokens.map((token) => token.key))) {
    all += weight(key);
    if (keys.has(key) || [...keyParts(key)].some((part) => keys.has(part))) held += weight(key);
  }
  return all === 0 ? 1 : held / all;
}

function keySet(text: string): Set<string> {
  const keys = new Set<string>();
  for (const { key } of answerTokens(text)) {
    keys.add(key);
    for (const part of keyParts(key)) keys.add(part);
  }
  return keys;
}

/** The last name of a dotted one: `os.path.join` is also `join`. */
function* keyParts(key: string): Generator<string> {
  const last = key.split(/\.|::|->/).at(-1);
  if (last && last !== key && last.length > 2) yield last;
}

/** Inverse document frequency over the candidates: a word in every quote tells nothing apart. */
function rarity(sets: readonly ReadonlySet<string>[]): (key: string) => number {
  const counts = new Map<string, number>();
  for (const set of sets) for (const key of set) counts.set(key, (counts.get(key) ?? 0) + 1);
  return (key) => Math.log(1 + (sets.length + 1) / ((counts.get(key) ?? 0) + 0.5));
}
