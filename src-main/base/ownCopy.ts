/**
 * A string with memory of its own. V8 keeps a substring as a window on the text that it was cut from: as a key of a
 * cache, one word would hold its whole document in memory.
 */
export function ownCopy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
