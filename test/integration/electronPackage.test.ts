import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { extractAll, listPackage, statFile } from '@electron/asar';
import { FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageElectron, readBuilderConfiguration } from '../helpers/packageElectron.ts';

const root = path.join(import.meta.dirname, '..', '..');
const require = createRequire(import.meta.url);
const builder = existsSync(path.join(root, 'node_modules', 'electron-builder')) && process.platform === 'linux';
if (!builder) console.log('Skipped: packaging needs node_modules/electron-builder and is only run on Linux');

describe.skipIf(!builder)('electron-builder.yml (needs electron-builder on Linux)', () => {
  it('is valid to electron-builder itself, and a wrong word in it is not', async () => {
    const builderConfig = createRequire(require.resolve('electron-builder'))('app-builder-lib/out/util/config/config') as { validateConfiguration(config: object, log: object): Promise<void> };
    const log = { isEnabled: false, add: () => {} };
    await builderConfig.validateConfiguration(readBuilderConfiguration(), log);
    await expect(builderConfig.validateConfiguration({ ...readBuilderConfiguration(), asarUnpak: [] }, log)).rejects.toThrow('asarUnpak');
  });

  it('names three systems and the Electron that is installed', () => {
    const { linux, mac, win, electronVersion, asar, npmRebuild, publish, protocols } = readBuilderConfiguration();
    expect(linux).toMatchObject({ target: ['AppImage', 'deb'] });
    expect(mac).toMatchObject({ target: [{ target: 'dmg', arch: ['arm64'] }], hardenedRuntime: true });
    expect(win).toMatchObject({ target: [{ target: 'nsis', arch: ['x64'] }] });
    const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules/electron/package.json'), 'utf8')) as { version: string };
    expect({ electronVersion, asar, npmRebuild, publish, protocols }).toEqual({ electronVersion: version, asar: true, npmRebuild: false, publish: null, protocols: undefined });
  });
});

describe.skipIf(!builder)('the Linux package, with a stub for its runtime (needs electron-builder on Linux)', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lathe-package-'));
  let program = '';
  let archive = '';
  let files: string[] = [];
  beforeAll(async () => {
    program = await packageElectron(folder);
    archive = path.join(program, 'resources', 'app.asar');
    files = listPackage(archive, { isPack: false }).map((name) => name.slice(1));
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const modules = (): string[] => [...new Set(files.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/@][^/]*)/.exec(name)?.[1]).filter((name) => name !== undefined))];

  it('holds the bundles, the resources and the manifest, and nothing else beside the modules', () => {
    const outside = files.filter((name) => !name.startsWith('node_modules') && !name.startsWith('resources') && !name.startsWith('native') && !name.startsWith('docs'));
    expect(outside.toSorted()).toEqual(['LICENSE', 'dist', 'dist/main', 'dist/main/app.js', 'dist/main/chunk-1.js', 'dist/main/preload.cjs', 'dist/renderer', 'dist/renderer/index.html', 'package.json']);
    expect(files).toContain('resources/icons/512x512.png');
    expect(files).toContain('docs/manual/README.md');
    expect(files.filter((name) => name.startsWith('docs/') && name !== 'docs/manual' && !name.startsWith('docs/manual/'))).toEqual([]);
  });

  it('holds no source, source map, test or setting of a developer', () => {
    expect(files.filter((name) => /\.(ts|tsx|mts|cts|map|cc|cpp|hpp|gyp|tsbuildinfo)$/.test(name))).toEqual([]);
    expect(files.filter((name) => /(^|\/)(src-main|src-renderer|bench|\.ci|\.env[^/]*|\.npmrc|\.lathe|__tests__|vite\.config.*|vitest\.config.*)(\/|$)/.test(name))).toEqual([]);
  });

  it("leaves out LanceDB's second ONNX runtime, other systems' binaries and CUDA", () => {
    expect(modules().filter((name) => /^(@huggingface\/transformers|openai|sharp|@img\/.*|onnxruntime-web|electron.*|vite.*|typescript|playwright.*|monaco-editor|react)$/.test(name))).toEqual([]);
    expect(files.filter((name) => name.endsWith('onnxruntime_binding.node'))).toEqual([`node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/onnxruntime_binding.node`]);
    expect(files.filter((name) => /better-sqlite3\/prebuilds\/./.test(name))).toEqual([`node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`]);
    expect(modules().filter((name) => name.startsWith('@node-llama-cpp/') && name.includes('cuda'))).toEqual([]);
    expect(modules()).toContain(`@node-llama-cpp/linux-${process.arch}`);
  });

  it('has every native module unpacked beside the archive, whole', () => {
    const unpacked = files.filter((name) => !('files' in statFile(archive, name)) && 'unpacked' in statFile(archive, name));
    const natives = files.filter((name) => /\.(node|so|dll|dylib)(\.\d+)*$/.test(name));
    for (const part of ['better-sqlite3', '@lancedb', 'onnxruntime-node', '@node-llama-cpp']) expect(natives.filter((name) => name.startsWith(`node_modules/${part}`))).not.toEqual([]);
    expect(natives.filter((name) => !unpacked.includes(name))).toEqual([]);
    for (const name of unpacked) expect([name, existsSync(path.join(`${archive}.unpacked`, name))]).toEqual([name, true]);
    expect(files.filter((name) => name.startsWith('node_modules/node-llama-cpp/dist/') && name.endsWith('.js') && !unpacked.includes(name))).toEqual([]);
    if (existsSync(path.join(root, 'native/build/lathe_gpu.node'))) expect(unpacked).toContain('native/build/lathe_gpu.node');
  });

  it('carries the licences of Lathe, Electron, Chromium and every module', () => {
    expect(files).toContain('LICENSE');
    for (const name of ['LICENSE.electron.txt', 'LICENSES.chromium.html']) expect(readdirSync(program)).toContain(name);
    const withFile = new Set(files.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/(?:[^/]*\/)?(?:licen[sc]e|copying|notice)[^/]*$/i.exec(name)?.[1]));
    const withField = (name: string): boolean => {
      const manifest = JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')) as { license?: unknown; licenses?: unknown };
      return typeof manifest.license === 'string' || Array.isArray(manifest.licenses);
    };
    expect(modules().filter((name) => !withFile.has(name) && !withField(name))).toEqual([]);
  });

  it('has its fuses set as configured: three off, three on', async () => {
    const wire = await getCurrentFuseWire(path.join(program, 'lathe'));
    const states = Object.fromEntries(Object.entries(wire).filter(([key]) => key !== 'version').map(([key, state]) => [FuseV1Options[Number(key)], FuseState[Number(state)]]));
    expect(wire.version).toBe(FuseVersion.V1);
    expect(states).toEqual({
      RunAsNode: 'DISABLE',
      EnableNodeOptionsEnvironmentVariable: 'DISABLE',
      EnableNodeCliInspectArguments: 'DISABLE',
      EnableCookieEncryption: 'ENABLE',
      EnableEmbeddedAsarIntegrityValidation: 'ENABLE',
      OnlyLoadAppFromAsar: 'ENABLE',
      GrantFileProtocolExtraPrivileges: 'DISABLE',
      LoadBrowserProcessSpecificV8Snapshot: 'DISABLE',
      WasmTrapHandlers: 'ENABLE',
    });
  });

  it('holds all that its modules need: every production dependency loads, and the native ones work', () => {
    const extracted = path.join(folder, 'extracted');
    extractAll(archive, extracted);
    const { dependencies } = JSON.parse(readFileSync(path.join(extracted, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    writeFileSync(
      path.join(extracted, 'load.mjs'),
      `for (const name of ${JSON.stringify(Object.keys(dependencies))}) await import(name);
       const { default: Database } = await import('better-sqlite3');
       const { connect } = await import('@lancedb/lancedb');
       const { getLlama } = await import('node-llama-cpp');
       const llama = await getLlama({ gpu: false, build: 'never' });
       const table = await (await connect(process.argv[2])).createTable('t', [{ vector: [1, 2], id: 1 }]);
       console.log(JSON.stringify([new Database(':memory:').prepare('select 1 + 1 as two').get(), await table.countRows(), llama.buildType]));
       process.exit(0);`,
    );
    const output = execFileSync(process.execPath, [path.join(extracted, 'load.mjs'), path.join(folder, 'vectors')], { cwd: extracted, encoding: 'utf8' });
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toEqual([{ two: 2 }, 1, 'prebuilt']);
  });
});
