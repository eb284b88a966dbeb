import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readRegularFile } from '../../base/readRegularFile.ts';

/** HEAD and a `gitdir:` file have one short line. */
const MAX_POINTER_BYTES = 4_096;
const GIT_TIMEOUT_MS = 3_000;

/**
 * The git branch, with `*` when something is not committed; null outside a repository. A repository's own configuration can
 * name programs (filters, fsmonitor, hooks), so git is asked only for a trusted project, and then with those taken out; for
 * others HEAD is read as text, which cannot tell whether there are changes.
 */
export async function readBranch(folder: string, { trusted }: { readonly trusted: boolean }): Promise<string | null> {
  const head = await readHead(folder).catch(() => null);
  if (head === null || !trusted) return head;
  return (await askGit(folder)) ?? head;
}

async function readPointer(file: string): Promise<string> {
  return (await readRegularFile(file, MAX_POINTER_BYTES)).toString('utf8').trim();
}

async function readHead(folder: string): Promise<string | null> {
  const repository = await findRepository(folder);
  if (repository === null) return null;
  const head = await readPointer(path.join(repository, 'HEAD'));
  if (/^[0-9a-f]{40,64}$/.test(head)) return '(detached)';
  return /^ref: refs\/heads\/([^\u0000-\u0020\u007f]{1,250})$/.exec(head)?.[1] ?? null;
}

/** The nearest `.git` at or above the folder; a second work tree or a submodule has a file there that points to it. */
async function findRepository(from: string): Promise<string | null> {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const entry = path.join(folder, '.git');
    const facts = await stat(entry).catch(() => null);
    if (facts?.isDirectory()) return entry;
    if (facts?.isFile()) {
      const target = /^gitdir: (.+)$/.exec(await readPointer(entry))?.[1];
      // A network path would contact the machine that it names.
      return target === undefined || /^[\\/]{2}/.test(target) ? null : path.resolve(folder, target);
    }
    if (path.dirname(folder) === folder) return null;
  }
}

/** Settings for one call of git, as environment: unlike `-c`, a name may hold any character. */
function withSettings(settings: readonly (readonly [string, string])[]): Record<string, string> {
  const numbered = settings.flatMap(([name, value], index) => [[`GIT_CONFIG_KEY_${index}`, name], [`GIT_CONFIG_VALUE_${index}`, value]]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(numbered) };
}

function git(folder: string, args: readonly string[], settings: readonly (readonly [string, string])[] = []): Promise<string | null> {
  const env = { PATH: process.env['PATH'] ?? '', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', ...withSettings(settings) };
  return new Promise((resolve) => {
    execFile('git', ['--no-pager', '-C', folder, ...args], { timeout: GIT_TIMEOUT_MS, maxBuffer: 4 * 1024 * 1024, env }, (error, stdout) => resolve(error ? null : stdout));
  });
}

async function askGit(folder: string): Promise<string | null> {
  const quiet: (readonly [string, string])[] = [['core.fsmonitor', 'false'], ['core.hooksPath', '/dev/null']];
  // Reading the configuration runs nothing. Each filter that it names is emptied: a status must not run a program of the repository.
  const filters = (await git(folder, ['config', '--null', '--name-only', '--get-regexp', '^filter\\.'], quiet)) ?? '';
  const emptied = filters.split('\0').filter((name) => name !== '').map((name) => [name, name.endsWith('.required') ? 'false' : ''] as const);
  const status = await git(folder, ['status', '--porcelain=v2', '--branch', '--untracked-files=normal', '--ignore-submodules=all'], [...quiet, ...emptied]);
  if (status === null) return null;
  const head = /^# branch\.head (.+)$/m.exec(status)?.[1];
  if (head === undefined) return null;
  const dirty = status.split('\n').some((line) => line !== '' && !line.startsWith('#'));
  return `${head}${dirty ? '*' : ''}`;
}
