import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../base/appError.ts';

/**
 * Of everything in an index folder: tables, analysis of words, vectors. A change of any makes a new number and a rebuild.
 * 2: chunks have the digest of what is embedded.
 */
export const INDEX_VERSION = 2;

/** Writes the version into a new folder; refuses a newer one (DATABASE_NEWER), an older one and one that says nothing sensible (both INDEX_DAMAGED: they are built again). */
export function checkIndexVersion(folder: string): void {
  const path = join(folder, 'version');
  if (!existsSync(path)) {
    if (existsSync(join(folder, 'index.db'))) throw new AppError('INDEX_DAMAGED', `The index at ${folder} has lost its version file`, { hint: 'Rebuild the index.' });
    writeFileSync(path, `${INDEX_VERSION}\n`);
    return;
  }
  const found = Number(readFileSync(path, 'utf8').trim() || Number.NaN);
  if (found === INDEX_VERSION) return;
  if (Number.isInteger(found) && found > INDEX_VERSION) {
    throw new AppError('DATABASE_NEWER', `The index at ${folder} has version ${found}; this Lathe reads up to ${INDEX_VERSION}`, { hint: 'Update Lathe, or delete the index and let it be rebuilt.' });
  }
  if (Number.isInteger(found) && found > 0) throw new AppError('INDEX_DAMAGED', `The index at ${folder} was made by an older Lathe (version ${found}; this one writes ${INDEX_VERSION})`, { hint: 'Rebuild the index.' });
  throw new AppError('INDEX_DAMAGED', `The index at ${folder} has an unreadable version`, { hint: 'Rebuild the index.' });
}
