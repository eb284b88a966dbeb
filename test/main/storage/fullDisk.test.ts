import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChild } from '../../helpers/childProcess.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const probed = spawnSync('unshare', ['-Urm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt'], { encoding: 'utf8' });
const able = probed.status === 0;
if (!able) console.log(`Skipped: a disk of its own needs unshare -Urm and tmpfs (Linux); this machine says: ${probed.error?.message ?? probed.stderr.trim()}`);

interface Attempt {
  readonly path: string;
  readonly pages: number;
  readonly error: { code: string; message: string; hint?: string } | null;
  readonly readable: boolean | string;
  readonly retried: unknown;
  readonly whole: boolean | string;
}

async function onSmallDisk(script: URL): Promise<string[]> {
  const disk = join(temporaryFolder(), 'disk');
  mkdirSync(disk);
  const wrapper = ['unshare', '-Urm', 'sh', '-c', `mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"`, disk];
  const child = startChild(script, [disk], { wrapper });
  const { code } = await child.ended;
  expect(code, child.stderr()).toBe(0);
  expect(child.lines.at(-1), child.stderr()).toBe('finished');
  return child.lines.slice(0, -1);
}

describe.skipIf(!able)('a full disk (needs unshare with mounts)', () => {
  it('at every page of every way of writing: said in words, nothing earlier lost, and a retry works once there is space', async () => {
    const attempts = (await onSmallDisk(new URL('./fullDisk.ts', import.meta.url))).map((line) => JSON.parse(line) as Attempt);
    const paths = Map.groupBy(attempts, (one) => one.path);
    expect([...paths.keys()]).toEqual(['row', 'rows together', 'backup', 'artifact', 'artifacts', 'lock', 'new database', 'upgrade']);
    for (const attempt of attempts) {
      const at = `${attempt.path} with ${attempt.pages} pages left`;
      if (attempt.error) {
        expect(attempt.error.code, `${at}: ${attempt.error.message}`).toBe('DISK_FULL');
        expect(attempt.error.message, at).toMatch(/^Disk full: [\d.]+ MB left on .*\. Nothing saved earlier is affected\.$/);
        expect(attempt.error.hint, at).toBe('Free space and try again.');
      }
      expect(attempt.retried, `${at}, retried`).toBeNull();
      expect(attempt.whole, `${at}, afterwards`).toBe(true);
      if (attempt.path !== 'upgrade') expect(attempt.readable, `${at}, reading while full`).toBe(true);
    }
    for (const [path, tried] of paths) {
      expect(tried.at(-1)?.error, `${path} succeeds in the end`).toBeNull();
      expect(tried.filter((one) => one.error).length, `${path} was refused at least once`).toBeGreaterThan(0);
    }
    console.log(`full disk: ${attempts.length} attempts, ${attempts.filter((one) => one.error).length} refused, by path: ${[...paths].map(([path, tried]) => `${path} ${tried.length}`).join(', ')}`);
  }, 300_000);
});

describe.skipIf(!able)('a disk mounted read-only (needs unshare with mounts)', () => {
  it('is named by every way of writing', async () => {
    const said = (await onSmallDisk(new URL('./readOnlyDisk.ts', import.meta.url))).map((line) => JSON.parse(line) as Attempt);
    expect(said.map((one) => one.path)).toEqual(['artifact', 'new artifacts', 'lock', 'new database', 'old database']);
    for (const one of said) {
      expect(one.error, one.path).toMatchObject({ code: 'DISK_READ_ONLY', message: expect.stringContaining('cannot be written'), hint: expect.stringContaining('read-only') });
    }
  }, 60_000);
});
