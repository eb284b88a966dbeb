import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Rectangle, WebContents } from 'electron';
import type { ElectronModule } from '../../src-main/app/createAppFront.ts';

type Call = readonly [name: string, ...values: readonly unknown[]];
type Answer = (...values: never[]) => unknown;

/** Stands in for the `electron` module: writes down what it is told, in order, and lets a test play Electron's part. It proves our code, not Electron's behaviour. */
export function standinElectron(options: { readonly firstInstance?: boolean; readonly areas?: readonly Rectangle[] } = {}) {
  const calls: Call[] = [];
  const handlers = new Map<string, Answer>();
  const dialogs = { response: 0, openDialog: { canceled: false, filePaths: ['/data/a.pdf', '/data/b.md'] } };
  const windows: StandinWindow[] = [];
  const note = (name: string, result?: unknown) => (...values: unknown[]) => {
    calls.push([name, ...values]);
    return result;
  };
  const keep = (name: string) => (...values: unknown[]) => {
    calls.push([name, ...values]);
    const channel = values.length > 1 && typeof values[0] === 'string' ? `${name}:${values[0]}` : name;
    handlers.set(channel, values.at(-1) as Answer);
  };

  class StandinWindow extends EventEmitter {
    readonly webContents = standinContents(keep, note);
    bounds: Rectangle = { x: 0, y: 0, width: 0, height: 0 };
    maximized = false;
    readonly maximize = note('maximize');
    readonly setFullScreen = note('setFullScreen');
    readonly show = note('show');
    readonly focus = note('focus');
    readonly restore = note('restore');
    readonly loadURL = note('loadURL', Promise.resolve());
    constructor(given: BrowserWindowConstructorOptions) {
      super();
      calls.push(['BrowserWindow', given]);
      windows.push(this);
    }
    getNormalBounds = () => this.bounds;
    isMaximized = () => this.maximized;
    isFullScreen = () => false;
    isMinimized = () => true;
    isDestroyed = () => false;
  }

  const app = Object.assign(new EventEmitter(), {
    ...Object.fromEntries(['setPath', 'enableSandbox', 'quit', 'exit'].map((name) => [name, note(name)])),
    commandLine: { appendSwitch: note('appendSwitch') },
    requestSingleInstanceLock: note('requestSingleInstanceLock', options.firstInstance ?? true),
    whenReady: note('whenReady', Promise.resolve()),
  });
  const areas = options.areas ?? [{ x: 0, y: 0, width: 1920, height: 1040 }];
  const displays = areas.map((workArea, id) => ({ id, workArea }));
  const sessionNames = ['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler', 'setDisplayMediaRequestHandler'];
  const electron = {
    app,
    BrowserWindow: StandinWindow,
    dialog: { showMessageBox: async (...values: unknown[]) => (calls.push(['showMessageBox', ...values]), { response: dialogs.response }), showOpenDialog: async (...values: unknown[]) => (calls.push(['showOpenDialog', ...values]), dialogs.openDialog) },
    ipcMain: { handle: keep('ipc') },
    Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: note('setApplicationMenu') },
    nativeTheme: { shouldUseDarkColors: true },
    protocol: { registerSchemesAsPrivileged: note('registerSchemesAsPrivileged'), handle: keep('protocol') },
    screen: { getPrimaryDisplay: () => displays[0], getAllDisplays: () => displays },
    session: { defaultSession: { ...Object.fromEntries(sessionNames.map((name) => [name, keep(name)])), setSpellCheckerEnabled: note('setSpellCheckerEnabled'), webRequest: { onBeforeRequest: keep('onBeforeRequest') } } },
    shell: { openExternal: note('openExternal', Promise.resolve()), showItemInFolder: note('showItemInFolder') },
  };
  return { electron: electron as unknown as ElectronModule, app, calls, handlers, windows, dialogs, named: (name: string) => calls.filter((call) => call[0] === name).map((call) => call.slice(1)) };
}

export type StandinElectron = ReturnType<typeof standinElectron>;

/** A web contents whose guard can be asked with `emit` and `handlers.get('setWindowOpenHandler')`. */
export function standinContents(keep: (name: string) => Answer, note: (name: string) => Answer): WebContents & EventEmitter {
  return Object.assign(new EventEmitter(), { setWindowOpenHandler: keep('setWindowOpenHandler'), send: note('send') }) as unknown as WebContents & EventEmitter;
}
