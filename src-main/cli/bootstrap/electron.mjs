import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLine } from './checks.mjs';
import { runQuietly } from './runChild.mjs';
import { startStep } from './steps.mjs';

const FETCH_LIMIT_MS = 60_000;

/** Asking the package itself would start a download: its files are looked at instead. */
function runtimePath(root) {
  const folder = join(root, 'node_modules', 'electron');
  const file = join(folder, 'path.txt');
  if (!existsSync(file)) return null;
  const runtime = join(folder, 'dist', readFileSync(file, 'utf8').trim());
  return existsSync(runtime) ? runtime : null;
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function notePath(root) {
  return join(root, 'node_modules', '.lathe-electron.json');
}

function installer(root) {
  return join(root, 'node_modules', 'electron', 'install.js');
}

/** True on a machine with a display whose installation has neither the runtime nor the note of an attempt: whoever installed it. */
export function wantsElectron(root) {
  return hasDisplay() && existsSync(installer(root)) && !runtimePath(root) && !existsSync(notePath(root)) && isWritable(join(root, 'node_modules'));
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    // Installed by another user: the attempt could not be noted, so none is made.
    return false;
  }
}

/**
 * Fetches Electron's runtime, once for an installation and within a limit: a later start never asks the network again.
 * A failure is not an error: the browser host serves the same product, and says why.
 */
export async function fetchElectron(root) {
  if (!wantsElectron(root)) return;
  const step = startStep(`Fetching Electron's runtime (about 120 MB, at most ${FETCH_LIMIT_MS / 1000} s)`);
  const { code, output } = await runQuietly({ command: process.execPath, args: [installer(root)], cwd: root, timeoutMs: FETCH_LIMIT_MS });
  if (code === 0 && runtimePath(root)) return step.done();
  const reason = code === null ? `its runtime did not arrive within ${FETCH_LIMIT_MS / 1000} s` : `its runtime could not be fetched (${errorLine(output)})`;
  writeFileSync(notePath(root), JSON.stringify({ reason }));
  step.done(`not available, the browser is used: ${reason}`);
}

function errorLine(output) {
  return output.split('\n').find((line) => /error/i.test(line))?.trim() ?? lastLine(output);
}

/** What the command line is told: where Electron is, or why there is none. */
export function probeElectron(root) {
  const runtime = runtimePath(root);
  if (!hasDisplay()) return { LATHE_ELECTRON_REASON: 'this session has no display' };
  if (runtime) return { LATHE_ELECTRON: runtime };
  const note = existsSync(notePath(root)) ? JSON.parse(readFileSync(notePath(root), 'utf8')).reason : 'its runtime is not installed';
  return { LATHE_ELECTRON_REASON: note };
}
