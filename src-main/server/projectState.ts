import { lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../base/appError.ts';
import { isMissing } from '../base/isMissing.ts';
import { openInside } from '../base/paths.ts';
import { storageError } from '../storage/storageError.ts';

const STATE = '.lathe';

/**
 * Makes the folders of a project that Lathe writes to and answers its state folder. They must be real folders inside the
 * project: one that is a link would carry databases, artifacts and knowledge files to wherever its maker wanted them.
 * Throws PATH_OUTSIDE_ROOT, PATH_UNREADABLE, DISK_READ_ONLY, DISK_FULL or STORAGE_FAILED.
 */
export async function openState(folder: string): Promise<string> {
  const state = await realFolderIn(folder, STATE);
  await refuseLinks(state, STATE, 1);
  await refuseLinks(path.join(state, 'vectors'), `${STATE}/vectors`, 2);
  await realFolderIn(folder, 'knowledge');
  return state;
}

async function realFolderIn(folder: string, name: string): Promise<string> {
  const wanted = path.join(folder, name);
  if ((await openInside(folder, name)) !== wanted) throw linked(name);
  await mkdir(wanted, { mode: 0o700 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw storageError(error, { doing: `making the folder ${name}`, path: wanted });
  });
  if (!(await lstat(wanted)).isDirectory()) throw new AppError('PATH_UNREADABLE', `${wanted} is not a folder`, { hint: `Move it away: Lathe makes the folder ${name} again.` });
  return wanted;
}

/** Looks at entries only, as many levels down as Lathe makes folders; a folder that is not there yet has no links. */
async function refuseLinks(folder: string, name: string, levels: number): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw storageError(error, { doing: 'looking for links in the state', path: folder });
  });
  for (const entry of entries) {
    const inside = `${name}/${entry.name}`;
    if (entry.isSymbolicLink()) throw linked(inside);
    if (entry.isDirectory() && levels > 0) await refuseLinks(path.join(folder, entry.name), inside, levels - 1);
  }
}

function linked(name: string): AppError {
  return new AppError('PATH_OUTSIDE_ROOT', `${name} is a link; Lathe writes there, and would write to where it leads`, { hint: `Remove the link ${name}: Lathe makes it again as a real one.` });
}
