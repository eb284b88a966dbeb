import type { FileTrouble, ProjectFile } from '#contract/projects.ts';
import { PROJECT_FILE, readProjectFile } from './projectFolder.ts';

/**
 * `lathe.yaml` of an open project. It is read for each use, so that what the window shows and what an answer uses never
 * differ; while it cannot be used, what was read last goes on counting and the problem is told.
 */
export interface ProjectSource {
  read(): Promise<{ readonly file: ProjectFile; readonly trouble: FileTrouble | null }>;
}

export function createProjectSource(folder: string, opened: ProjectFile): ProjectSource {
  let last = opened;
  return {
    async read() {
      try {
        last = await readProjectFile(folder);
        return { file: last, trouble: null };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { file: last, trouble: { file: PROJECT_FILE, message: `${reason}. Until that is mended, what it said before counts` } };
      }
    },
  };
}
