import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserWindowConstructorOptions } from 'electron';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isOwnPage } from '../../../src-main/app/appScheme.ts';
import { BRIDGE_CHANNELS } from '../../../src-main/app/bridgeChannels.ts';
import { CONTENT_SECURITY_POLICY } from '../../../src-main/server/contentSecurityPolicy.ts';
import { startStandinFront } from '../../helpers/startStandinFront.ts';

type Front = Awaited<ReturnType<typeof startStandinFront>>;
const root = path.join(import.meta.dirname, '..', '..', '..');

let front: Front;
let options: BrowserWindowConstructorOptions;
beforeAll(async () => {
  front = await startStandinFront();
  options = front.named('BrowserWindow')[0]?.[0] as BrowserWindowConstructorOptions;
});

/** What the request filter answers for a URL. */
function isCancelled(url: string): boolean | undefined {
  let cancelled: boolean | undefined;
  const filter = front.handlers.get('onBeforeRequest') as (details: { url: string }, answer: (result: { cancel: boolean }) => void) => void;
  filter({ url }, ({ cancel }) => (cancelled = cancel));
  return cancelled;
}

function isPrevented(name: string, url: string, more: object = {}): boolean {
  let prevented = false;
  front.window?.webContents.emit(name, { url, isMainFrame: true, ...more, preventDefault: () => (prevented = true) });
  return prevented;
}

describe("Electron's security checklist, over the options really passed", () => {
  it('1: loads only its own secure scheme', () => {
    for (const [url] of front.named('loadURL')) expect(isOwnPage(String(url))).toBe(true);
    expect(front.named('loadURL')).toHaveLength(1);
    for (const url of ['http://example.com/a.js', 'https://example.com/', 'ws://127.0.0.1:1/', 'wss://e.test', 'ftp://e.test/', 'chrome-extension://abc/x', 'not a url']) expect([url, isCancelled(url)]).toEqual([url, true]);
    for (const url of ['app://lathe/', 'blob:app://lathe/1', 'data:image/png;base64,AA==']) expect([url, isCancelled(url)]).toEqual([url, false]);
  });

  it('2: gives no Node to a page, a worker or a sub-frame', () => {
    expect(options.webPreferences).toMatchObject({ nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false });
  });

  it('3: isolates the context', () => expect(options.webPreferences).toMatchObject({ contextIsolation: true }));

  it('4: sandboxes every renderer, before the program is ready', () => {
    expect(options.webPreferences).toMatchObject({ sandbox: true });
    const names = front.calls.map(([name]) => name);
    expect(names.indexOf('enableSandbox')).toBeGreaterThanOrEqual(0);
    expect(names.indexOf('enableSandbox')).toBeLessThan(names.indexOf('whenReady'));
    expect(JSON.stringify(front.named('appendSwitch'))).not.toContain('no-sandbox');
  });

  it('5: answers every permission request', () => {
    for (const name of ['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler', 'setDisplayMediaRequestHandler']) {
      expect(front.handlers.has(name)).toBe(true);
    }
  });

  it('6: leaves web security on', () => {
    expect(options.webPreferences).toMatchObject({ webSecurity: true });
    const [schemes] = front.named('registerSchemesAsPrivileged')[0] as [{ scheme: string; privileges: object }[]];
    expect(schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true, bypassCSP: false, allowServiceWorkers: false } },
    ]);
  });

  it('7: has a content security policy without inline scripts, eval, frames or foreign hosts', () => {
    const policy = new Map(CONTENT_SECURITY_POLICY.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]));
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('connect-src')).toEqual(["'self'"]);
    for (const name of ['frame-src', 'base-uri', 'form-action', 'frame-ancestors']) expect(policy.get(name)).toEqual(["'none'"]);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-eval|\*|https?:/);
  });

  it('8: allows no insecure content', () => expect(options.webPreferences).toMatchObject({ allowRunningInsecureContent: false }));

  it('9: turns on no experimental feature', () => expect(options.webPreferences).toMatchObject({ experimentalFeatures: false }));

  it('10: enables no Blink feature', () => {
    expect(Object.keys(options.webPreferences ?? {})).not.toContain('enableBlinkFeatures');
    expect(JSON.stringify(front.named('appendSwitch'))).not.toContain('enable-blink-features');
  });

  it('11: has no webview that could open popups', () => expect(options.webPreferences).toMatchObject({ webviewTag: false }));

  it('12: refuses every webview before it is made', () => {
    expect(isPrevented('will-attach-webview', 'app://lathe/')).toBe(true);
  });

  it('13: navigates nowhere else, in the page, in a frame or by a redirect', () => {
    const away = ['https://example.com/', 'file:///etc/passwd', 'app://other/', 'app://lathe.evil/', 'app://user@lathe/', 'data:text/html,x', 'about:blank', 'javascript:1'];
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      for (const url of away) expect([name, url, isPrevented(name, url)]).toEqual([name, url, true]);
      expect([name, isPrevented(name, 'app://lathe/knowledge')]).toEqual([name, false]);
    }
    expect(options.webPreferences).toMatchObject({ navigateOnDragDrop: false });
  });

  it('14: opens no second window, not even of its own', () => {
    const handler = front.handlers.get('setWindowOpenHandler') as (details: { url: string }) => { action: string };
    for (const url of ['app://lathe/', 'https://example.com/', 'about:blank', 'javascript:1']) expect(handler({ url })).toEqual({ action: 'deny' });
    expect(front.windows).toHaveLength(1);
  });

  it('15: hands no address to the system that was not checked', () => {
    const source = ['createOpenExternal.ts', 'guardContents.ts', 'serveBridge.ts', 'createAppFront.ts', 'openMainWindow.ts', 'preload.ts'].map((name) => [name, readFileSync(path.join(root, 'src-main/app', name), 'utf8')] as const);
    expect(source.filter(([, text]) => /shell\.open(External|Path)\(/.test(text)).map(([name]) => name)).toEqual(['createOpenExternal.ts']);
  });

  it('16: is built on a current Electron', () => {
    const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
    const [major, minor] = (devDependencies['electron'] ?? '').split('.').map(Number);
    expect((major ?? 0) * 1000 + (minor ?? 0)).toBeGreaterThanOrEqual(45_004);
  });

  it('17: answers no message of a foreign sender, on any channel', async () => {
    const page = front.window?.webContents;
    const main = { url: 'app://lathe/', parent: null };
    const senders = [
      { sender: page, senderFrame: null },
      { sender: page, senderFrame: { url: 'https://example.com/', parent: null } },
      { sender: page, senderFrame: { url: 'app://lathe.evil/', parent: null } },
      { sender: page, senderFrame: { url: 'app://lathe/frame', parent: main } },
      { sender: {}, senderFrame: main },
    ];
    for (const channel of Object.values(BRIDGE_CHANNELS)) {
      const answer = front.handlers.get(`ipc:${channel}`) as (...values: unknown[]) => Promise<unknown>;
      for (const event of senders) expect(await answer(event, 'https://example.com/')).toMatchObject({ ok: false, error: { code: 'ORIGIN_REFUSED' } });
    }
    expect(front.named('ipc').map(([channel]) => channel)).toEqual(Object.values(BRIDGE_CHANNELS));
  });

  it('18: uses no file: page', () => {
    expect(isCancelled('file:///etc/passwd')).toBe(true);
    expect(front.named('protocol').map(([scheme]) => scheme)).toEqual(['app']);
  });

  it('19: sets every fuse at packaging', () => {
    const { electronFuses } = parse(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')) as { electronFuses: object };
    expect(electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
    });
  });

  it('20: shows a page no Electron API but its own preload script', () => {
    expect(options.webPreferences?.preload).toBe('/app/preload.cjs');
    const preload = readFileSync(path.join(root, 'src-main/app/preload.ts'), 'utf8');
    expect(preload.match(/exposeInMainWorld\(/g)).toHaveLength(1);
    expect(preload).not.toMatch(/ipcRenderer\.(on|once|send|sendSync|postMessage)\b/);
  });

  it('keeps Chromium itself off the network', () => {
    expect(front.named('appendSwitch')).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND']);
    expect(front.named('setSpellCheckerEnabled')).toEqual([[false]]);
    expect(options.webPreferences).toMatchObject({ spellcheck: false });
  });
});
