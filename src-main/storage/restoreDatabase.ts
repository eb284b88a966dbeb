import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { contentDigest } from './copyDatabase.ts';
import { markPath } from './databaseState.ts';
import { storageError } from './storageError.ts';
import { syncFolderNow, syncPathNow } from './syncFolder.ts';

/**
 * Puts a checked copy in the place of a closed database. What was there is moved to a folder beside it, whose path is the answer.
 * The caller holds the project's lock. Throws DATABASE_DAMAGED when the copy itself is not sound: then nothing was changed.
 */
export async function restoreDatabase(copy: string, file: string): Promise<string> {
  try {
    contentDigest(copy);
    const folder = dirname(file);
    const arriving = `${file}.restoring`;
    rmSync(arriving, { force: true });
    closeSync(openSync(arriving, 'w', 0o600));
    copyFileSync(copy, arriving);
    syncPathNow(arriving);
    const aside = asideFolder(file);
    // The log first: left beside another database it would be taken for that one's.
    for (const path of [`${file}-wal`, `${file}-shm`, markPath(file), file]) if (existsSync(path)) renameSync(path, join(aside, basename(path)));
    renameSync(arriving, file);
    syncFolderNow(aside);
    syncFolderNow(folder);
    return aside;
  } catch (error) {
    throw storageError(error, { doing: 'restoring it from a copy', path: file });
  }
}

function asideFolder(file: string): string {
  for (let number = 1; ; number += 1) {
    const folder = `${file}.replaced-${number}`;
    if (existsSync(folder)) continue;
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }
}
