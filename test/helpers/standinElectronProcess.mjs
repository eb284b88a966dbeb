// Preloaded with `--import` into a plain Node process that runs the real entry file of the desktop front: answers
// `import 'electron'` with a module that plays a page which signs in, asks, listens and leaves. One JSON line per fact.
import { EventEmitter } from 'node:events';
import { registerHooks } from 'node:module';

const note = (name, value = null) => process.stdout.write(`${JSON.stringify({ name, value })}\n`);
const ignore = () => {};
let mount;

const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  setPath: ignore,
  enableSandbox: ignore,
  commandLine: { appendSwitch: ignore },
  requestSingleInstanceLock: () => true,
  whenReady: async () => {},
  exit: (code) => process.exit(code),
  quit() {
    let held = false;
    app.emit('before-quit', { preventDefault: () => (held = true) });
    if (!held) note('quit');
  },
});

async function playPage(url) {
  const { pathname, hash } = new URL(url);
  const page = await mount(new Request(`app://lathe${pathname}`));
  note('page', { status: page.status, policy: page.headers.get('content-security-policy') });
  await page.body?.cancel();
  const json = { 'content-type': 'application/json', origin: 'app://lathe' };
  const body = JSON.stringify({ code: new URLSearchParams(hash.slice(1)).get('code') });
  const session = await mount(new Request('app://lathe/session', { method: 'POST', body, headers: json }));
  const authorization = `Bearer ${(await session.json()).token}`;
  const ask = (headers) => mount(new Request('app://lathe/rpc/system/status', { method: 'POST', body: '{}', headers }));
  const status = await ask({ ...json, authorization });
  note('status', { http: status.status, pid: (await status.json()).json.pid });
  note('without token', (await ask(json)).status);
  const events = await mount(new Request('app://lathe/events', { headers: { authorization } }));
  const reader = events.body.getReader();
  note('event', JSON.parse(new TextDecoder().decode((await reader.read()).value).split('\n')[0])[0].topic);
  await reader.cancel('the page went away');
  note('left');
  if (process.env.LATHE_TEST_STAY) await new Promise((resolve) => process.stdin.once('data', resolve));
  app.quit();
  process.stdin.destroy();
}

class BrowserWindow extends EventEmitter {
  webContents = Object.assign(new EventEmitter(), { setWindowOpenHandler: ignore });
  isDestroyed = () => false;
  loadURL = async (url) => void playPage(url).catch((error) => (note('failed', String(error?.stack)), process.exit(1)));
}

const sessionNames = ['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler', 'setDisplayMediaRequestHandler', 'setSpellCheckerEnabled'];
globalThis.standinElectron = {
  app,
  BrowserWindow,
  dialog: { showErrorBox: (title, content) => note('error box', { title, content }) },
  ipcMain: { handle: ignore },
  Menu: { buildFromTemplate: ignore, setApplicationMenu: ignore },
  nativeTheme: {},
  protocol: { registerSchemesAsPrivileged: ignore, handle: (_scheme, handler) => (mount = handler) },
  screen: { getPrimaryDisplay: () => ({ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }), getAllDisplays: () => [] },
  session: { defaultSession: { ...Object.fromEntries(sessionNames.map((name) => [name, ignore])), webRequest: { onBeforeRequest: ignore } } },
  shell: {},
  utilityProcess: { fork: ignore },
};

const source = Object.keys(globalThis.standinElectron).map((name) => `export const ${name} = globalThis.standinElectron.${name};`).join('\n');
const url = `data:text/javascript,${encodeURIComponent(source)}`;
registerHooks({ resolve: (specifier, context, next) => (specifier === 'electron' ? { url, shortCircuit: true } : next(specifier, context)) });
