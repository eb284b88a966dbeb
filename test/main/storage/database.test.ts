import { join } from 'node:path';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { openDatabase, type SlowCommand } from '../../../src-main/storage/database.ts';
import { addEntry, addPart, addSlowly, addThenFail, countEntries, countTwice, dropEntries, exitThread, listNames, notServed, returnFunction, writeAsynchronously, writeByReading } from './probeCommands.ts';

leakCheck();

describe('group commit', () => {
  it('puts 1,000 concurrent writes into a few transactions and loses none', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    const names = Array.from({ length: 1_000 }, (_, index) => `entry ${index}`);
    const ids = await Promise.all(names.map((name) => database.run(addEntry, { name })));
    const { writes, transactions } = database.counts();
    expect(writes).toBe(1_000);
    expect(transactions).toBeGreaterThan(0);
    expect(transactions).toBeLessThan(50);
    expect(new Set(ids).size).toBe(1_000);
    expect(await database.run(listNames, null)).toEqual(names);
    await database.close();
  });

  it('gathers what arrives one by one while it is busy', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    const writes: Promise<unknown>[] = [database.run(addSlowly, { name: 'slow', pauseMs: 500 })];
    for (let index = 0; index < 100; index += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      writes.push(database.run(addEntry, { name: `entry ${index}` }));
    }
    await Promise.all(writes);
    expect(await database.run(countEntries, null)).toBe(101);
    expect(database.counts().transactions).toBeLessThan(20);
    await database.close();
  });

  it('shows a write to a reader as soon as it is acknowledged', async () => {
    const database = await openTestDatabase({ kind: 'probe', readers: 2 });
    for (let count = 1; count <= 50; count += 1) {
      await database.run(addEntry, { name: `entry ${count}` });
      expect(await database.run(countEntries, null)).toBe(count);
    }
    await database.close();
  });

  it('undoes a command that throws and keeps its neighbours in the same transaction', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    const outcomes = await Promise.allSettled([
      database.run(addEntry, { name: 'first' }),
      database.run(addThenFail, { name: 'refused' }),
      database.run(addEntry, { name: 'second' }),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'INPUT_INVALID', hint: 'Expected by the test.', details: { name: 'refused' } } });
    expect(await database.run(listNames, null)).toEqual(['first', 'second']);
    expect(database.counts().transactions).toBe(1);
    await database.close();
  });

  it('runs several commands together: all of them or none', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    expect(await database.runTogether([{ command: addEntry, args: { name: 'a' } }, { command: addEntry, args: { name: 'b' } }])).toEqual([1, 2]);
    const failing = database.runTogether([{ command: addEntry, args: { name: 'c' } }, { command: addThenFail, args: { name: 'd' } }]);
    await expect(failing).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await database.run(listNames, null)).toEqual(['a', 'b']);
    await database.close();
  });

  it('enforces foreign keys', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    await expect(database.run(addPart, { entryId: 99 })).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('FOREIGN KEY') });
    expect(await database.check()).toEqual([]);
    await database.close();
  });
});

describe('reading', () => {
  it('sees one state of the database from the start of a command to its end', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    const counts = database.run(countTwice, { pauseMs: 300 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await database.run(addEntry, { name: 'meanwhile' });
    const [before, after] = await counts;
    expect(after).toBe(before);
    expect(await database.run(countEntries, null)).toBe(1);
    await database.close();
  });

  it('goes to the idler reader while another is busy', async () => {
    const database = await openTestDatabase({ kind: 'probe', readers: 2 });
    const slow = database.run(countTwice, { pauseMs: 400 }).then(() => 'slow');
    const quick = database.run(countEntries, null).then(() => 'quick');
    expect(await Promise.race([slow, quick])).toBe('quick');
    await slow;
    await database.close();
  });

  it('cannot write', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    await expect(database.run(writeByReading, null)).rejects.toMatchObject({ message: expect.stringMatching(/readonly|cannot be written/) });
    expect(await database.run(countEntries, null)).toBe(0);
    await database.close();
  });
});

describe('mistakes of the caller', () => {
  it('names a command that the worker does not serve', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    await expect(database.run(notServed, null)).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('probe.notServed') });
    await database.close();
  });

  it('refuses a command that answers with a promise, and undoes it', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    await expect(database.run(writeAsynchronously, { name: 'late' })).rejects.toMatchObject({ message: expect.stringContaining('synchronous') });
    expect(await database.run(countEntries, null)).toBe(0);
    await database.close();
  });

  it('reports a result that cannot be sent without losing the replies beside it', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    const outcomes = await Promise.allSettled([database.run(addEntry, { name: 'a' }), database.run(returnFunction, { name: 'b' }), database.run(addEntry, { name: 'c' })]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await database.close();
  });

  it('reports arguments that cannot be sent without losing the commands beside them', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    const unsendable = { name: (() => 'x') as unknown as string };
    const outcomes = await Promise.allSettled([database.run(addEntry, { name: 'a' }), database.run(addEntry, unsendable), database.run(addEntry, { name: 'c' })]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await database.run(listNames, null)).toEqual(['a', 'c']);
    await database.close();
  });
});

describe('life of a database', () => {
  it('keeps its files readable by this user only', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    await database.run(addEntry, { name: 'a' });
    for (const suffix of ['', '-wal', '-acknowledged']) expect(statSync(`${database.file}${suffix}`).mode & 0o077).toBe(0);
    await database.close();
  });

  it('finishes what it was given before it closes, and refuses afterwards', async () => {
    const file = join(temporaryFolder(), 'lathe.db');
    const database = await openTestDatabase({ kind: 'probe', file });
    const writes = Array.from({ length: 200 }, (_, index) => database.run(addEntry, { name: `entry ${index}` }));
    await database.close();
    await Promise.all(writes);
    await expect(database.run(countEntries, null)).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: expect.stringContaining('closed') });
    await database.close();
    const again = await openTestDatabase({ kind: 'probe', file });
    expect(await again.run(countEntries, null)).toBe(200);
    expect(again.opened).toEqual({ migrated: [], copy: null, recovered: false });
    await again.close();
  });

  it('rejects what waits when its thread dies, instead of hanging', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    const outcomes = await Promise.allSettled([database.run(exitThread, null), database.run(addEntry, { name: 'a' })]);
    expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'fulfilled'))).toEqual(['STORAGE_FAILED', 'STORAGE_FAILED']);
    await expect(database.run(addEntry, { name: 'b' })).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await database.close();
  });

  it('tells of slow commands with their names', async () => {
    const slow: SlowCommand[] = [];
    const database = await openTestDatabase({ kind: 'probe', onSlow: (one) => slow.push(one) });
    await database.run(countTwice, { pauseMs: 250 });
    expect(slow).toMatchObject([{ name: 'probe.countTwice', mode: 'read' }]);
    await database.close();
  });

  it('reports a worker that cannot be loaded', async () => {
    const opening = openDatabase({ file: join(temporaryFolder(), 'lathe.db'), worker: new URL('./noSuchWorker.ts', import.meta.url), readers: 1 });
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  it('writes a checked copy that opens with the same rows', async () => {
    const folder = temporaryFolder();
    const database = await openTestDatabase({ kind: 'probe' });
    await Promise.all(Array.from({ length: 100 }, (_, index) => database.run(addEntry, { name: `entry ${index}`, bytes: 100 })));
    await database.backup(join(folder, 'copy.db'));
    const copy = await openTestDatabase({ kind: 'probe', file: join(folder, 'copy.db') });
    expect(await copy.run(listNames, null)).toEqual(await database.run(listNames, null));
    await copy.close();
    await database.close();
  });

  it('opens the project and the user database with every migration and command of the product', async () => {
    for (const kind of ['project', 'user'] as const) {
      const database = await openTestDatabase({ kind });
      expect(database.opened.migrated.length).toBeGreaterThan(1);
      expect(await database.check()).toEqual([]);
      await database.close();
    }
  });
});

describe('a database that is compacted', () => {
  it('keeps every row and leaves nothing of a deleted one in its files', async () => {
    const database = await openTestDatabase({ kind: 'probe' });
    for (let number = 0; number < 200; number += 1) await database.run(addEntry, { name: `canary-${number}-sentence` });
    await database.run(dropEntries, null);
    await database.run(addEntry, { name: 'stays' });
    // Written at the same time: compacting waits for it and does not lose it.
    const [, , names] = await Promise.all([database.run(addEntry, { name: 'beside' }), database.compact(), database.run(listNames, null)]);
    expect(names).toContain('stays');
    const bytes = ['', '-wal'].map((end) => readFileSync(`${database.file}${end}`));
    for (const file of bytes) expect(file.includes('canary-')).toBe(false);
    expect(await database.run(listNames, null)).toEqual(['stays', 'beside']);
    expect(await database.check()).toEqual([]);
    await database.close();
  });
});
