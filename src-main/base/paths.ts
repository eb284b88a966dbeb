import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, posix, resolve, sep, win32 } from 'node:path';
import { AppError } from './appError.ts';
import { isMissing } from './isMissing.ts';

/** Owns the way from a name in a file, a table or a request to a path on disk. Nothing else joins untrusted text to a folder. */

/** Project-relative spelling for files and tables: forward slashes, NFC. */
export function toPosix(path: string): string {
  return toNfc(path.replaceAll('\\', '/'));
}

export function toNfc(text: string): string {
  return text.normalize('NFC');
}

const WINDOWS_RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
// Characters below space and these have a meaning to a Windows path ("file:stream", wildcards).
const WINDOWS_REFUSED = /[\u0000-\u001f<>:"|?*]/;

function refuse(relative: string, why: string): never {
  throw new AppError('PATH_OUTSIDE_ROOT', `The path ${JSON.stringify(relative)} was refused: ${why}.`, {
    hint: 'Use a path inside the folder, such as "notes/a.md".',
  });
}

/**
 * Checks the spelling of a relative path, the same on every platform, and returns its parts.
 * Both separators count everywhere. Throws PATH_OUTSIDE_ROOT for absolute paths, drives, `..`, NUL and names no Windows folder can hold.
 */
export function splitRelative(relative: string): string[] {
  if (relative === '' || relative === '.') return [];
  if (posix.isAbsolute(relative) || win32.isAbsolute(relative) || /^[a-z]:/i.test(relative)) refuse(relative, 'it is absolute');
  const parts = relative.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  for (const part of parts) {
    if (part === '..') refuse(relative, 'it leaves the folder by ".."');
    if (WINDOWS_REFUSED.test(part)) refuse(relative, `"${part}" holds a character that is not allowed in file names on every system`);
    if (WINDOWS_RESERVED.test(part)) refuse(relative, `"${part}" is a reserved name on Windows`);
    if (/[. ]$/.test(part)) refuse(relative, `"${part}" ends in a dot or a space`);
  }
  return parts;
}

/** Joins by spelling only (no disk access): for paths whose every part Lathe itself makes. `style` is for tests of the other platform. */
export function joinInside(root: string, relative: string, style: { join(...parts: string[]): string } = { join }): string {
  return style.join(root, ...splitRelative(relative));
}

/**
 * The real absolute path of `relative` in `root`; the only way from untrusted text to a path. The target need not exist.
 * Throws PATH_OUTSIDE_ROOT when the spelling or a symbolic link (also a dangling one) leads outside, PATH_UNREADABLE when the root cannot be read.
 */
export async function openInside(root: string, relative: string): Promise<string> {
  const parts = splitRelative(relative);
  const realRoot = await realpath(root).catch((cause: unknown) => {
    throw new AppError('PATH_UNREADABLE', `The folder ${root} cannot be opened.`, { hint: 'Check that it exists and can be read.', cause });
  });
  let current = realRoot;
  for (const [index, part] of parts.entries()) {
    const next = join(current, part);
    const real = await realOrMissing(next);
    if (real === 'missing') return join(current, ...parts.slice(index));
    if (real === 'dangling') refuse(relative, `"${part}" is a link that leads nowhere`);
    if (!isInside(realRoot, real.path)) refuse(relative, `"${part}" is a link that leads outside the folder`);
    current = real.path;
  }
  return current;
}

/** True when `path` is `root` or below it; both absolute and already real. */
export function isInside(root: string, path: string): boolean {
  const base = resolve(root);
  const target = resolve(path);
  return target === base || target.startsWith(base.endsWith(sep) ? base : base + sep);
}

async function realOrMissing(path: string): Promise<{ path: string } | 'missing' | 'dangling'> {
  try {
    return { path: await realpath(path) };
  } catch (error) {
    if (!isMissing(error)) throw new AppError('PATH_UNREADABLE', `${path} cannot be opened.`, { hint: 'Check its permissions.', cause: error });
    const entry = await lstat(path).catch(() => null);
    return entry === null ? 'missing' : 'dangling';
  }
}

export interface UserFolders {
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly cache: string;
}

export interface UserFoldersFrom {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** Where per-user state lives: LATHE_HOME, else the platform's folders (XDG, Application Support, AppData). */
export function userFolders(from: UserFoldersFrom = { env: process.env, platform: process.platform, home: homedir() }): UserFolders {
  const path = from.platform === 'win32' ? win32 : posix;
  const moved = from.env['LATHE_HOME'];
  if (moved !== undefined && moved !== '') return under(path, path === posix && from.platform === process.platform ? resolve(moved) : moved);
  if (from.platform === 'win32') {
    return under(path, path.join(absolute(path, from.env['LOCALAPPDATA']) ?? path.join(from.home, 'AppData', 'Local'), 'Lathe'));
  }
  if (from.platform === 'darwin') {
    const support = path.join(from.home, 'Library', 'Application Support', 'Lathe');
    return { ...under(path, support), cache: path.join(from.home, 'Library', 'Caches', 'Lathe') };
  }
  const xdg = (name: string, ...fallback: string[]) => path.join(absolute(path, from.env[name]) ?? path.join(from.home, ...fallback), 'lathe');
  return {
    config: xdg('XDG_CONFIG_HOME', '.config'),
    data: xdg('XDG_DATA_HOME', '.local', 'share'),
    state: xdg('XDG_STATE_HOME', '.local', 'state'),
    cache: xdg('XDG_CACHE_HOME', '.cache'),
  };
}

function under(path: typeof posix, folder: string): UserFolders {
  return { config: path.join(folder, 'config'), data: path.join(folder, 'data'), state: path.join(folder, 'state'), cache: path.join(folder, 'cache') };
}

/** The XDG specification says that a relative path in these variables is to be ignored. */
function absolute(path: typeof posix, value: string | undefined): string | undefined {
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}
