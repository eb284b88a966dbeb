import type { Digest } from '#contract/ids.ts';
import { AppError } from '../../base/appError.ts';
import { sha256 } from '../../base/canonicalJson.ts';
import type { Clock } from '../../base/clock.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { Artifacts } from '../../storage/artifacts.ts';
import type { Database } from '../../storage/database.ts';
import { writeCommand } from '../../storage/command.ts';
import { recordUndo, withdrawUndo } from '../../storage/journal.ts';
import { placeInProject, readIfThere, type KeepFormer } from './projectFiles.ts';
import { writeFileSafely } from './writeFileSafely.ts';

/** Owns the journal's kind `project.file`: what a project file said before the window saved over it. */
export interface SavedOver {
  /** Of the journal's entry. */
  readonly id: string;
  readonly path: string;
  /** What it says since. */
  readonly written: Digest;
  /** What it said before; the journal's entry keeps this artifact. */
  readonly artifacts: readonly [Digest];
}

const KIND = 'project.file';

/** Before the file is written: a former content that nothing names must never be. */
export const recordSave = writeCommand('projects.recordSave', (sql, { atMs, ...saved }: SavedOver & { atMs: number }): void => {
  recordUndo(sql, { id: saved.id, kind: KIND, title: `Change ${saved.path}`, payload: saved, atMs });
});

/** The file could not be written after all. */
export const withdrawSave = writeCommand('projects.withdrawSave', (sql, { id, atMs }: { id: string; atMs: number }): void => {
  withdrawUndo(sql, { kind: KIND, payloadId: id, atMs });
});

/** The file is the whole of it: no row changes. */
const undoSave = writeCommand('projects.undoSave', (_sql, _saved: SavedOver): void => undefined);
const purgeSave = writeCommand('projects.purgeSave', (_sql, _saved: SavedOver): void => undefined);

export const fileJournalCommands = [recordSave, withdrawSave, undoSave, purgeSave];

/** Keeps what a file says before it is written over, as an artifact that an entry of the journal names. */
export function keepInJournal({ database, artifacts, clock }: { readonly database: Database; readonly artifacts: Artifacts; readonly clock: Clock }): KeepFormer {
  return {
    artifacts,
    async record(path, written, former) {
      const id = uuidv7();
      await database.run(recordSave, { id, path, written, artifacts: [former], atMs: clock.now() });
      return { withdraw: () => database.run(withdrawSave, { id, atMs: clock.now() }) };
    },
  };
}

/** How an undo brings the former content back: never over what somebody wrote later. */
export function createFileUndo(folder: string, artifacts: Artifacts) {
  async function around({ path, written, artifacts: [former] }: SavedOver, commit: () => Promise<unknown[]>): Promise<unknown[]> {
    const absolute = await placeInProject(folder, path);
    const now = await readIfThere(absolute);
    const digest = now === null ? null : sha256(now);
    if (digest !== null && digest !== written && digest !== former) {
      throw new AppError('UNDO_NOT_POSSIBLE', `${path} was changed again since`, { hint: 'Undo the later change first, or copy what you need from the file.' });
    }
    // It says so already when an undo was cut off before its row was written.
    if (digest !== former) await writeFileSafely(absolute, await artifacts.get(former));
    return commit();
  }
  return { [KIND]: { undo: undoSave, purge: purgeSave, around } };
}
