import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installKey, node24Path } from './install.mjs';
import { runQuietly } from './runChild.mjs';
import { SetupError, startStep } from './steps.mjs';

const SOURCES = ['src-main', 'src-renderer', 'docs/manual', 'vite.config.ts', 'package.json', 'tsconfig.base.json'];
/** The preload script joins the main folder, so it follows it. */
const BUNDLES = [
  { mode: 'renderer', folder: 'renderer', source: 'src-renderer/index.html' },
  { mode: 'main', folder: 'main', source: 'src-main/cli/main.ts' },
  { mode: 'preload', folder: 'main', source: 'src-main/app/preload.ts' },
];
/** The manual is part of the window. `resources` is read at run time, except what the renderer bundles (styles, icons) through imports. */
const IGNORED = /(^|\/)(node_modules|bootstrap|dist)(\/|$)|^src-.*\.md$|\.tsbuildinfo$/;

function stampPath(root) {
  return join(root, 'dist', '.built.json');
}

/** Content hash over everything that the bundles are made of. */
export function buildKey(root) {
  const hash = createHash('sha256').update(installKey(root));
  for (const source of SOURCES) {
    for (const file of filesUnder(join(root, source))) {
      const name = relative(root, file).replaceAll('\\', '/');
      if (IGNORED.test(name)) continue;
      hash.update(name).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/** @param {string} root */
export function isBuilt(root) {
  if (!existsSync(stampPath(root)) || !existsSync(join(root, 'dist', 'main', 'cli.js'))) return false;
  return readFileSync(stampPath(root), 'utf8') === buildKey(root);
}

/** Builds both bundles beside the present ones and swaps them in. The caller holds the set-up lock. */
export async function build(root) {
  const step = startStep('Building');
  const key = buildKey(root);
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  for (const { mode, folder, source } of BUNDLES) {
    if (!existsSync(join(root, source))) continue;
    const fresh = join(root, 'dist', `.next-${folder}`);
    if (mode !== 'preload') rmSync(fresh, { recursive: true, force: true });
    const args = [vite, 'build', '--mode', mode, '--outDir', fresh, '--logLevel', 'warn'];
    const { code, output } = await runQuietly({ command: node24Path(root), args, cwd: root, env: { ...process.env, NODE_ENV: 'production' } });
    if (code !== 0) {
      step.failed();
      throw new SetupError(`The ${mode} bundle does not build.\n${output.trim().split('\n').slice(-30).join('\n')}`, 'If you changed the sources, mend what is named above; else delete node_modules and dist and run the command again.');
    }
  }
  for (const folder of ['renderer', 'main']) {
    if (existsSync(join(root, 'dist', `.next-${folder}`))) swap(join(root, 'dist', `.next-${folder}`), join(root, 'dist', folder));
  }
  writeFileSync(stampPath(root), key);
  step.done();
}

function swap(fresh, place) {
  const old = `${place}.old-${process.pid}`;
  mkdirSync(join(place, '..'), { recursive: true });
  if (existsSync(place)) renameSync(place, old);
  renameSync(fresh, place);
  rmSync(old, { recursive: true, force: true });
}

function* filesUnder(path) {
  const entries = readEntries(path);
  if (entries === null) {
    if (existsSync(path)) yield path;
    return;
  }
  for (const name of entries.sort()) if (name !== 'node_modules') yield* filesUnder(join(path, name));
}

function readEntries(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === 'ENOTDIR' || error.code === 'ENOENT') return null;
    throw error;
  }
}
