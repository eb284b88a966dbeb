import { spawn } from 'node:child_process';

function opener(): readonly [string, readonly string[]] | null {
  if (process.platform === 'darwin') return ['open', []];
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler']];
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  return display === undefined || display === '' ? null : ['xdg-open', []];
}

/** Asks the system to show a URL; answers false where there is nothing that could. */
export function openBrowser(url: string): Promise<boolean> {
  const found = opener();
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
