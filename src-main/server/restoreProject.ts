import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RestoredProject } from '#contract/commands.ts';
import type { DatabaseCopy } from '#contract/projects.ts';
import { AppError } from '../base/appError.ts';
import { realFolder } from '../capabilities/projects/projectFolder.ts';
import { listCopies } from '../storage/copyDatabase.ts';
import { restoreDatabase } from '../storage/restoreDatabase.ts';
import { lockProject } from './lockProject.ts';

/** The state folder itself: a link in its place would lead the restore out of the project. */
async function stateOf(folder: string): Promise<{ folder: string; state: string; file: string }> {
  const real = await realFolder(folder);
  const state = path.join(real, '.lathe');
  const facts = await lstat(state).catch(() => null);
  if (!facts?.isDirectory()) throw new AppError('PROJECT_NOT_FOUND', `There is no state to restore in ${real}: it has no folder .lathe`, { hint: 'Open the project: its state is made anew.' });
  return { folder: real, state, file: path.join(state, 'lathe.db') };
}

async function describe(copy: string): Promise<DatabaseCopy> {
  const facts = await stat(copy);
  return { name: path.basename(copy), bytes: facts.size, madeAtMs: Math.round(facts.mtimeMs) };
}

/** Copies of a project's database, the newest first. */
export async function copiesOfProject(folder: string): Promise<DatabaseCopy[]> {
  const { file } = await stateOf(folder);
  return Promise.all(listCopies(file).map(describe));
}

/**
 * Puts a copy (the newest, or the named one) in the place of a project's database. Works without opening it, so also when it is
 * damaged or was made by a newer version; what was there is kept beside it. Throws PROJECT_LOCKED while a Lathe has it open.
 */
export async function restoreProject(folder: string, wanted?: string): Promise<RestoredProject> {
  const at = await stateOf(folder);
  const lock = lockProject(at.state, at.folder);
  try {
    const copies = listCopies(at.file);
    const copy = wanted === undefined ? copies[0] : copies.find((each) => path.basename(each) === wanted);
    if (copy === undefined) {
      const there = copies.length === 0 ? 'there is none' : `there are: ${copies.map((each) => path.basename(each)).join(', ')}`;
      throw new AppError('PATH_UNREADABLE', `No copy of the database${wanted === undefined ? '' : ` is called ${wanted}`}; ${there}`, { hint: 'A copy is made before each upgrade, and by `project backup`. Without one, move .lathe away and ingest again.' });
    }
    const restored = await describe(copy);
    return { folder: at.folder, restored, replaced: await restoreDatabase(copy, at.file) };
  } finally {
    lock.release();
  }
}
