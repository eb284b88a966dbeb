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
  /** A folder that is made with its first file, and may go and come back with a branch: looked for whenever its parent changes. */
  const following = (target: string): (() => void) => {
    let watcher: FSWatcher | undefined;
    return () => {
      watcher?.close();
      watcher = existsSync(target) ? start(target, isYaml) : undefined;
    };
  };
  const watchQuestions = following(path.join(knowledge, 'questions'));
  const watchPipelines = following(path.join(folder, 'pipelines'));
  start(folder, (name) => {
    if (name === 'pipelines') watchPipelines();
    return name === PROJECT_FILE || name === 'pipelines';
  });
  start(knowledge, (name) => {
    if (name === 'questions') watchQuestions();
    return name === 'questions' || isYaml(name);
  });
  watchQuestions();
  watchPipelines();
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
