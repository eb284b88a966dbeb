import type * as Electron from 'electron';
import { readArguments, readForwarded, type AppArguments } from './appArguments.ts';
import { APP_SCHEME, APP_SCHEME_REGISTRATION } from './appScheme.ts';
import { createOpenExternal } from './createOpenExternal.ts';
import { createProtocolMount, type Handle } from './createProtocolMount.ts';
import { guardContents } from './guardContents.ts';
import { hardenSession } from './hardenSession.ts';
import { menuTemplate } from './menuTable.ts';
import { loadPage, openMainWindow } from './openMainWindow.ts';
import { serveBridge } from './serveBridge.ts';
import { CHROMIUM_SWITCHES } from './windowOptions.ts';

/** The part of Electron that the front uses; the tests pass a stand-in. */
export type ElectronModule = Pick<
  typeof Electron,
  'app' | 'BrowserWindow' | 'dialog' | 'ipcMain' | 'Menu' | 'nativeTheme' | 'protocol' | 'screen' | 'session' | 'shell'
>;

/** What the composition gives: the handler, the page to open, and the end. */
export interface AppOwner {
  readonly handle: Handle;
  /** Path, query and fragment of the page for these arguments, beginning with "/"; carries a fresh one-time code each time. */
  startPath(start: AppArguments): Promise<string>;
  close(): Promise<void>;
}

export interface AppFrontSettings {
  /** Chromium's profile and the single-instance lock; moves with LATHE_HOME. */
  readonly userDataFolder: string;
  readonly windowStateFile: string;
  /** The CommonJS bundle of preload.ts. */
  readonly preloadPath: string;
  /** The command line without the program's own name and entry file. */
  readonly argv: readonly string[];
  readonly workingFolder: string;
  /** How long a quit waits for the owner to close. */
  readonly closeTimeoutMs: number;
}

export interface AppFrontParts {
  readonly electron: ElectronModule;
  /** Opens the owner, or attaches to the one that runs. Called once, by the first instance only. */
  openOwner(): Promise<AppOwner>;
  readonly settings: AppFrontSettings;
  warn(message: string): void;
  /** Says an error that leaves nothing to show: a dialog and the log. */
  fail(what: string, error: unknown): void;
}

/** Starts the desktop front. Resolves to false when another instance runs: it was handed the arguments, and this one quits. */
export async function startAppFront(parts: AppFrontParts): Promise<boolean> {
  const { app, protocol } = parts.electron;
  app.setPath('userData', parts.settings.userDataFolder);
  for (const [name, value] of CHROMIUM_SWITCHES) app.commandLine.appendSwitch(name, value);
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([APP_SCHEME_REGISTRATION]);
  const start = readArguments(parts.settings.argv, parts.settings.workingFolder);
  // Chromium reorders a second instance's argv and adds to it: what was understood is handed over, not the words.
  if (!app.requestSingleInstanceLock({ ...start })) {
    app.quit();
    return false;
  }
  const early = createFront(parts, start);
  await app.whenReady();
  try {
    await early.open();
  } catch (error) {
    parts.fail('Lathe could not start', error);
    app.exit(1);
  }
  return true;
}

/** Owns the window and the owner of one running instance. Listens at once, opens when told. */
function createFront(parts: AppFrontParts, first: AppArguments): { open(): Promise<void> } {
  const { electron, warn } = parts;
  const { app } = electron;
  let window: Electron.BrowserWindow | null = null;
  let owner: AppOwner | null = null;
  let asked = first;
  const openExternal = createOpenExternal({ ...electron, window: () => window });

  function show(): void {
    const running = owner;
    if (running === null || window !== null) return;
    window = openMainWindow(parts, () => running.startPath(asked));
    window.on('closed', () => {
      window = null;
    });
  }

  async function openAgain(data: unknown): Promise<void> {
    const next = readForwarded(data);
    if (next.project !== null) asked = next;
    if (window === null) return show();
    if (window.isMinimized()) window.restore();
    window.focus();
    const running = owner;
    if (next.project !== null && running !== null) await loadPage(window, () => running.startPath(asked));
  }

  app.on('second-instance', (...[, , , data]) => {
    openAgain(data).catch((error: unknown) => parts.fail('The project could not be opened', error));
  });
  app.on('web-contents-created', (_event, contents) => guardContents(contents, openExternal, warn));
  app.on('activate', show);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  closeOwnerBeforeQuit(parts, () => owner);

  return {
    async open() {
      hardenSession(electron.session.defaultSession, warn);
      serveBridge({ ...electron, window: () => window, openExternal });
      owner = await parts.openOwner();
      electron.protocol.handle(APP_SCHEME, createProtocolMount(owner.handle));
      electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(menuTemplate(process.platform)));
      show();
    },
  };
}

/** Holds the first quit until the owner has closed, but never longer than the settings allow. */
function closeOwnerBeforeQuit({ electron: { app }, settings, warn }: AppFrontParts, owner: () => AppOwner | null): void {
  let closing = false;
  app.on('before-quit', (event) => {
    const running = owner();
    if (closing || running === null) return;
    closing = true;
    event.preventDefault();
    const late = setTimeout(() => {
      warn(`Lathe did not close within ${settings.closeTimeoutMs} ms and was ended`);
      app.exit(1);
    }, settings.closeTimeoutMs);
    running
      .close()
      .catch((error: unknown) => warn(`Closing failed: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => {
        clearTimeout(late);
        app.quit();
      });
  });
}
