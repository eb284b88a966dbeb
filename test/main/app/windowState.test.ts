import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { placeWindow, readWindowState, writeWindowState, type WindowState } from '../../../src-main/app/windowState.ts';
import { startStandinFront } from '../../helpers/startStandinFront.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lathe-window-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const saved: WindowState = { version: 1, x: 100, y: 80, width: 1200, height: 800, maximized: false, fullScreen: false };
const large = { x: 0, y: 25, width: 1920, height: 1015 };
const right = { x: 1920, y: 0, width: 1280, height: 1024 };

describe('the place of the window', () => {
  it('is the saved one where it fits', () => expect(placeWindow(saved, [large])).toEqual({ x: 100, y: 80, width: 1200, height: 800 }));

  it('is centred in its default size the first time, smaller on a small display', () => {
    expect(placeWindow(null, [large])).toEqual({ width: 1280, height: 840 });
    expect(placeWindow(null, [{ x: 0, y: 0, width: 1024, height: 700 }])).toEqual({ width: 1024, height: 700 });
  });

  it('stays on the second display while there is one, and is centred on the first when it is gone', () => {
    const there = { ...saved, x: 1940, width: 1000 };
    expect(placeWindow(there, [large, right])).toEqual({ x: 1940, y: 80, width: 1000, height: 800 });
    expect(placeWindow(there, [large])).toEqual({ width: 1000, height: 800 });
  });

  it.each([
    ['hangs over the right edge', { ...saved, x: 1700 }, { x: 720, y: 80, width: 1200, height: 800 }],
    ['hangs over the left edge', { ...saved, x: -900 }, { x: 0, y: 80, width: 1200, height: 800 }],
    ['has its title above the display', { ...saved, y: -300 }, { x: 100, y: 25, width: 1200, height: 800 }],
    ['shows only a strip below', { ...saved, y: 1010 }, { width: 1200, height: 800 }],
    ['is larger than the display', { ...saved, width: 4000, height: 3000 }, { x: 0, y: 25, width: 1920, height: 1015 }],
    ['is tiny', { ...saved, width: 1, height: 1, x: 500, y: 500 }, { width: 800, height: 560 }],
    ['is far away', { ...saved, x: 90_000, y: -90_000 }, { width: 1200, height: 800 }],
  ])('is mended when it %s', (_what, state, place) => expect(placeWindow(state, [large])).toEqual(place));

  it('survives being written and read, and leaves no temporary file', () => {
    const file = path.join(folder, 'new', 'window.json');
    writeWindowState(file, saved);
    expect(readWindowState(file)).toEqual(saved);
    expect(readdirSync(path.dirname(file))).toEqual(['window.json']);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{', 'null', '[]', '{"version":2}', JSON.stringify({ ...saved, x: 1.5 }), JSON.stringify({ ...saved, width: -5 }), JSON.stringify({ ...saved, x: 1e300 }), JSON.stringify({ ...saved, more: 1 }), JSON.stringify({ ...saved, x: '1' })])(
    'is forgotten when its file holds %j',
    (text) => {
      const file = path.join(folder, 'damaged.json');
      writeFileSync(file, text);
      expect(readWindowState(file)).toBeNull();
    },
  );

  it('is restored by the front, maximised as it was, and saved again on close', async () => {
    const file = path.join(folder, 'front.json');
    writeWindowState(file, { ...saved, maximized: true });
    const { named, window, calls } = await startStandinFront({ windowStateFile: file, areas: [large] });
    expect(named('BrowserWindow')[0]?.[0]).toMatchObject({ x: 100, y: 80, width: 1200, height: 800, show: false });
    expect(calls.map(([name]) => name)).not.toContain('show');
    window?.emit('ready-to-show');
    expect(calls.map(([name]) => name).slice(-2)).toEqual(['maximize', 'show']);
    if (window) window.bounds = { x: 5, y: 30, width: 900, height: 600 };
    window?.emit('move');
    window?.emit('close');
    expect(readWindowState(file)).toEqual({ ...saved, x: 5, y: 30, width: 900, height: 600 });
  });

  it('warns, and the window still closes, when it cannot be saved', async () => {
    const blocked = path.join(folder, 'a-file');
    writeFileSync(blocked, '');
    const { window, warnings } = await startStandinFront({ windowStateFile: path.join(blocked, 'window.json') });
    window?.emit('close');
    expect(warnings).toEqual([expect.stringContaining("The window's place could not be saved")]);
    expect(existsSync(blocked) && readFileSync(blocked, 'utf8')).toBe('');
  });
});
