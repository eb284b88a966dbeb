import type { BrowserWindow } from 'electron';
import { APP_ORIGIN } from './appScheme.ts';
import type { AppFrontParts } from './createAppFront.ts';
import { placeWindow, readWindowState, writeWindowState, type WindowState } from './windowState.ts';
import { WINDOW_OPTIONS } from './windowOptions.ts';

/** Moving a window fires many events; its place is written once it rests. */
const SAVE_DELAY_MS = 500;

const BACKGROUND = { light: '#ffffff', dark: '#1a1b1e' } as const;

/**
 * Opens the one window where it was last time and loads a page of ours into it. Owns the window's place on disk and
 * what is said when its page dies. `startPath` is asked again for a reload after that: its code is good only once.
 */
export function openMainWindow(parts: AppFrontParts, startPath: () => Promise<string>): BrowserWindow {
  const { BrowserWindow, nativeTheme, screen } = parts.electron;
  const saved = readWindowState(parts.settings.windowStateFile);
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const window = new BrowserWindow({
    ...WINDOW_OPTIONS,
    ...placeWindow(saved, [primary.workArea, ...others.map((display) => display.workArea)]),
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: { ...WINDOW_OPTIONS.webPreferences, preload: parts.settings.preloadPath },
  });
  window.once('ready-to-show', () => {
    if (saved?.maximized) window.maximize();
    if (saved?.fullScreen) window.setFullScreen(true);
    window.show();
  });
  keepPlace(window, parts);
  const load = (): void => {
    loadPage(window, startPath).catch((error: unknown) => parts.fail('The window could not be loaded', error));
  };
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    askReload(parts, { window, load, message: `The window's process ended (${reason}, code ${exitCode}). Running jobs go on.` });
  });
  load();
  return window;
}

/** Loads a page of Lathe's own; `startPath` begins with "/". */
export async function loadPage(window: BrowserWindow, startPath: () => Promise<string>): Promise<void> {
  const path = await startPath();
  if (!path.startsWith('/')) throw new Error(`Expected a path that begins with "/" but got "${path.slice(0, 40)}"`);
  if (!window.isDestroyed()) await window.loadURL(`${APP_ORIGIN}${path}`);
}

function keepPlace(window: BrowserWindow, { settings, warn }: AppFrontParts): void {
  const save = (): void => {
    const state: WindowState = { version: 1, ...window.getNormalBounds(), maximized: window.isMaximized(), fullScreen: window.isFullScreen() };
    try {
      writeWindowState(settings.windowStateFile, state);
    } catch (error) {
      warn(`The window's place could not be saved: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  let resting: NodeJS.Timeout | undefined;
  const saveSoon = (): void => {
    clearTimeout(resting);
    resting = setTimeout(save, SAVE_DELAY_MS);
  };
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('close', () => {
    clearTimeout(resting);
    save();
  });
}

function askReload({ electron, warn, fail }: AppFrontParts, { window, message, load }: { window: BrowserWindow; message: string; load: () => void }): void {
  warn(message);
  electron.dialog
    .showMessageBox(window, { type: 'error', message, buttons: ['Reload', 'Quit'], defaultId: 0, cancelId: 1 })
    .then(({ response }) => (response === 0 ? load() : electron.app.quit()))
    .catch((error: unknown) => fail('The window could not be reloaded', error));
}
