const LONGEST = 150;
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const DEPENDENCIES = new Set(['node_modules', '__pycache__', 'site-packages', '.git', '__MACOSX']);

/** A name from inside a container as a POSIX path that leads nowhere: no `..`, no root, no drive, no control characters. */
export function cleanName(name: string): string {
  const parts = name.toWellFormed().replaceAll(INVISIBLE, '').split(/[/\\]/).map((part) => part.trim().replace(/^[A-Za-z]:/, ''))
    .filter((part) => part !== '' && !/^\.+$/.test(part)).map(shorten);
  return parts.slice(-32).join('/').normalize('NFC') || 'unnamed';
}

/**
 * Whether a path goes above the top of its archive by `..`, however it is spelt. Nothing is written by its name, so it could do no harm:
 * but no honest program writes one. An absolute path is no such one: `tar -P` writes them, and they are read as below the archive.
 */
export function leadsOut(name: string): boolean {
  let depth = 0;
  for (const part of name.replaceAll(INVISIBLE, '').split(/[/\\]/).map((each) => each.trim().replace(/^[A-Za-z]:/, ''))) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}

/** Cuts a long part in its middle, so that its extension stays. */
function shorten(part: string): string {
  return part.length <= LONGEST ? part : `${part.slice(0, LONGEST - 21)}…${part.slice(-20)}`.toWellFormed();
}

/** A text (a subject, a title) as one part of a path. */
export function asPart(text: string): string {
  return text.replaceAll(/[/\\:*?"<>|\u0000-\u001f\u007f]+/g, ' ').replaceAll(/\s+/g, ' ').trim().replace(/^\.+/, '').slice(0, 100).trim().toWellFormed();
}

/** Why an entry is passed over, as folders' entries are; null = it is not. */
export function passedOver(name: string): string | null {
  const parts = name.split('/');
  if (parts.some((part) => DEPENDENCIES.has(part))) return 'dependencies and version control';
  return parts.some((part) => part.startsWith('.')) ? 'hidden' : null;
}

/** `a/b.txt` → `a/b (2).txt` */
export function numbered(name: string, number: number): string {
  const at = name.lastIndexOf('.');
  const dot = at > name.lastIndexOf('/') + 1 ? at : name.length;
  return `${name.slice(0, dot)} (${number})${name.slice(dot)}`;
}
