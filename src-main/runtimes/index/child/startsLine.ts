/** Marks that a manual puts before a name that it is about to explain: bullets, quotes, hyphens of an option. */
const LEAD = '[\\s*`\'"‘“|(-]{0,8}';

/**
 * Whether a lower-case text has a line that begins with this name: there it is explained, elsewhere it is mentioned.
 * Made once a question, asked of each candidate.
 */
export function startsLine(identifier: string): (text: string) => boolean {
  const pattern = new RegExp(`^${LEAD}${identifier.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_-])`, 'mu');
  return (text) => pattern.test(text);
}
