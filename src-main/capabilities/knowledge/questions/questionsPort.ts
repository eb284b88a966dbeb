import type { FileTrouble } from '#contract/projects.ts';
import type { StoredQuestion } from '#contract/questions.ts';

/** A project's knowledge/questions/*.yaml, read and written through the project's own files. */
export interface QuestionFilesPort {
  /** Throws PROJECT_FILE_INVALID, with line and field; a file that is not there has no questions. */
  read(slug: string): Promise<StoredQuestion[]>;
  /** `record` takes the place of the journal's own entry for a file that is written over. */
  change(
    slug: string,
    edit: (questions: readonly StoredQuestion[]) => readonly StoredQuestion[],
    record?: () => Promise<{ withdraw(): Promise<void> }>,
  ): Promise<StoredQuestion[]>;
  /** What is wrong with each file that cannot be used. */
  troubles(): Promise<FileTrouble[]>;
}
