/** A part of one text run: `from` and `to` are fractions of its width. */
export interface RunPart {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** White space, hyphens at line breaks and ligatures differ between two readers of one page: they are left out of the comparison. */
const SKIPPED = /[\s\u00ad\u200b\u2010-\u2015-]/u;

function comparable(character: string): string {
  return character.normalize('NFKC').toLocaleLowerCase();
}

/**
 * Finds a quote in the text runs of a page as they were drawn. Returns the parts of runs that it covers,
 * or null when the runs do not hold it (another reading order, a font without a character map).
 */
export function locateQuote(runs: readonly string[], quote: string): RunPart[] | null {
  let page = '';
  const origin: { run: number; at: number }[] = [];
  runs.forEach((text, run) => {
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (SKIPPED.test(character)) continue;
      for (const unit of comparable(character)) {
        page += unit;
        for (let code = 0; code < unit.length; code += 1) origin.push({ run, at });
      }
    }
  });
  let wanted = '';
  for (const character of quote) if (!SKIPPED.test(character)) wanted += comparable(character);
  if (wanted === '') return null;
  const start = page.indexOf(wanted);
  if (start < 0) return null;
  const parts = new Map<number, { first: number; last: number }>();
  for (const { run, at } of origin.slice(start, start + wanted.length)) {
    const part = parts.get(run);
    parts.set(run, part === undefined ? { first: at, last: at } : { first: part.first, last: at });
  }
  return [...parts].map(([run, { first, last }]) => {
    const { length } = runs[run] ?? '';
    return { run, from: first / length, to: (last + 1) / length };
  });
}
