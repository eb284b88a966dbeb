import type { StoredChunk } from './textStore.ts';

/** The most characters a passage shows. */
export const PASSAGE_CHARACTERS = 1500;

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Ordinals of the chunks that lie in it whole or in part. */
  readonly ordinals: readonly number[];
}

/**
 * Widens a hit to its neighbours while they touch it, stand on the same page and fit: first those under the same
 * heading, then those after, then those before; the last one that does not fit whole gives its nearest sentences.
 * The text is the contiguous slice from the first to the last, without white space at its ends.
 */
export function expandPassage(hit: StoredChunk, neighbour: (ordinal: number) => StoredChunk | undefined): Span {
  let text = hit.text;
  let start = hit.start;
  let first = hit;
  let last = hit;
  const ordinals = [hit.ordinal];
  for (;;) {
    const after = touching(last, neighbour(last.ordinal + 1), 1);
    const before = touching(neighbour(first.ordinal - 1), first, -1);
    const room = PASSAGE_CHARACTERS - text.length;
    const choice = choose(hit, { after, before, room });
    if (choice === undefined) break;
    ordinals.push(choice.ordinal);
    if (choice === after) {
      text += choice.text;
      last = choice;
    } else {
      text = choice.text + text;
      start = choice.start;
      first = choice;
    }
  }
  const after = touching(last, neighbour(last.ordinal + 1), 1);
  const head = after === undefined ? '' : headOf(after.text, PASSAGE_CHARACTERS - text.length);
  if (head !== '') ordinals.push((after as StoredChunk).ordinal);
  return trim({ start, text: text + head, ordinals });
}

/** `next` (or the chunk before) when nothing stands between the two and both are on one page. */
function touching(earlier: StoredChunk | undefined, later: StoredChunk | undefined, direction: 1 | -1): StoredChunk | undefined {
  if (!earlier || !later || earlier.end !== later.start || earlier.page !== later.page) return undefined;
  return direction === 1 ? later : earlier;
}

function choose(hit: StoredChunk, from: { after: StoredChunk | undefined; before: StoredChunk | undefined; room: number }): StoredChunk | undefined {
  const fitting = [from.after, from.before].filter((chunk) => chunk !== undefined && chunk.text.length <= from.room) as StoredChunk[];
  return fitting.find((chunk) => sameHeadings(chunk, hit)) ?? fitting[0];
}

function sameHeadings(a: StoredChunk, b: StoredChunk): boolean {
  return a.headings.length === b.headings.length && a.headings.every((heading, index) => heading === b.headings[index]);
}

/** The beginning of a text up to the last line or sentence end that fits; empty when none does. */
function headOf(text: string, room: number): string {
  if (room < 40) return '';
  const slice = text.slice(0, room);
  const ends = [...slice.matchAll(/\n|[.!?](?=\s)/g)].map((match) => match.index + match[0].length);
  return slice.slice(0, ends.at(-1) ?? 0);
}

/** Takes white space off both ends and cuts what is longer than the limit (a single chunk may be), keeping the positions true. */
function trim(span: { start: number; text: string; ordinals: number[] }): Span {
  const start = span.start + (span.text.length - span.text.trimStart().length);
  const whole = span.text.trim();
  const text = whole.length > PASSAGE_CHARACTERS ? cut(whole).trimEnd() : whole;
  return { start, end: start + text.length, text, ordinals: span.ordinals.sort((a, b) => a - b) };
}

/** At a line or sentence end in the second half, else between words. */
function cut(text: string): string {
  const head = headOf(text, PASSAGE_CHARACTERS);
  if (head.length >= PASSAGE_CHARACTERS / 2) return head;
  const slice = text.slice(0, PASSAGE_CHARACTERS);
  const space = slice.lastIndexOf(' ');
  return space > PASSAGE_CHARACTERS / 2 ? slice.slice(0, space) : slice;
}
