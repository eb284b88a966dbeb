const WORD = /[\p{L}\p{N}_]+/gu;

export const wordsOf = (text: string): string[] => text.replaceAll(/[\u00ad\u200b]/g, '').normalize('NFKC').toLowerCase().match(WORD) ?? [];

/** The harmonic mean of how much of each bag of words is in the other; 1 where both are the same. */
export function bagSimilarity(one: readonly string[], two: readonly string[]): number {
  if (one.length + two.length === 0) return 1;
  const left = new Map<string, number>();
  for (const word of one) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of two) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    shared++;
  }
  return (2 * shared) / (one.length + two.length);
}

/** Twice the longest common subsequence of words over both lengths: 1 where both have the same words in the same order. */
export function orderedSimilarity(one: readonly string[], two: readonly string[]): number {
  if (one.length + two.length === 0) return 1;
  return (2 * commonSubsequence(one, two)) / (one.length + two.length);
}

/** Length of the longest common subsequence, 32 words of `one` at a time (Hyyrö's recurrence over bit vectors). */
function commonSubsequence(one: readonly string[], two: readonly string[]): number {
  const size = Math.ceil(one.length / 32);
  const places = new Map<string, Uint32Array>();
  for (const [at, word] of one.entries()) {
    const bits = places.get(word) ?? new Uint32Array(size);
    bits[at >> 5] = ((bits[at >> 5] ?? 0) | (1 << (at & 31))) >>> 0;
    places.set(word, bits);
  }
  const state = new Uint32Array(size).fill(0xffffffff);
  for (const word of two) {
    const bits = places.get(word);
    if (!bits) continue;
    let carry = 0;
    for (let at = 0; at < size; at++) {
      const before = state[at] ?? 0;
      const met = (before & (bits[at] ?? 0)) >>> 0;
      const sum = before + met + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      state[at] = ((sum >>> 0) | (before & ~met)) >>> 0;
    }
  }
  let length = 0;
  for (let at = 0; at < one.length; at++) if (((state[at >> 5] ?? 0) & (1 << (at & 31))) === 0) length++;
  return length;
}

/** Finds rows of a table in an extraction: all cells of a row in their order in one line, or in one row that the reader told. */
export class RowFinder {
  private readonly lines: readonly string[];
  private readonly byWord = new Map<string, number[]>();

  constructor(text: string, rows: readonly string[]) {
    this.lines = [...text.split('\n'), ...rows].map((line) => ` ${wordsOf(line).join(' ')} `);
    for (const [at, line] of this.lines.entries()) {
      for (const word of new Set(line.trim().split(' '))) {
        const list = this.byWord.get(word);
        if (list) list.push(at);
        else this.byWord.set(word, [at]);
      }
    }
  }

  has(cells: readonly string[]): boolean {
    const wanted = cells.map((cell) => wordsOf(cell).join(' ')).filter((cell) => cell !== '');
    let rarest: readonly number[] | undefined;
    for (const word of wanted.join(' ').split(' ')) {
      const list = this.byWord.get(word) ?? [];
      if (rarest === undefined || list.length < rarest.length) rarest = list;
    }
    return (rarest ?? []).some((at) => standsIn(this.lines[at] ?? '', wanted));
  }
}

function standsIn(line: string, cells: readonly string[]): boolean {
  let from = 0;
  for (const cell of cells) {
    const found = line.indexOf(` ${cell} `, from);
    if (found < 0) return false;
    from = found + cell.length + 1;
  }
  return true;
}
