import { describe, expect, it } from 'vitest';
import { startStandinFront } from '../../helpers/startStandinFront.ts';

/** Every permission that Electron 45 asks about. */
const PERMISSIONS = (
  'ar automatic-fullscreen background-fetch background-sync captured-surface-control clipboard-read deprecated-sync-clipboard-read display-capture fileSystem fullscreen ' +
  'geolocation geolocation-approximate hand-tracking hid idle-detection keyboardLock local-fonts local-network local-network-access loopback-network media mediaKeySystem ' +
  'midi midiSysex nfc notifications openExternal payment-handler periodic-background-sync persistent-storage pointerLock screen-wake-lock sensors serial smart-card ' +
  'speaker-selection storage-access system-wake-lock top-level-storage-access usb vr web-app-installation web-printing window-management unknown'
).split(' ');

type Ask = (...asked: [contents: unknown, permission: string, answer: (granted: boolean) => void, details: { requestingUrl: string; isMainFrame: boolean }]) => void;
type Check = (contents: unknown, permission: string, origin: string) => boolean;

async function permissions() {
  const { handlers } = await startStandinFront();
  const ask = handlers.get('setPermissionRequestHandler') as Ask;
  const check = handlers.get('setPermissionCheckHandler') as Check;
  const asked = (permission: string, requestingUrl: string, isMainFrame = true): boolean | undefined => {
    let granted: boolean | undefined;
    ask({}, permission, (value) => (granted = value), { requestingUrl, isMainFrame });
    return granted;
  };
  return { asked, check, handlers };
}

describe('permissions of the window', () => {
  it("denies every permission that Electron knows, also to Lathe's own page", async () => {
    const { asked, check } = await permissions();
    const granted = PERMISSIONS.filter((name) => asked(name, 'app://lathe/') !== false || check(null, name, 'app://lathe/'));
    expect(granted).toEqual([]);
  });

  it("lets Lathe's own page write text to the clipboard after a click, and nobody else", async () => {
    const { asked, check } = await permissions();
    const name = 'clipboard-sanitized-write';
    expect([asked(name, 'app://lathe/x'), check(null, name, 'app://lathe')]).toEqual([true, true]);
    expect([asked(name, 'https://example.com/'), asked(name, 'app://lathe/', false), check(null, name, 'https://example.com')]).toEqual([false, false, false]);
  });

  it('denies every device and every screen', async () => {
    const { handlers } = await permissions();
    const device = handlers.get('setDevicePermissionHandler') as (details: object) => boolean;
    for (const deviceType of ['hid', 'serial', 'usb']) expect(device({ deviceType, origin: 'app://lathe' })).toBe(false);
    const screens: unknown[] = [];
    const screen = handlers.get('setDisplayMediaRequestHandler') as (request: object, answer: (streams: object) => void) => void;
    screen({}, (streams) => screens.push(streams));
    expect(screens).toEqual([{}]);
  });
});
