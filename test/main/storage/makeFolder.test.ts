import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../../src-main/storage/makeFolder.ts';
import { latheHome } from '../../helpers/latheHome.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const about = { doing: 'making a test', hint: 'Choose another one.' };

describe('making a folder', () => {
  it('makes those above it too, and is content with one that is there', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    await Promise.all([makeFolder(folder, about), makeFolder(folder, about)]);
    await makeFolder(folder, about);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('says which file stands in its way', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'below')]) {
      await expect(makeFolder(folder, about)).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: expect.stringContaining(`${folder} cannot be made: a file stands in its way`), hint: 'Choose another one.' });
    }
  });

  it.skipIf(process.platform !== 'linux')('ends at once where the file system takes no new names (needs Linux)', async () => {
    await expect(makeFolder('/proc/no-such-folder/a', about)).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: expect.stringContaining('cannot be made') });
  });
});

describe('a LATHE_HOME that cannot be', () => {
  it.skipIf(process.platform !== 'linux')('is said at once, with what to do (needs Linux)', async () => {
    const lathe = latheHome(temporaryFolder());
    const file = join(lathe.home, 'file');
    writeFileSync(file, '');
    for (const home of ['/proc/no-such-folder', file]) {
      const started = performance.now();
      const done = await lathe.run(['knowledge', 'status'], { env: { LATHE_HOME: home } });
      expect([done.code, done.stderr]).toEqual([1, expect.stringContaining('STORAGE_FAILED')]);
      expect(done.stderr).toContain(home);
      expect(done.stderr).toContain('LATHE_HOME');
      expect(performance.now() - started).toBeLessThan(40_000);
    }
  });
});
