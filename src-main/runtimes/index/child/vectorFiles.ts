import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { VectorFile, VectorFileDamaged } from './vectorFile.ts';

/** One index's hold on a file that several indexes share. */
export interface VectorFileUse {
  /** The file; made, or opened again, when it is not there. One that cannot be read is set aside first. */
  open(): VectorFile;
  /** The file when it is there. */
  openExisting(): VectorFile | null;
  /** Moves a file that cannot be read to `NAME.damaged` (the one set aside before goes) and says so. */
  setAside(reason: string): void;
  /** What happened to the file since the last call, in a sentence; null = nothing. */
  takeNote(): string | null;
  release(): void;
}

interface Shared {
  file: VectorFile | null;
  uses: number;
  note: string | null;
}

/** Owns the open files of vectors of this process, one handle a path. The last use that is released closes its file. */
export function createVectorFiles(): (path: string) => VectorFileUse {
  const shared = new Map<string, Shared>();

  return (path) => {
    const state = shared.get(path) ?? { file: null, uses: 0, note: null };
    shared.set(path, state);
    state.uses++;
    let held = true;

    function closeFile(): void {
      state.file?.close();
      state.file = null;
    }
    function setAside(reason: string): void {
      closeFile();
      const aside = `${path}.damaged`;
      rmSync(aside, { force: true });
      renameSync(path, aside);
      for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
      state.note = `The transformer vectors could not be read (${reason}): they were set aside as ${basename(aside)} and are computed again. Search goes on without them until then.`;
    }
    function open(): VectorFile {
      if (state.file && !existsSync(path)) closeFile();
      if (state.file) return state.file;
      try {
        state.file = new VectorFile(path);
      } catch (error) {
        if (!(error instanceof VectorFileDamaged)) throw error;
        setAside(error.message);
        state.file = new VectorFile(path);
      }
      return state.file;
    }

    return {
      open,
      openExisting: () => (existsSync(path) ? open() : null),
      setAside,
      takeNote() {
        const { note } = state;
        state.note = null;
        return note;
      },
      release() {
        if (!held) return;
        held = false;
        if (--state.uses > 0) return;
        closeFile();
        shared.delete(path);
      },
    };
  };
}
