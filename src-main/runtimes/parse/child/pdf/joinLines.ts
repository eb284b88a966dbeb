/** Joins the lines of a paragraph; a word that a hyphen breaks over two lines becomes one word again. */
export class LineJoiner {
  private readonly words: () => ReadonlySet<string>;
  private known: ReadonlySet<string> | null = null;

  /** `words` gives every unbroken word of the document in lower case; it is asked for at the first hyphen. */
  constructor(words: () => ReadonlySet<string>) {
    this.words = words;
  }

  join(text: string, next: string): string {
    const head = /([\p{L}\p{N}]+)[-\u2010\u00ad]$/u.exec(text);
    const tail = /^\p{L}+/u.exec(next);
    if (!head?.[1] || !tail) return `${text} ${next}`;
    if (!/^\p{Ll}/u.test(next) || /\p{N}$/u.test(head[1])) return text + next;
    this.known ??= this.words();
    const whole = `${head[1]}${tail[0]}`.toLowerCase();
    const hyphened = `${head[1]}-${tail[0]}`.toLowerCase();
    const keep = !this.known.has(whole) && this.known.has(hyphened);
    return keep ? text + next : text.slice(0, -1) + next;
  }
}

/** Words and hyphened pairs of lines, in lower case; broken ends of lines are left out. */
export function collectWords(lines: Iterable<string>): ReadonlySet<string> {
  const words = new Set<string>();
  for (const line of lines) {
    for (const match of line.toLowerCase().matchAll(/\p{L}[\p{L}\p{N}]*(?:-\p{L}+)*(?!-$)/gu)) words.add(match[0]);
  }
  return words;
}
