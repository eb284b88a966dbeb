import { existsSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { PROJECT_FILE } from './projectFolder.ts';

const SETTLE_MS = 200;

/**
 * Tells when project files that Lathe shows were changed, by Lathe or by any other program. Answers null for a change,
 * a sentence when watching is not possible (then changes show when the project is opened again).
 */
export function watchProject(folder: string, onChange: (problem: string | null) => void): { close(): void } {
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(null), SETTLE_MS);
    timer.unref();
  };
  const start = (target: string, matters: (name: string) => boolean): FSWatcher | undefined => {
    try {
      const watcher = watch(target, { persistent: false }, (_, name) => {
        if (name !== null && matters(name)) changed();
      });
      watcher.on('error', (error) => onChange(`Changes in ${target} are no longer noticed: ${error.message}`));
      watchers.push(watcher);
      return watcher;
    } catch (error) {
      onChange(`Changes in ${target} are not noticed: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const isYaml = (name: string): boolean => /\.ya?ml$/.test(name) && !name.startsWith('.');
  const knowledge = path.join(folder, 'knowledge');
  // The folder of saved questions is made with the first of them, and may go and come back with a branch.
  let questions: FSWatcher | undefined;
  const watchQuestions = (): void => {
    questions?.close();
    questions = existsSync(path.join(knowledge, 'questions')) ? start(path.join(knowledge, 'questions'), isYaml) : undefined;
  };
  start(folder, (name) => name === PROJECT_FILE);
  start(knowledge, (name) => {
    if (name === 'questions') watchQuestions();
    return name === 'questions' || isYaml(name);
  });
  watchQuestions();
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
