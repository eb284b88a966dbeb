import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DesktopBridge } from '#contract/desktopBridge.ts';

const bridge: DesktopBridge = {
  platform: 'linux',
  openFiles: async () => ({ ok: true, value: ['/a.gguf', '/b.gguf'] }),
  openFolder: async () => ({ ok: true, value: null }),
  showInFolder: async () => ({ ok: false, error: { code: 'PATH_UNREADABLE', message: 'There is nothing at /x' } }),
  openExternal: async () => ({ ok: true, value: true }),
};
const tabs = { open: () => undefined, replace: () => undefined, split: () => undefined, close: () => undefined, closeAllOthers: () => undefined, step: () => undefined, active: () => null };

async function load(lathe: DesktopBridge | undefined) {
  vi.resetModules();
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal('window', { innerWidth: 1440, lathe });
  const { createWindowPort } = await import('../../../src-renderer/app/createWindowPort.ts');
  const { windowStore } = await import('../../../src-renderer/app/windowStore.ts');
  return { port: createWindowPort(tabs, () => undefined), windowStore };
}

afterEach(() => vi.unstubAllGlobals());

describe('what only a desktop can do', () => {
  it('is asked of the system dialogs where the preload script offers them', async () => {
    const { port, windowStore } = await load(bridge);
    expect(await port.pick({ title: 't', what: 'file', verb: 'v' })).toEqual(['/a.gguf', '/b.gguf']);
    expect(await port.pick({ title: 't', what: 'folder', verb: 'v' })).toBeNull();
    port.showInFolder?.('/x');
    await vi.waitFor(() => expect(windowStore.getState().notices.map(({ text }) => text)).toEqual(['There is nothing at /x']));
  });

  it('has a stand-in in a browser', async () => {
    const { port, windowStore } = await load(undefined);
    expect(port.showInFolder).toBeNull();
    const picked = port.pick({ title: 't', what: 'folder', verb: 'Open' });
    expect(windowStore.getState().picking).toMatchObject({ title: 't', verb: 'Open' });
    windowStore.getState().picking?.answer(['/home/ada']);
    expect(await picked).toEqual(['/home/ada']);
    expect(windowStore.getState().picking).toBeNull();
  });
});
