import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BRIDGE_CHANNELS } from '../../../src-main/app/bridgeChannels.ts';
import { startStandinFront } from '../../helpers/startStandinFront.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lathe-bridge-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bridge() {
  const front = await startStandinFront();
  const call = (name: keyof typeof BRIDGE_CHANNELS, ...values: unknown[]): Promise<unknown> =>
    (front.handlers.get(`ipc:${BRIDGE_CHANNELS[name]}`) as (...all: unknown[]) => Promise<unknown>)({ sender: front.window?.webContents, senderFrame: { url: 'app://lathe/', parent: null } }, ...values);
  return { ...front, call };
}

describe('the desktop bridge', () => {
  it('returns the files and the folder that the user chose', async () => {
    const { call, named, window } = await bridge();
    expect(await call('openFiles')).toEqual({ ok: true, value: ['/data/a.pdf', '/data/b.md'] });
    expect(await call('openFolder')).toEqual({ ok: true, value: '/data/a.pdf' });
    expect(named('showOpenDialog')).toEqual([[window, { properties: ['openFile', 'multiSelections'] }], [window, { properties: ['openDirectory'] }]]);
  });

  it('returns nothing when the user cancelled', async () => {
    const { call, dialogs } = await bridge();
    dialogs.openDialog = { canceled: true, filePaths: [] };
    expect(await call('openFiles')).toEqual({ ok: true, value: [] });
    expect(await call('openFolder')).toEqual({ ok: true, value: null });
  });

  it('shows a file that exists', async () => {
    const { call, named } = await bridge();
    const file = path.join(folder, 'ö ü "quoted" -- $(x).txt');
    writeFileSync(file, '');
    expect(await call('showInFolder', file)).toEqual({ ok: true, value: null });
    expect(await call('showInFolder', `${folder}/x/../`)).toEqual({ ok: true, value: null });
    expect(named('showItemInFolder')).toEqual([[file], [`${folder}/`]]);
  });

  it('says that a file is gone', async () => {
    const { call } = await bridge();
    expect(await call('showInFolder', path.join(folder, 'gone'))).toMatchObject({ ok: false, error: { code: 'PATH_UNREADABLE' } });
  });

  it('refuses what is no absolute path on this machine, on every channel what is one argument too many, and does nothing', async () => {
    const { call, named } = await bridge();
    const bad = [undefined, null, 1, {}, [folder], '', 'relative', '../up', 'file:///etc', `${folder}\0.txt`, `${folder}\n`, '//server/share', '\\\\server\\share', `/${'a'.repeat(5_000)}`, { __proto__: { toString: () => folder } }];
    for (const value of bad) expect([value, await call('showInFolder', value)]).toMatchObject([value, { ok: false, error: { code: 'INPUT_INVALID' } }]);
    expect(await call('showInFolder')).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    expect(await call('showInFolder', folder, 1)).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    expect(await call('openFiles', 1)).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    expect(await call('openFolder', {})).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    expect(await call('openExternal', 'https://example.com/', 1)).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    expect([...named('showItemInFolder'), ...named('showOpenDialog'), ...named('openExternal')]).toEqual([]);
  });
});
