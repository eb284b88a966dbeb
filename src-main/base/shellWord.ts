/** A word as it is typed in a shell: in single quotes, within which nothing is changed, where it has more than plain characters. For showing; nothing is run through a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
