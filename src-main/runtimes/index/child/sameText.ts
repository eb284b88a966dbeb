/** Words that a shingle holds, and the share of a text's shingles that must stand in another for the two to be taken as one. */
const SHINGLE_WORDS = 5;
const SAME_FROM = 0.95;

/** Texts that are told apart by more than white space and a few words; each is compared with those that were kept before. */
export class SeenTexts<T> {
  readonly #kept: (Compared & { readonly value: T })[] = [];

  /** The kept value whose text is the same or nearly the same; else keeps this one and answers undefined. */
  sameAs(text: string, value: T): T | undefined {
    const squeezed = text.replace(/\s+/g, ' ').trim();
    const fresh: Compared & { readonly value: T } = { value, squeezed, shingles: null };
    const same = this.#kept.find((kept) => kept.squeezed === squeezed || isNearly(fresh, kept));
    if (same === undefined) this.#kept.push(fresh);
    return same?.value;
  }
}

interface Compared {
  readonly squeezed: string;
  shingles: ReadonlySet<string> | null;
}

function isNearly(a: Compared, b: Compared): boolean {
  const longest = Math.max(a.squeezed.length, b.squeezed.length);
  if (Math.min(a.squeezed.length, b.squeezed.length) < longest * 0.8) return false;
  a.shingles ??= shinglesOf(a.squeezed);
  b.shingles ??= shinglesOf(b.squeezed);
  if (a.shingles.size === 0 || b.shingles.size === 0) return false;
  let shared = 0;
  for (const shingle of a.shingles) if (b.shingles.has(shingle)) shared++;
  return shared >= SAME_FROM * Math.max(a.shingles.size, b.shingles.size);
}

function shinglesOf(text: string): Set<string> {
  const words = text.toLowerCase().split(' ');
  return new Set(words.slice(0, Math.max(0, words.length - SHINGLE_WORDS + 1)).map((_, at) => words.slice(at, at + SHINGLE_WORDS).join(' ')));
}
