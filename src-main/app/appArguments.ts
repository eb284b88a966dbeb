import path from 'node:path';

const MAX_LENGTH = 4_096;

/** What a start of the desktop program asks for. */
export interface AppArguments {
  /** Absolute path of the project to open; null = the last one. */
  readonly project: string | null;
}

/** The text as a path, or null when it is none: too long, empty, with control characters, an option or a link. */
function checkPath(text: unknown): string | null {
  if (typeof text !== 'string' || text === '' || text.length > MAX_LENGTH) return null;
  if (/\p{Cc}/u.test(text) || text.startsWith('-')) return null;
  // A link (lathe://…, file:…) is no path; a drive letter is one character.
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(text)) return null;
  // A share on another machine would be contacted just by looking at it.
  if (/^[\\/]{2}/.test(text)) return null;
  return text;
}

/**
 * Reads `--project DIR`, `--project=DIR` or one plain folder. Everything else is left to Chromium or ignored: no
 * argument of a start can change what Lathe does, only which project it opens.
 */
export function readArguments(argv: readonly string[], workingFolder: string): AppArguments {
  const named = argv.find((text) => text.startsWith('--project='))?.slice('--project='.length);
  const at = argv.indexOf('--project');
  const after = at < 0 ? undefined : argv[at + 1];
  const plain = argv.filter((text, index) => !text.startsWith('-') && !(at >= 0 && index === at + 1));
  const project = checkPath(named ?? after ?? (plain.length === 1 ? plain[0] : undefined));
  return { project: project === null ? null : path.resolve(workingFolder, project) };
}

/** Reads what a second start handed over. It comes from another process: nothing in it is taken as said. */
export function readForwarded(data: unknown): AppArguments {
  if (typeof data !== 'object' || data === null || !('project' in data)) return { project: null };
  const project = checkPath(data.project);
  return { project: project !== null && path.isAbsolute(project) ? project : null };
}
