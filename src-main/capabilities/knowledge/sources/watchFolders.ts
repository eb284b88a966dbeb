import { watch as watchFolder, type FSWatcher } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface WatchOptions {
  /** Silence after the last change before `onChange` is called. */
  readonly quietMs?: number;
  /** How often a folder that is gone, or that the system does not watch, is looked at. */
  readonly pollMs?: number;
  /** Counts each folder as changed at the start: nobody saw what happened in it before. */
  readonly unseen?: boolean;
  /** Told once a folder when the system refuses to watch it. */
  readonly onFallback?: (folder: string, reason: string) => void;
  /** The system's watcher; tests give one that refuses. */
  readonly watch?: typeof watchFolder;
}

export interface FolderWatch {
  close(): void;
}

const QUIET_MS = 2_000;
const POLL_MS = 10_000;
const MAX_POLLED = 100_000;

/**
 * Calls `onChange` with the folders in which something changed, after a silence; a folder may vanish and come back, which are changes.
 * Where the system refuses to watch (its number of watches is used up), the folder is looked through at intervals instead.
 * Nothing is kept from one run of Lathe to the next: `unseen` is for a start that has to find out what changed before.
 */
export function watchFolders(folders: readonly string[], onChange: (changed: readonly string[]) => void, options: WatchOptions = {}): FolderWatch {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const note = (folder: string): void => {
    changed.add(folder);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const all = [...changed];
      changed.clear();
      onChange(all);
    }, options.quietMs ?? QUIET_MS);
  };
  const watches = [...new Set(folders)].map((folder) => watchOne(folder, () => note(folder), options));
  return {
    close: () => {
      clearTimeout(timer);
      for (const close of watches) close();
    },
  };
}

function watchOne(folder: string, note: () => void, options: WatchOptions): () => void {
  let watcher: FSWatcher | null = null;
  let polling = false;
  let closed = false;
  let inode: bigint | null = null;
  let seen: string | null = null;
  let looking = false;

  function stopWatching(): void {
    watcher?.close();
    watcher = null;
  }

  function startWatching(): void {
    try {
      watcher = (options.watch ?? watchFolder)(folder, { recursive: true, persistent: false }, note);
      watcher.on('error', refused);
    } catch (error) {
      refused(error);
    }
  }

  function refused(error: unknown): void {
    stopWatching();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (polling || closed || code === 'ENOENT' || code === 'EPERM') return;
    polling = true;
    const why = code === 'ENOSPC' || code === 'EMFILE' ? 'the system has no watches left' : error instanceof Error ? error.message : String(error);
    options.onFallback?.(folder, `${folder} is looked through every ${(options.pollMs ?? POLL_MS) / 1000} s, because ${why}.`);
  }

  /** Also beside a watcher: a folder that is removed and made anew is another one, of which its watcher says nothing. */
  async function look(): Promise<void> {
    const facts = await stat(folder, { bigint: true }).catch(() => null);
    const now = facts?.isDirectory() ? facts.ino : null;
    if (closed) return;
    if (now !== inode) {
      const first = inode === null && now !== null && seen === null;
      inode = now;
      stopWatching();
      if (!first || options.unseen === true) note();
    }
    seen ??= '';
    if (inode !== null && watcher === null && !polling) startWatching();
    if (!polling) return;
    const state = await stateOf(folder);
    if (seen !== '' && state !== seen && !closed) note();
    seen = state;
  }

  async function lookInTurn(): Promise<void> {
    if (looking) return;
    looking = true;
    await look().finally(() => (looking = false));
  }

  void lookInTurn();
  const timer = setInterval(() => void lookInTurn(), options.pollMs ?? POLL_MS);
  timer.unref();
  return () => {
    closed = true;
    clearInterval(timer);
    stopWatching();
  };
}

/** Names, sizes and times of everything below, as one text's hash would be: enough to tell that something changed. */
async function stateOf(folder: string): Promise<string> {
  let sum = 0;
  let count = 0;
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined && count < MAX_POLLED; next = pending.pop()) {
    const entries = await opendir(next).catch(() => null);
    if (entries === null) continue;
    for await (const entry of entries) {
      const place = path.join(next, entry.name);
      const facts = entry.isSymbolicLink() ? null : await stat(place).catch(() => null);
      if (entry.isDirectory()) pending.push(place);
      // The order in which a folder lists its entries is not fixed: a sum has none.
      sum = (sum + hashOf(`${place}\0${facts?.size ?? 0}\0${facts?.mtimeMs ?? 0}`)) % Number.MAX_SAFE_INTEGER;
      count += 1;
    }
  }
  return `${count} ${sum}`;
}

function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619) >>> 0;
  return hash;
}
