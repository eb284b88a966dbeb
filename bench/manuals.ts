import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Manuals that questions were written on: Debian packages, unpacked into bench/cache by apt's own client, never installed. */
export interface Family {
  readonly name: string;
  readonly sets: readonly { readonly to: string; readonly package: string; readonly from: string; readonly only: RegExp }[];
}

const HTML = /\.html$/;
export const FAMILIES: readonly Family[] = [
  {
    name: 'python-sqlite',
    sets: [
      { to: 'python', package: 'python3.11-doc', from: 'usr/share/doc/python3.11/html', only: HTML },
      { to: 'sqlite', package: 'sqlite3-doc', from: 'usr/share/doc/sqlite3', only: /\.(html|pdf)$/ },
    ],
  },
  {
    name: 'postgresql-git-haproxy',
    sets: [
      { to: 'postgresql', package: 'postgresql-doc-15', from: 'usr/share/doc/postgresql-doc-15/html', only: HTML },
      { to: 'git', package: 'git-doc', from: 'usr/share/doc/git-doc', only: HTML },
      { to: 'haproxy', package: 'haproxy-doc', from: 'usr/share/doc/haproxy/html', only: HTML },
    ],
  },
  {
    name: 'node-zsh-r-debian',
    sets: [
      { to: 'nodejs', package: 'nodejs-doc', from: 'usr/share/doc/nodejs/api', only: /(?<!\/all)\.html$/ },
      { to: 'zsh', package: 'zsh-doc', from: 'usr/share/doc/zsh-doc/html', only: HTML },
      { to: 'r', package: 'r-doc-pdf', from: 'usr/share/doc/r-doc-pdf/manual', only: /R-(intro|data|exts|lang|admin)\.pdf$/ },
      { to: 'policy', package: 'debian-policy', from: 'usr/share/doc/debian-policy', only: /\/policy\.pdf\.gz$/ },
      { to: 'devref', package: 'developers-reference', from: 'usr/share/developers-reference', only: HTML },
    ],
  },
  {
    name: 'apache-fish-borg-bash',
    sets: [
      { to: 'apache', package: 'apache2-doc', from: 'usr/share/doc/apache2-doc/manual/en', only: HTML },
      { to: 'fish', package: 'fish-common', from: 'usr/share/doc/fish', only: HTML },
      { to: 'borg', package: 'borgbackup-doc', from: 'usr/share/doc/borgbackup/html', only: HTML },
      { to: 'bash', package: 'bash-doc', from: 'usr/share/doc/bash', only: /bashref\.html$/ },
    ],
  },
  {
    name: 'slurm-exim-gnuplot-vim-npm',
    sets: [
      { to: 'slurm', package: 'slurm-wlm-doc', from: 'usr/share/doc/slurm-wlm/html', only: HTML },
      { to: 'exim', package: 'exim4-doc-html', from: 'usr/share/doc/exim4-doc-html/spec_html', only: /\/(?!(filter_)?ch\d)[^/]+\.html$/ },
      { to: 'gnuplot', package: 'gnuplot-doc', from: 'usr/share/doc/gnuplot', only: /gnuplot\.pdf$/ },
      { to: 'vim', package: 'vim-runtime', from: 'usr/share/vim/vim90/doc', only: /\/(usr_\w+|options|motion|change|insert|windows|map|autocmd|builtin|syntax|starting|editing|quickfix|fold|diff)\.txt$/ },
      { to: 'npm', package: 'npm', from: 'usr/share/doc/npm/commands', only: /\.md$/ },
    ],
  },
];

const CACHE = fileURLToPath(new URL('./cache/manuals', import.meta.url));

/** The folder of a family's files, made on first use. Throws with apt's words where a package cannot be had. */
export function manualsOf(family: Family): string {
  const target = join(CACHE, family.name);
  if (existsSync(join(target, '.complete'))) return target;
  for (const set of family.sets) copySet(set, target);
  writeFileSync(join(target, '.complete'), '');
  return target;
}

function copySet(set: Family['sets'][number], target: string): void {
  const unpacked = unpack(set.package);
  const root = join(unpacked, set.from);
  for (const entry of readdirSync(root, { recursive: true })) {
    const path = join(root, String(entry));
    if (!set.only.test(path) || !existsSync(path) || !statSync(path).isFile()) continue;
    const to = join(target, set.to, String(entry));
    mkdirSync(join(to, '..'), { recursive: true });
    const bytes = readFileSync(path);
    if (path.endsWith('.gz')) writeFileSync(to.slice(0, -3), gunzipSync(bytes));
    else writeFileSync(to, bytes);
  }
}

function unpack(name: string): string {
  const folder = join(CACHE, '.packages', name);
  if (existsSync(join(folder, 'usr'))) return folder;
  mkdirSync(folder, { recursive: true });
  execFileSync('apt-get', ['download', name], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get downloaded no ${name}`);
  execFileSync('dpkg-deb', ['-x', file, '.'], { cwd: folder });
  return folder;
}
