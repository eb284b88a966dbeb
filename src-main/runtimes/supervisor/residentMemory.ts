import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Resident set size in bytes; null when the process is gone or the system does not tell. */
export async function residentMemory(pid: number): Promise<number | null> {
  try {
    if (process.platform === 'linux') {
      const match = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'));
      return match?.[1] === undefined ? null : Number(match[1]) * 1024;
    }
    if (process.platform === 'win32') return null;
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)], { timeout: 2_000 });
    const kilobytes = Number(stdout.trim());
    return kilobytes > 0 ? kilobytes * 1024 : null;
  } catch {
    // The process ended between the question and the answer.
    return null;
  }
}
