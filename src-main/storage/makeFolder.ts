import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../base/appError.ts';
import { storageError } from './storageError.ts';

/** For the folders that LATHE_HOME moves. */
export const OWN_FOLDER_HINT = 'LATHE_HOME names the place of everything that Lathe keeps for you: choose one that you may write to.';

/**
 * Makes a folder and those above it. Not by Node's recursive mkdir: below a file system that answers "no such file" to every
 * new name (`/proc`) it never ends. Throws DISK_READ_ONLY, DISK_FULL or STORAGE_FAILED.
 */
export async function makeFolder(folder: string, { doing, hint, mode = 0o777 }: { readonly doing: string; readonly hint: string; readonly mode?: number }): Promise<void> {
  try {
    await makeEach(folder, mode);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EEXIST') throw storageError(error, { doing, path: folder });
    const why = code === 'ENOENT' ? 'its file system takes no new folder there' : 'a file stands in its way';
    throw new AppError('STORAGE_FAILED', `The folder ${folder} cannot be made: ${why} (while ${doing}).`, { hint, cause: error });
  }
}

async function makeEach(folder: string, mode: number): Promise<void> {
  if (await isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) await makeEach(above, mode);
  await mkdir(folder, { mode }).catch(async (error: unknown) => {
    // Another process may have made it in between.
    if (!(await isFolder(folder))) throw error;
  });
}

function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then((facts) => facts.isDirectory(), () => false);
}
