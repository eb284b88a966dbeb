import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scanModules } from './scanImports.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
interface Locked {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly license?: string;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const locked = Object.entries((JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> }).packages).filter(([place]) => place !== '');
const nameOf = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Versions below these have known holes; an audit service that answers "clean" proves nothing, this list does not depend on one. */
const FLOORS: Readonly<Record<string, string>> = {
  'pdfjs-dist': '4.2.67',
  '@modelcontextprotocol/sdk': '1.24.0',
  tar: '6.1.9',
  electron: '45.0.0',
  'better-sqlite3': '13.2.0',
  vite: '8.3.0',
  'http-cache-semantics': '4.1.1',
};
/** Never on a user's files; build tools may bring them. */
const REFUSED = ['extract-zip', 'decompress', 'adm-zip'];

function isBelow(version: string, floor: string): boolean {
  const parts = (text: string): number[] => text.split(/[.+-]/).slice(0, 3).map(Number);
  const [have, want] = [parts(version), parts(floor)];
  const at = want.findIndex((part, index) => part !== (have[index] ?? 0));
  return at >= 0 && (have[at] ?? 0) < (want[at] ?? 0);
}

describe('what is installed', () => {
  it('compares versions as numbers', () => {
    expect([isBelow('4.2.66', '4.2.67'), isBelow('4.10.0', '4.2.67'), isBelow('6.5.438', '4.2.67'), isBelow('4.2.67', '4.2.67')]).toEqual([true, false, false, false]);
  });

  it('lies at or above every version floor', () => {
    const below = locked.filter(([place, { version }]) => version !== undefined && isBelow(version, FLOORS[nameOf(place)] ?? '0.0.0'));
    expect(below.map(([place, { version }]) => `${place} ${version}`)).toEqual([]);
    expect(locked.some(([place]) => nameOf(place) === 'pdfjs-dist')).toBe(true);
  });

  it('is pinned to exact versions', () => {
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  it('runs no install script that is not named, and only one is allowed', () => {
    const withScript = new Set(locked.filter(([, entry]) => entry.hasInstallScript).map(([place]) => nameOf(place)));
    expect([...withScript].filter((name) => !(name in manifest.allowScripts) && name !== 'fsevents')).toEqual([]);
    expect(Object.entries(manifest.allowScripts).filter(([, allowed]) => allowed).map(([name]) => name)).toEqual(['node']);
    expect(read('.npmrc')).toContain('strict-allow-scripts=true');
  });

  it('has a checksum for every package of this platform', () => {
    const unchecked = locked.filter(([, entry]) => !entry.integrity && !(entry.optional && entry.os && !entry.os.includes('linux')) && !entry.optional);
    expect(unchecked.map(([place]) => place)).toEqual([]);
  });

  it('uses no unpacker with known holes: only a disallowed install script asks for one', () => {
    const direct = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const imported = scanModules(fileURLToPath(new URL('../..', import.meta.url)), ['src-main', 'src-renderer']).flatMap(({ imports }) => imports);
    expect(REFUSED.filter((name) => direct.includes(name) || imported.includes(name))).toEqual([]);
  });
});
