import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBranch } from '../../../../src-main/capabilities/projects/readBranch.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

function git(folder: string, ...args: string[]): void {
  execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { stdio: 'ignore' });
}

/** A repository whose own configuration names programs; `traces` is what they would write. */
function plantedRepository(): { folder: string; traces: string[] } {
  const folder = join(temporaryFolder(), 'evil');
  const trace = join(temporaryFolder(), 'ran');
  mkdirSync(folder);
  git(folder, 'init', '-b', 'main');
  writeFileSync(join(folder, '.gitattributes'), '*.md filter=evil\n*.txt filter=a=b\n');
  writeFileSync(join(folder, 'notes.md'), '# Notes\n');
  writeFileSync(join(folder, 'notes.txt'), 'Notes\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '-m', 'Add notes');
  git(folder, 'config', 'filter.evil.clean', `touch ${trace}-clean; cat`);
  git(folder, 'config', 'filter.evil.process', `touch ${trace}-process`);
  git(folder, 'config', 'filter.evil.required', 'true');
  git(folder, 'config', 'filter.a=b.clean', `touch ${trace}-named; cat`);
  git(folder, 'config', 'core.fsmonitor', `touch ${trace}-fsmonitor`);
  // Another time of change makes git look at the content again, through the filter.
  for (const name of ['notes.md', 'notes.txt']) utimesSync(join(folder, name), new Date(), new Date(Date.now() - 86_400_000));
  return { folder, traces: ['clean', 'process', 'named', 'fsmonitor'].map((name) => `${trace}-${name}`) };
}

describe('the branch of a project folder', () => {
  it('is read from a stranger\'s repository without running anything that its configuration names', async () => {
    const { folder, traces } = plantedRepository();
    expect(await readBranch(folder, { trusted: false })).toBe('main');
    expect(traces.filter((trace) => existsSync(trace))).toEqual([]);
  });

  it('runs no filter of the repository even when the project is trusted, and marks what is not committed', async () => {
    const { folder, traces } = plantedRepository();
    expect(await readBranch(folder, { trusted: true })).toBe('main');
    writeFileSync(join(folder, 'new.md'), 'new');
    expect(await readBranch(folder, { trusted: true })).toBe('main*');
    expect(traces.filter((trace) => existsSync(trace))).toEqual([]);
  });

  it('is found from a folder below the repository, in a second work tree and on a detached head', async () => {
    const folder = join(temporaryFolder(), 'repository');
    mkdirSync(join(folder, 'deep', 'project'), { recursive: true });
    git(folder, 'init', '-b', 'feature/pumps');
    git(folder, 'commit', '--allow-empty', '-m', 'Begin');
    expect(await readBranch(join(folder, 'deep', 'project'), { trusted: false })).toBe('feature/pumps');
    const second = join(temporaryFolder(), 'second');
    git(folder, 'worktree', 'add', '-b', 'second', second);
    expect(await readBranch(second, { trusted: false })).toBe('second');
    git(second, 'checkout', '--detach');
    expect(await readBranch(second, { trusted: false })).toBe('(detached)');
    expect(await readBranch(second, { trusted: true })).toBe('(detached)');
  });

  it('is none outside a repository, and neither a pipe nor a pointer to another machine is read', async () => {
    expect(await readBranch(temporaryFolder(), { trusted: false })).toBeNull();
    expect(await readBranch(temporaryFolder(), { trusted: true })).toBeNull();
    const pipe = temporaryFolder();
    mkdirSync(join(pipe, '.git'));
    execFileSync('mkfifo', [join(pipe, '.git', 'HEAD')]);
    expect(await readBranch(pipe, { trusted: false })).toBeNull();
    const remote = temporaryFolder();
    writeFileSync(join(remote, '.git'), 'gitdir: //server/share/.git/worktrees/a\n');
    expect(await readBranch(remote, { trusted: false })).toBeNull();
  });
});
