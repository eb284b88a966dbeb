/** Hyphens that end a line in print. */
const HYPHENS = /[-\u2010\u00ad]/;

/**
 * Whether a quote stands word for word in a text. White space counts as one space, and a hyphen at a line's end as none
 * (a word that print broke); everything else must be equal.
 */
export function quoteInText(quote: string, text: string): boolean {
  const wanted = squeeze(quote);
  if (wanted === '') return false;
  const held = squeeze(text);
  return held.includes(wanted) || unbroken(text).includes(unbroken(quote));
}

function squeeze(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** The text with broken words joined: "docu-\nment" is "document". */
function unbroken(text: string): string {
  return squeeze(text.replace(new RegExp(`(\\p{L})${HYPHENS.source}[ \\t]*\\r?\\n\\s*(?=\\p{Ll})`, 'gu'), '$1'));
}
