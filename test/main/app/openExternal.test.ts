import { describe, expect, it } from 'vitest';
import { BRIDGE_CHANNELS } from '../../../src-main/app/bridgeChannels.ts';
import { checkExternalUrl } from '../../../src-main/app/createOpenExternal.ts';
import { startStandinFront } from '../../helpers/startStandinFront.ts';

const ALLOWED = ['https://example.com/a?b=c#d', 'http://example.com/', 'mailto:someone@example.com?subject=hi'];
const REFUSED = [
  'file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'blob:https://e.test/1', 'about:blank', 'ftp://e.test/', 'sftp://e.test/', 'smb://e.test/share', 'ssh://e.test',
  'telnet://e.test', 'ws://e.test', 'wss://e.test', 'chrome://settings', 'devtools://x', 'view-source:https://e.test', 'ms-msdt:/id', 'search-ms:query=x', 'ms-officecmd:x', 'vscode://x', 'intent://x',
  'tel:123', 'sms:123', 'steam://run', 'jar:file:///x!/y', 'ldap://e.test', 'dav://e.test', 'nfs://e.test', 'x-apple.systempreferences:x', 'app://other/',
];

type Front = Awaited<ReturnType<typeof startStandinFront>>;

function open(front: Front, url: string, more: object): void {
  (front.handlers.get('setWindowOpenHandler') as (details: object) => unknown)({ url, ...more });
}

const navigate = (front: Front, name: string, event: { url: string; isMainFrame?: boolean }): unknown =>
  front.window?.webContents.emit(name, { isMainFrame: true, preventDefault: () => {}, ...event });

/** Every way that an address can leave the window. `asks` = an allowed address is offered to the user; else it is dropped. */
const ENTRIES: Readonly<Record<string, { readonly asks: boolean; enter(front: Front, url: string): unknown }>> = {
  click: { asks: true, enter: (front, url) => navigate(front, 'will-navigate', { url }) },
  'middle click': { asks: true, enter: (front, url) => open(front, url, { disposition: 'background-tab' }) },
  'window.open': { asks: true, enter: (front, url) => open(front, url, { disposition: 'new-window', features: 'noopener' }) },
  'target=_blank': { asks: true, enter: (front, url) => open(front, url, { disposition: 'foreground-tab' }) },
  redirect: { asks: false, enter: (front, url) => navigate(front, 'will-redirect', { url }) },
  form: { asks: false, enter: (front, url) => open(front, url, { disposition: 'foreground-tab', postBody: { contentType: 'application/x-www-form-urlencoded', data: [] } }) },
  bridge: {
    asks: true,
    enter: (front, url) => (front.handlers.get(`ipc:${BRIDGE_CHANNELS.openExternal}`) as (event: object, url: string) => unknown)({ sender: front.window?.webContents, senderFrame: { url: 'app://lathe/', parent: null } }, url),
  },
};

async function outcome(entry: string, url: string, response = 0): Promise<{ asked: number; opened: unknown[] }> {
  const front = await startStandinFront();
  front.dialogs.response = response;
  await ENTRIES[entry]?.enter(front, url);
  await new Promise((resolve) => setImmediate(resolve));
  return { asked: front.named('showMessageBox').length, opened: front.named('openExternal').map(([href]) => href) };
}

describe('addresses that leave the window', () => {
  it('has thirty refused schemes to try', () => expect(new Set(REFUSED.map((url) => url.slice(0, url.indexOf(':')))).size).toBe(30));

  it.each(Object.keys(ENTRIES))('opens no refused scheme and asks nobody about it, by %s', async (entry) => {
    for (const url of REFUSED) expect([url, await outcome(entry, url)]).toEqual([url, { asked: 0, opened: [] }]);
  });

  it.each(Object.entries(ENTRIES))('asks before it opens https, http and mailto, by %s', async (entry, { asks }) => {
    for (const url of ALLOWED) {
      expect([url, await outcome(entry, url)]).toEqual([url, { asked: asks ? 1 : 0, opened: asks ? [url] : [] }]);
      expect([url, await outcome(entry, url, 1)]).toEqual([url, { asked: asks ? 1 : 0, opened: [] }]);
    }
  });

  it('names the real host in its question', async () => {
    const front = await startStandinFront();
    front.dialogs.response = 1;
    await ENTRIES['bridge']?.enter(front, 'https://еxample.com/login');
    expect(front.named('showMessageBox')[0]?.[1]).toMatchObject({ message: 'Open xn--xample-2of.com outside Lathe?', detail: 'https://xn--xample-2of.com/login' });
  });

  it('asks one question at a time', async () => {
    const front = await startStandinFront();
    for (let count = 0; count < 50; count += 1) open(front, `https://example.com/${count}`, { disposition: 'new-window' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(front.named('showMessageBox')).toHaveLength(1);
    expect(front.named('openExternal')).toEqual([['https://example.com/0']]);
  });

  it('asks nothing for a sub-frame', async () => {
    const front = await startStandinFront();
    navigate(front, 'will-navigate', { url: 'https://example.com/', isMainFrame: false });
    expect(front.named('showMessageBox')).toEqual([]);
  });

  it.each([
    ['a user name that hides the host', 'https://bank.example@evil.test/'],
    ['a NUL', 'https://example.com/\0'],
    ['a newline', 'https://example.com/\n--flag'],
    ['a leading blank', ' https://example.com/'],
    ['a turn of the writing direction', 'https://example.com/\u202Efdp.exe'],
    ['a zero-width character', 'https://exa\u200Bmple.com/'],
    ['a quote', 'https://example.com/"--flag'],
    ['a backslash', 'https:\\\\example.com'],
    ['too much', `https://example.com/${'a'.repeat(2_000)}`],
    ['a mail with a file of the user', 'mailto:a@example.com?attach=/etc/passwd'],
    ['a mail to nobody', 'mailto:?subject=x'],
    ['an option', '--help'],
    ['nothing', ''],
  ])('refuses %s', (_what, url) => expect(() => checkExternalUrl(url)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' })));

  it('refuses what is not text', () => {
    for (const value of [undefined, null, 1, {}, ['https://example.com/'], { toString: () => 'https://example.com/' }]) {
      expect(() => checkExternalUrl(value)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    }
  });
});
