import { readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError } from '../base/appError.ts';

export interface FolderListing {
  folder: string;
  parent: string | null;
  entries: { name: string; path: string; kind: 'file' | 'folder'; bytes: number }[];
}

const MAX_ENTRIES = 2_000;

/** The browser's stand-in for a native file dialog: names and sizes of one folder, never contents. */
export async function browseFolder(wanted: string | undefined): Promise<FolderListing> {
  const start = wanted ?? homedir();
  const folder = await realpath(start).catch((cause: unknown) => {
    throw new AppError('PATH_UNREADABLE', `${start} does not exist or may not be read`, { cause });
  });
  const found = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('PATH_UNREADABLE', `The folder ${folder} may not be listed`, { hint: 'Check its permissions.', cause });
  });
  const listed = found.filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isFile())).slice(0, MAX_ENTRIES);
  const entries = await Promise.all(
    listed.map(async (entry) => {
      const full = path.join(folder, entry.name);
      const kind = entry.isDirectory() ? ('folder' as const) : ('file' as const);
      const bytes = kind === 'file' ? await stat(full).then((facts) => facts.size, () => 0) : 0;
      return { name: entry.name, path: full, kind, bytes };
    }),
  );
  entries.sort((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name) : a.kind === 'folder' ? -1 : 1));
  return { folder, parent: path.dirname(folder) === folder ? null : path.dirname(folder), entries };
}
