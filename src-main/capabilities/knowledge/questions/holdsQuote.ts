/** White space and hyphens at line ends differ between extractors, so both sides are compared without them. */
export function squeezed(text: string): string {
  return text.normalize('NFKC').replace(/\u00ad|-\s*\n\s*|\s|¶/gu, '');
}

const WORDS_OF_A_LONG_QUOTE = 6;
const HELD_SHARE = 0.8;

/** The quote stands in the passage, or at least 80 % of a longer quote's words do. */
export function holdsQuote(passage: string, quote: string): boolean {
  if (squeezed(passage).includes(squeezed(quote))) return true;
  const words = quote.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  if (words.length < WORDS_OF_A_LONG_QUOTE) return false;
  const held = new Set(passage.toLowerCase().match(/[\p{L}\p{N}_]+/gu));
  return words.filter((word) => held.has(word)).length >= words.length * HELD_SHARE;
}

/** The span of the text that is the quote, both without white space; null when it does not stand there word for word. */
export function placeOfQuote(text: string, quote: string): { start: number; end: number } | null {
  const wanted = squeezed(quote);
  if (wanted === '') return null;
  const exact = text.indexOf(quote);
  if (exact >= 0) return { start: exact, end: exact + quote.length };
  // The squeezed text with the place of each of its units in the text as it is.
  let flat = '';
  const places: { start: number; end: number }[] = [];
  const skipped = /\u00ad|-\s*\n\s*|\s+|¶/uy;
  const whole = /\P{M}\p{M}*|\p{M}/uy;
  for (let at = 0; at < text.length; ) {
    skipped.lastIndex = at;
    const skip = skipped.exec(text);
    if (skip) {
      at += skip[0].length;
      continue;
    }
    whole.lastIndex = at;
    const character = whole.exec(text)?.[0] ?? text.charAt(at);
    const plain = character.normalize('NFKC').replace(/\s/gu, '');
    for (let unit = 0; unit < plain.length; unit += 1) places.push({ start: at, end: at + character.length });
    flat += plain;
    at += character.length;
  }
  const found = flat.indexOf(wanted);
  if (found < 0) return null;
  const [first, last] = [places[found], places[found + wanted.length - 1]];
  return first && last ? { start: first.start, end: last.end } : null;
}
