import type { BrowserWindowConstructorOptions } from 'electron';

/** The smallest window that still shows activity bar, main area and status bar. */
export const MIN_WIDTH = 800;
export const MIN_HEIGHT = 560;

/**
 * Every option of the window but its place and its preload script: this very object is passed to Electron, and the
 * tests of the security checklist assert over what was passed.
 */
export const WINDOW_OPTIONS = {
  title: 'Lathe',
  minWidth: MIN_WIDTH,
  minHeight: MIN_HEIGHT,
  // Shown at `ready-to-show`: no white flash.
  show: false,
  webPreferences: {
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    plugins: false,
    // Chromium fetches its dictionaries from the network.
    spellcheck: false,
  },
} as const satisfies BrowserWindowConstructorOptions;

/** Chromium's own errands, switched off: whatever leaves the machine goes through Lathe's broker, and a window resolves no host name. */
export const CHROMIUM_SWITCHES: readonly (readonly [name: string, value?: string])[] = [
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['no-pings'],
];
