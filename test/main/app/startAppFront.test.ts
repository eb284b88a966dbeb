import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startAppFront } from '../../../src-main/app/createAppFront.ts';
import { menuTemplate } from '../../../src-main/app/menuTable.ts';
import { standinElectron } from '../../helpers/standinElectron.ts';
import { startStandinFront } from '../../helpers/startStandinFront.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the desktop front', () => {
  it('registers its scheme and takes the lock before it is ready, and mounts before it loads', async () => {
    const { calls, folder, started } = await startStandinFront();
    const order = calls.map(([name]) => name).filter((name) => ['setPath', 'registerSchemesAsPrivileged', 'requestSingleInstanceLock', 'whenReady', 'setPermissionRequestHandler', 'ipc', 'protocol', 'BrowserWindow', 'loadURL'].includes(name));
    expect([...new Set(order)]).toEqual(['setPath', 'registerSchemesAsPrivileged', 'requestSingleInstanceLock', 'whenReady', 'setPermissionRequestHandler', 'ipc', 'protocol', 'BrowserWindow', 'loadURL']);
    expect(calls[0]).toEqual(['setPath', 'userData', folder]);
    expect(started).toBe(true);
  });

  it('does all that must come before ready in the turn that starts it', () => {
    const { electron, calls } = standinElectron();
    const settings = { userDataFolder: '/p', windowStateFile: '/p/w.json', preloadPath: '/p/preload.cjs', argv: [], workingFolder: '/', closeTimeoutMs: 1 };
    void startAppFront({ electron, openOwner: () => new Promise(() => {}), settings, warn: () => {}, fail: () => {} });
    expect(calls.map(([name]) => name)).toEqual(expect.arrayContaining(['enableSandbox', 'appendSwitch', 'registerSchemesAsPrivileged', 'requestSingleInstanceLock', 'whenReady']));
  });

  it('never waits for ready while its entry file is evaluated, for Electron waits for that', () => {
    const entry = readFileSync(path.join(import.meta.dirname, '../../../src-main/app/main.ts'), 'utf8');
    expect(entry.match(/^await /gm)).toBeNull();
    expect(entry).toContain('startAppFront({');
  });

  it('hands what it was asked to a first instance and quits, without opening the owner', async () => {
    let opened = 0;
    const openOwner = (): never => {
      opened += 1;
      throw new Error('not expected');
    };
    const second = await startStandinFront({ firstInstance: false, argv: ['--project', 'b'], openOwner });
    expect(second.named('requestSingleInstanceLock')).toEqual([[{ project: '/work-here/b' }]]);
    expect([second.started, opened, second.named('quit').length, second.windows.length]).toEqual([false, 0, 1, 0]);
  });

  it('opens the project that a second instance was asked for in the window that it has', async () => {
    const { app, named, windows } = await startStandinFront({ argv: ['--project', '/data/a'] });
    await settle();
    app.emit('second-instance', {}, ['--project', '/ignored', '--renderer-cmd-prefix=x'], '/', { project: '/data/b' });
    await settle();
    expect(named('loadURL')).toEqual([['app://lathe/#code=1&project=%2Fdata%2Fa'], ['app://lathe/#code=2&project=%2Fdata%2Fb']]);
    expect([named('restore').length, named('focus').length, windows.length]).toEqual([1, 1, 1]);
  });

  it('only comes to the front when a second instance names no project, or a hostile one', async () => {
    const { app, named } = await startStandinFront();
    for (const data of [{ project: null }, undefined, { project: '//evil/share' }, { project: ['/x'] }]) app.emit('second-instance', {}, ['/data/b'], '/data', data);
    await settle();
    expect([named('loadURL').length, named('focus').length]).toEqual([1, 4]);
  });

  it('opens its window again after it was closed, with a fresh code', async () => {
    const { app, named, window } = await startStandinFront();
    window?.emit('closed');
    app.emit('activate');
    await settle();
    expect(named('loadURL')).toEqual([['app://lathe/#code=1'], ['app://lathe/#code=2']]);
  });

  it('holds the first quit until the owner has closed', async () => {
    let close = (): void => {};
    const { app, named } = await startStandinFront({ owner: { close: () => new Promise((resolve) => (close = resolve)) } });
    let prevented = 0;
    const event = { preventDefault: () => (prevented += 1) };
    app.emit('before-quit', event);
    await settle();
    expect([prevented, named('quit').length]).toEqual([1, 0]);
    close();
    await settle();
    app.emit('before-quit', event);
    expect([prevented, named('quit').length, named('exit')]).toEqual([1, 1, []]);
  });

  it('ends all the same when the owner does not close in time, and says so', async () => {
    const { app, named, warnings } = await startStandinFront({ closeTimeoutMs: 5, owner: { close: () => new Promise(() => {}) } });
    app.emit('before-quit', { preventDefault: () => {} });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(named('exit')).toEqual([[1]]);
    expect(warnings).toEqual(['Lathe did not close within 5 ms and was ended']);
  });

  it('quits, and says why closing failed', async () => {
    const { app, named, warnings } = await startStandinFront({ owner: { close: () => Promise.reject(new Error('disk full')) } });
    app.emit('before-quit', { preventDefault: () => {} });
    await settle();
    expect([named('quit').length, warnings]).toEqual([1, ['Closing failed: disk full']]);
  });

  it('says why it could not start and ends', async () => {
    const { failures, named, windows } = await startStandinFront({ openOwner: () => Promise.reject(new Error('the project is locked')) });
    expect([failures, named('exit'), windows.length]).toEqual([['Lathe could not start: the project is locked'], [[1]], 0]);
  });

  it('offers to reload a page whose process died', async () => {
    const { window, named, dialogs, warnings } = await startStandinFront();
    window?.webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect(named('showMessageBox')).toEqual([]);
    window?.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 9 });
    await settle();
    expect(warnings).toEqual(["The window's process ended (oom, code 9). Running jobs go on."]);
    expect(named('loadURL')).toHaveLength(2);
    dialogs.response = 1;
    window?.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    await settle();
    expect([named('loadURL').length, named('quit').length]).toEqual([2, 1]);
  });

  it('loads no page that is not its own', async () => {
    const { named, failures } = await startStandinFront({ owner: { startPath: async () => '.evil.test/' } });
    await settle();
    expect([named('loadURL'), failures]).toEqual([[], [expect.stringContaining('begins with "/"')]]);
  });

  it('has menus of roles alone and leaves the shortcuts of the window to the window', async () => {
    const { named } = await startStandinFront();
    expect(named('setApplicationMenu')).toEqual([[menuTemplate(process.platform)]]);
    const linux = menuTemplate('linux');
    expect(linux.map(({ label }) => label)).toEqual(['File', 'Edit', 'View', 'Window', 'Help']);
    expect(menuTemplate('darwin')[0]?.label).toBe('Lathe');
    const items = linux.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    expect(items.filter((item) => item.role === undefined && item.type !== 'separator')).toEqual([]);
    expect(items.filter((item) => item.registerAccelerator === false).map(({ role }) => role)).toEqual(['close', 'undo', 'redo']);
  });
});
