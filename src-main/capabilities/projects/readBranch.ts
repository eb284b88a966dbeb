import { execFile } from 'node:child_process';

/** The git branch, with `*` when something is not committed; null outside a repository or without git. */
export function readBranch(folder: string): Promise<string | null> {
  return new Promise((resolve) => {
    // No hooks, no fsmonitor, no pager: reading a state must not run anything that the repository names.
    const args = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=', '-C', folder, 'status', '--porcelain=v2', '--branch', '--untracked-files=normal'];
    execFile('git', args, { timeout: 3_000, maxBuffer: 4 * 1024 * 1024, env: { PATH: process.env['PATH'] ?? '', GIT_OPTIONAL_LOCKS: '0' } }, (error, stdout) => {
      if (error) return resolve(null);
      const head = /^# branch\.head (.+)$/m.exec(stdout)?.[1] ?? null;
      const dirty = stdout.split('\n').some((line) => line !== '' && !line.startsWith('#'));
      resolve(head === null ? null : `${head}${dirty ? '*' : ''}`);
    });
  });
}
