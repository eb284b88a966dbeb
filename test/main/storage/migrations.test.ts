import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { FAILPOINTS } from '../../../src-main/base/failpoint.ts';
import { contentDigest, listCopies } from '../../../src-main/storage/copyDatabase.ts';
import { openDatabase, type Database } from '../../../src-main/storage/database.ts';
import { migrationHash, type Migration } from '../../../src-main/storage/migrations.ts';
import { planMigrations } from '../../../src-main/storage/planMigrations.ts';
import { restoreDatabase } from '../../../src-main/storage/restoreDatabase.ts';
import { listJobs } from '../../../src-main/jobs/jobCommands.ts';
import { projectMigrations } from '../../../src-main/server/projectMigrations.ts';
import { userMigrations } from '../../../src-main/server/userMigrations.ts';
import { startChild } from '../../helpers/childProcess.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { laterMigrations } from './laterMigrations.ts';
import { addEntry, addPart, listNames, probeMigrations } from './probeCommands.ts';

leakCheck();

const NEXT = new URL('./probeNextWorker.ts', import.meta.url);
const OPEN_AND_EXIT = new URL('./openAndExit.ts', import.meta.url);
const openNext = (file: string): Promise<Database> => openDatabase({ file, worker: NEXT, readers: 1 });

let old = '';

/** A database as the earlier version of the probe left it: closed, with 20 rows and a reference. */
function oldDatabase(): string {
  const file = join(temporaryFolder(), 'lathe.db');
  copyFileSync(old, file);
  return file;
}

beforeAll(async () => {
  const file = join(temporaryFolder(), 'lathe.db');
  const database = await openTestDatabase({ kind: 'probe', file });
  for (let index = 0; index < 20; index += 1) await database.run(addEntry, { name: `entry ${index}`, bytes: index * 100 });
  await database.run(addPart, { entryId: 3 });
  await database.close();
  old = file;
});

function sqlite<T>(file: string, use: (connection: Sqlite.Database) => T): T {
  const connection = new Sqlite(file);
  try {
    return use(connection);
  } finally {
    connection.close();
  }
}

describe('upgrading', () => {
  it('keeps every row, checks references, and leaves a copy of what was there before', async () => {
    const file = oldDatabase();
    const before = contentDigest(file);
    const database = await openNext(file);
    expect(database.opened.migrated).toEqual(laterMigrations.map((one) => one.id));
    expect(database.opened.copy).toBe(join(file, '..', 'copies', 'lathe.db.0001-create-entries.db'));
    expect(await database.run(listNames, null)).toHaveLength(20);
    expect(await database.check()).toEqual([]);
    await database.close();
    expect(listCopies(file)).toEqual([database.opened.copy]);
    expect(contentDigest(database.opened.copy ?? '')).toBe(before);
  });

  it('makes no copy of a new database and none when there is nothing to do', async () => {
    const file = join(temporaryFolder(), 'lathe.db');
    for (const migrated of [4, 0]) {
      const database = await openNext(file);
      expect(database.opened).toMatchObject({ copy: null });
      expect(database.opened.migrated).toHaveLength(migrated);
      await database.close();
    }
    expect(listCopies(file)).toEqual([]);
  });

  it('applies a step that was merged later with a smaller number', () => {
    const [first, second, third] = [...probeMigrations, ...laterMigrations] as [Migration, Migration, Migration];
    const applied = [first, third].map((one) => ({ id: one.id, sha256: migrationHash(one) }));
    expect(planMigrations([third, second, first], applied, 'lathe.db')).toEqual({ pending: [second], refusal: null });
  });

  it('changes nothing when a step fails, and says what was wrong', async () => {
    const file = oldDatabase();
    // The rebuild needs a size for every entry.
    sqlite(file, (connection) => connection.exec('UPDATE entries SET data = NULL WHERE id = 5'));
    const before = contentDigest(file);
    await expect(openNext(file)).rejects.toMatchObject({ code: 'DATABASE_DAMAGED', message: expect.stringMatching(/0004-rebuild-entries .*NOT NULL/) });
    expect(contentDigest(file)).toBe(before);
    const copy = listCopies(file)[0] ?? '';
    expect(contentDigest(copy)).toBe(before);
    await restoreDatabase(copy, file);
    const database = await openTestDatabase({ kind: 'probe', file });
    expect(await database.run(listNames, null)).toHaveLength(20);
    await database.close();
    expect(contentDigest(file)).toBe(before);
  });

  it('refuses a database of a newer version in words and changes nothing', async () => {
    const file = oldDatabase();
    await (await openNext(file)).close();
    const before = readFileSync(file);
    await expect(openTestDatabase({ kind: 'probe', file })).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      message: expect.stringMatching(/made by a newer version of Lathe .*0002-add-size, 0003-create-labels, 0004-rebuild-entries.*Nothing in it was changed/),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('refuses a database whose history has another text than ours', async () => {
    const file = oldDatabase();
    sqlite(file, (connection) => connection.prepare('UPDATE storage_migrations SET sha256 = ?').run('0'.repeat(64)));
    const before = readFileSync(file);
    await expect(openNext(file)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', message: expect.stringContaining('0001-create-entries') });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(listCopies(file)).toEqual([]);
  });

  const steps = FAILPOINTS.filter((name) => name.startsWith('migration.'));
  const passes = steps.flatMap((name) => (name === 'migration.inside' ? [1, 2, 3].map((pass) => `${name}:${pass}`) : [`${name}:1`]));
  it.each(passes)('killed at %s, goes on at the next opening with every row', async (failpoint) => {
    const file = oldDatabase();
    const before = contentDigest(file);
    const child = startChild(OPEN_AND_EXIT, [file, NEXT.href], { env: { LATHE_FAILPOINT: failpoint } });
    expect(await child.ended, child.stderr()).toEqual({ code: null, signal: 'SIGKILL' });
    const database = await openNext(file);
    expect(await database.run(listNames, null)).toEqual(Array.from({ length: 20 }, (_, index) => `entry ${index}`));
    expect(await database.check()).toEqual([]);
    await database.close();
    expect(listCopies(file).map(contentDigest)).toContain(before);
    expect(existsSync(`${listCopies(file)[0]}.partial`)).toBe(false);
  });
});

describe('restoring', () => {
  it('puts a copy in the place of a damaged database and keeps the damaged one aside', async () => {
    const file = oldDatabase();
    await (await openNext(file)).close();
    const copy = listCopies(file)[0] ?? '';
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, 5_000));
    await expect(openTestDatabase({ kind: 'probe', file })).rejects.toMatchObject({ code: 'DATABASE_DAMAGED' });
    const aside = await restoreDatabase(copy, file);
    expect(readFileSync(join(aside, 'lathe.db'))).toHaveLength(5_000);
    const database = await openTestDatabase({ kind: 'probe', file });
    expect(await database.run(listNames, null)).toHaveLength(20);
    await database.close();
  });

  it('refuses a copy that is damaged itself and leaves everything in place', async () => {
    const file = oldDatabase();
    const before = readFileSync(file);
    const bad = join(temporaryFolder(), 'bad.db');
    writeFileSync(bad, before.subarray(0, 6_000));
    await expect(restoreDatabase(bad, file)).rejects.toMatchObject({ code: 'DATABASE_DAMAGED', message: expect.stringContaining(bad) });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('released databases', () => {
  it.each(['project', 'user'] as const)('a %s database of the first version opens with every row it had', async (kind) => {
    const file = join(temporaryFolder(), 'lathe.db');
    sqlite(file, (connection) => connection.exec(readFileSync(new URL(`../../fixtures/databases/${kind}-0002.sql`, import.meta.url), 'utf8')));
    const rowsOf = (path: string) => sqlite(path, (connection) => (connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'storage_%'").pluck().all() as string[]).flatMap((table) => connection.prepare(`SELECT * FROM ${table}`).raw().all().map((row) => [table, row])));
    const before = rowsOf(file);
    expect(before.length).toBeGreaterThan(2);
    const database = await openTestDatabase({ kind, file });
    expect(database.opened.copy).not.toBeNull();
    expect(await database.check()).toEqual([]);
    expect((await database.run(listJobs, { projectId: null, limit: 10 })).map(({ job }) => [job.kind, job.state, job.resumed])).toEqual([['models.download', 'running', 1]]);
    await database.close();
    expect(rowsOf(file)).toEqual(expect.arrayContaining(before));
    expect(rowsOf(database.opened.copy ?? '')).toEqual(before);
  });

  it.each([
    ['project', projectMigrations],
    ['user', userMigrations],
  ] as const)('every prefix of the %s migrations upgrades to the newest with its first rows', async (kind, migrations) => {
    const folder = temporaryFolder();
    for (let known = 1; known < migrations.length; known += 1) {
      const file = join(folder, `${known}`, 'lathe.db');
      mkdirSync(join(folder, `${known}`));
      sqlite(file, (connection) => {
        connection.exec('CREATE TABLE storage_migrations (id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at_ms INTEGER NOT NULL) STRICT;');
        for (const migration of migrations.slice(0, known)) {
          connection.exec(migration.up);
          connection.prepare('INSERT INTO storage_migrations VALUES (?, ?, 0)').run(migration.id, migrationHash(migration));
        }
      });
      const database = await openTestDatabase({ kind, file });
      expect(database.opened.migrated).toEqual(migrations.slice(known).map((one) => one.id));
      expect(database.opened.copy).not.toBeNull();
      expect(await database.check()).toEqual([]);
      await database.close();
    }
  });

  it('ids are numbered, different, and say what they do', () => {
    for (const migrations of [projectMigrations, userMigrations]) {
      for (const { id } of migrations) expect(id).toMatch(/^\d{4}(-[a-z]+)+$/);
      expect(new Set(migrations.map((one) => one.id)).size).toBe(migrations.length);
    }
    for (const { database } of projectMigrations) expect(['project', 'both']).toContain(database);
    for (const { database } of userMigrations) expect(['user', 'both']).toContain(database);
  });
});
