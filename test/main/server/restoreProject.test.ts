import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copiesOfProject, restoreProject } from '../../../src-main/server/restoreProject.ts';
import { tryLock } from '../../../src-main/storage/processLock.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

leakCheck();

/** A project's state with two copies of its database, `b` younger than `a` although its name comes first. */
async function projectWithCopies(): Promise<{ folder: string; file: string }> {
  const folder = temporaryFolder();
  const file = join(folder, '.lathe', 'lathe.db');
  const database = await openTestDatabase({ kind: 'project', file });
  const copies = join(folder, '.lathe', 'copies');
  mkdirSync(copies);
  for (const [name, seconds] of [['lathe.db.2.db', 1_000], ['lathe.db.1.db', 2_000]] as const) {
    await database.backup(join(copies, name));
    utimesSync(join(copies, name), seconds, seconds);
  }
  await database.close();
  return { folder, file };
}

describe('a copy of a project’s database', () => {
  test('is the newest by its time unless another is named; what was there is kept', async () => {
    const { folder, file } = await projectWithCopies();
    expect((await copiesOfProject(folder)).map(({ name, madeAtMs }) => [name, madeAtMs])).toEqual([['lathe.db.1.db', 2_000_000], ['lathe.db.2.db', 1_000_000]]);
    const before = readFileSync(file);
    const done = await restoreProject(folder);
    expect(done.restored.name).toBe('lathe.db.1.db');
    expect(readFileSync(join(done.replaced, 'lathe.db')).equals(before)).toBe(true);
    expect((await restoreProject(folder, 'lathe.db.2.db')).restored.name).toBe('lathe.db.2.db');
    const database = await openTestDatabase({ kind: 'project', file });
    expect(await database.check()).toEqual([]);
    await database.close();
  });

  test('is refused under a name that is none of the copies, and nothing is changed', async () => {
    const { folder, file } = await projectWithCopies();
    const before = readFileSync(file);
    for (const name of ['../lathe.db', 'nothing.db', '']) await expect(restoreProject(folder, name)).rejects.toMatchObject({ code: 'PATH_UNREADABLE', message: expect.stringContaining('lathe.db.1.db') });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('is not put back while another process has the project open', async () => {
    const { folder } = await projectWithCopies();
    const lock = tryLock(join(folder, '.lathe', 'owner.lock'));
    await expect(restoreProject(folder)).rejects.toMatchObject({ code: 'PROJECT_LOCKED' });
    lock?.release();
    await expect(restoreProject(folder)).resolves.toBeDefined();
  });

  test('is not written through a link in the place of the state folder', async () => {
    const { folder } = await projectWithCopies();
    const stranger = temporaryFolder();
    symlinkSync(join(folder, '.lathe'), join(stranger, '.lathe'));
    await expect(restoreProject(stranger)).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' });
    expect(existsSync(join(folder, '.lathe', 'lathe.db.replaced-1'))).toBe(false);
  });
});
