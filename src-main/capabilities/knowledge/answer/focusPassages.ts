import type { PassageResult } from '#contract/knowledge.ts';
import type { Extract } from './extractAnswer.ts';
import type { QuoteUnit } from './quoteUnits.ts';

/** A part of a passage, as the model reads it. */
export interface Snippet {
  /** Which of the passages found. */
  readonly passage: number;
  readonly title: string;
  readonly text: string;
}

export interface FocusInput {
  readonly passages: readonly PassageResult[];
  readonly units: readonly QuoteUnit[];
  /** Every candidate with its nearness to the question. */
  readonly scored: readonly Extract[];
}

const CHARACTERS = 1_500;

/** For a model below a billion parameters: the nearest sentences alone. It answers far better from those, and three times sooner. */
export function focusSentences(passages: readonly PassageResult[], extracts: readonly Extract[]): Snippet[] {
  return extracts.flatMap(({ candidate }) => {
    const at = candidate.units[0]?.passage ?? 0;
    const passage = passages[at];
    return passage ? [{ passage: at, title: titleOf(passage), text: withSubject(candidate.units, candidate.subject) }] : [];
  });
}

/** The places of the passages that are nearest to the question, each with what stands around it, nearest first; at most so many passages. */
export function focusPassages(input: FocusInput, most: number): Snippet[] {
  const snippets: Snippet[] = [];
  const best = [...input.scored].sort((a, b) => b.score - a.score);
  for (const { candidate } of best) {
    if (snippets.length >= most) break;
    const first = candidate.units[0];
    if (!first || snippets.some((snippet) => snippet.passage === first.passage)) continue;
    const passage = input.passages[first.passage];
    if (!passage) continue;
    const window = windowAround(input.units.filter((unit) => unit.passage === first.passage), candidate, CHARACTERS);
    // The same words from an overlapping passage.
    if (snippets.some((snippet) => snippet.text.includes(candidate.text))) continue;
    snippets.push({ passage: first.passage, title: titleOf(passage), text: withSubject(window, candidate.subject) });
  }
  return snippets;
}

function titleOf(passage: PassageResult): string {
  return [passage.title, ...passage.headings.slice(-1)].filter(Boolean).join(' > ');
}

/** Whole units around the span, those after it first: explanations follow what they explain. */
function windowAround(units: readonly QuoteUnit[], span: { start: number; end: number }, characters: number): readonly QuoteUnit[] {
  let from = units.findIndex((unit) => unit.end > span.start);
  let to = units.findLastIndex((unit) => unit.start < span.end);
  const length = (): number => (units[to]?.end ?? 0) - (units[from]?.start ?? 0);
  for (let grown = true; grown; ) {
    grown = false;
    if (to + 1 < units.length && length() + (units[to + 1]?.text.length ?? 0) <= characters) {
      to += 1;
      grown = true;
    }
    if (from > 0 && length() + (units[from - 1]?.text.length ?? 0) <= characters) {
      from -= 1;
      grown = true;
    }
  }
  return units.slice(from, to + 1);
}

function withSubject(units: readonly QuoteUnit[], subject: string): string {
  const lines: string[] = [];
  for (const [at, unit] of units.entries()) {
    const before = units[at - 1];
    if (before && before.block === unit.block && unit.kind !== 'code' && unit.kind !== 'table' && unit.kind !== 'list') lines.push(`${lines.pop()} ${unit.text}`);
    else lines.push(unit.text);
  }
  const text = lines.join('\n');
  const named = subject.split('\n', 1)[0]?.slice(0, 160) ?? '';
  return named === '' || text.includes(named) ? text : `${named}\n${text}`;
}
