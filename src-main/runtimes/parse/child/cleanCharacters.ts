/** Characters that carry no text: controls, soft hyphens, zero-width marks, byte-order marks, invisible tags. ZWJ and ZWNJ stay: scripts need them. */
const INVISIBLE = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2060-\u2064\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
const ODD_SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u000c]/g;
const PLAIN = /^[\n\t\x20-\x7e]*$/;

/** Text as it is searched and quoted: ordinary spaces, no invisible characters, `\n` line ends, no lone surrogates. */
export function cleanCharacters(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(/\r\n?|\u2028|\u2029/g, '\n').replace(ODD_SPACE, ' ').replace(INVISIBLE, '').toWellFormed();
}
