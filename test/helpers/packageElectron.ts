import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const root = path.join(import.meta.dirname, '..', '..');

/** The marker before the fuses in a real binary, then version 1, nine fuses and Electron's own defaults for them. */
const FUSES = Buffer.concat([Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, 9]), Buffer.from('101100011')]);

/** A folder that passes for an Electron runtime: its files, and a binary with fuses in it that does not start. */
function writeStubRuntime(folder: string): void {
  mkdirSync(path.join(folder, 'locales'), { recursive: true });
  mkdirSync(path.join(folder, 'resources'), { recursive: true });
  writeFileSync(path.join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 1\n'), FUSES, Buffer.from('\n')]));
  chmodSync(path.join(folder, 'electron'), 0o755);
  for (const [name, text] of [['LICENSE', 'licence of Electron'], ['LICENSES.chromium.html', 'licences of Chromium'], ['version', '45.4.1'], ['locales/en-US.pak', '']] as const) writeFileSync(path.join(folder, name), text);
}

function writeStubBundles(folder: string): void {
  const files = { 'main/app.js': "import './chunk-1.js';", 'main/app.js.map': '{}', 'main/chunk-1.js': '', 'main/preload.cjs': '', 'renderer/index.html': '<p>' };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

export function readBuilderConfiguration(): Record<string, unknown> & { files: (string | object)[] } {
  return parse(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')) as Record<string, unknown> & { files: (string | object)[] };
}

/**
 * Runs electron-builder over this very project with the real configuration, but for the runtime (a stub), the output
 * folder and the two bundles (small stand-ins, so that no build is needed first). Returns the unpacked program's folder.
 */
export async function packageElectron(folder: string): Promise<string> {
  writeStubRuntime(path.join(folder, 'electron'));
  writeStubBundles(path.join(folder, 'dist'));
  const configuration = readBuilderConfiguration();
  // electron-builder applies the exclusions of one set of files to that set alone.
  const exclusions = configuration.files.filter((pattern) => String(pattern).startsWith('!**'));
  const bundles = ['main', 'renderer'].map((name) => ({ from: path.join(folder, 'dist', name), to: `dist/${name}`, filter: ['**/*', ...exclusions] }));
  const files = [...bundles, ...configuration.files.filter((pattern) => !String(pattern).startsWith('dist/'))];
  const stubbed = { ...configuration, files, electronDist: path.join(folder, 'electron'), directories: { ...(configuration['directories'] as object), output: path.join(folder, 'out') } };
  const file = path.join(folder, 'configuration.json');
  writeFileSync(file, JSON.stringify(stubbed));
  const command = [path.join(root, 'node_modules', 'electron-builder', 'cli.js'), '--linux', 'dir', '--config', file, '--publish', 'never'];
  await promisify(execFile)(process.execPath, command, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  return path.join(folder, 'out', process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
}
