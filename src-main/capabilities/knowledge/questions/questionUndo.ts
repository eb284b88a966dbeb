import { purgeRemovedQuestions, undoRemovedQuestions, type RemovedQuestions } from './questionStore.ts';
import type { QuestionFilesPort } from './questionsPort.ts';

/** How an undo brings deleted questions back: into the file as it is now, whatever was saved since. */
export function createQuestionUndo(files: QuestionFilesPort) {
  async function around({ slug, questions }: RemovedQuestions, commit: () => Promise<unknown[]>): Promise<unknown[]> {
    // Nothing to write over: what is there stays, and the journal has this entry already.
    await files.change(slug, (now) => [...now, ...questions.filter(({ id }) => !now.some((each) => each.id === id))], async () => ({ withdraw: async () => undefined }));
    return commit();
  }
  return { 'knowledge.questions': { undo: undoRemovedQuestions, purge: purgeRemovedQuestions, around } } as const;
}
