import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'lathe-preload-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles the preload script as shipped and runs it as Electron's sandbox does: CommonJS, `require('electron')` and nothing else. */
function runBundledPreload() {
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const built = spawnSync(process.execPath, [vite, 'build', '--mode', 'preload', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], { cwd: root, encoding: 'utf8' });
  expect({ status: built.status, stderr: built.stderr }).toEqual({ status: 0, stderr: '' });
  expect(readdirSync(folder)).toEqual(['preload.cjs']);
  const exposed: Record<string, unknown> = {};
  const invoked: unknown[][] = [];
  const required: string[] = [];
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => (exposed[name] = value) },
    ipcRenderer: { invoke: (...values: unknown[]) => (invoked.push(values), 'the answer') },
  };
  const require = (name: string): unknown => {
    required.push(name);
    return name === 'electron' ? electron : undefined;
  };
  vm.runInNewContext(readFileSync(path.join(folder, 'preload.cjs'), 'utf8'), { require, process: { platform: 'linux' }, exports: {}, module: { exports: {} } });
  return { exposed, invoked, required };
}

const bundler = existsSync(path.join(root, 'node_modules', 'vite')) && existsSync(path.join(root, 'vite.config.ts'));
if (!bundler) console.log('Skipped: the preload script cannot be bundled without node_modules/vite and vite.config.ts');

describe.skipIf(!bundler)('the preload script as bundled (needs vite)', () => {
  it('shows the page these five things and no more, and needs nothing but electron', () => {
    const { exposed, required } = runBundledPreload();
    expect(required).toEqual(['electron']);
    expect(Object.keys(exposed)).toEqual(['lathe']);
    const shapes = Object.entries(exposed['lathe'] as object).map(([name, value]) => `${name}: ${typeof value === 'function' ? `function of ${value.length}` : JSON.stringify(value)}`);
    expect(shapes).toMatchInlineSnapshot(`
      [
        "platform: "linux"",
        "openFiles: function of 0",
        "openFolder: function of 0",
        "showInFolder: function of 1",
        "openExternal: function of 1",
      ]
    `);
  });

  it('hands on exactly the named arguments, on exactly its own channels', () => {
    const { exposed, invoked } = runBundledPreload();
    const bridge = exposed['lathe'] as Record<string, (...values: unknown[]) => unknown>;
    for (const name of ['openFiles', 'openFolder', 'showInFolder', 'openExternal']) expect(bridge[name]?.('first', 'second', 'third')).toBe('the answer');
    expect(invoked).toEqual([['lathe:openFiles'], ['lathe:openFolder'], ['lathe:showInFolder', 'first'], ['lathe:openExternal', 'first']]);
  });
});
