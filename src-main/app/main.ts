import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as electron from 'electron';
import { hasErrorCode } from '../base/appError.ts';
import { userFolders } from '../base/paths.ts';
import { attach } from '../cli/attach.ts';
import { startAppFront } from './createAppFront.ts';
import { createUtilityLaunch } from './createUtilityLaunch.ts';
import { openAppOwner } from './openAppOwner.ts';

// The entry file of the Electron program: gives the front its parts and starts it. Decides nothing.
const { app, dialog, utilityProcess } = electron;
const { state } = userFolders();
const CLOSE_TIMEOUT_MS = 10_000;

function warn(message: string): void {
  process.stderr.write(`${message}\n`);
}

function fail(what: string, error: unknown): void {
  const cause = error instanceof Error ? error.message : String(error);
  const hint = hasErrorCode(error) && error.hint !== undefined ? `\n\n${error.hint}` : '';
  warn(`${what}: ${cause}`);
  dialog.showErrorBox(what, `${cause}${hint}`);
}

// Unpackaged, children are plain Node processes, which can be kept off the network; the packaged program cannot run itself as Node.
const launch = app.isPackaged ? { launch: createUtilityLaunch(utilityProcess.fork.bind(utilityProcess)) } : {};

// Not awaited: Electron becomes ready only when this file has been evaluated.
startAppFront({
  electron,
  openOwner: async () => openAppOwner(await attach({ mode: 'window', say: warn, ...launch }), { onProblem: fail, trustFirst: process.env['LATHE_TRUST'] === '1' }),
  settings: {
    userDataFolder: path.join(state, 'electron'),
    windowStateFile: path.join(state, 'window.json'),
    preloadPath: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
    argv: process.argv.slice(app.isPackaged ? 1 : 2),
    workingFolder: process.env['INIT_CWD'] ?? process.cwd(),
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
  },
  warn,
  fail,
}).catch((error: unknown) => {
  fail('Lathe could not start', error);
  app.exit(1);
});
