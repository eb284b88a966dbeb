import { spawn } from 'node:child_process';
import { systemOpener } from '../base/systemOpener.ts';

/** Asks the system to show a URL; answers false where there is nothing that could. */
export function openBrowser(url: string): Promise<boolean> {
  const found = systemOpener();
  if (!found) return Promise.resolve(false);
  const [command, args] = found;
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
