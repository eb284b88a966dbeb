import { describe, expect, it } from 'vitest';
import { uuidv7 } from '../../../src-main/base/uuid.ts';
import type { Database } from '../../../src-main/storage/database.ts';
import { KEPT_MS, openJournal } from '../../../src-main/storage/journal.ts';
import { fakeClock } from '../../helpers/fakeClock.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';
import { addEntry, dropWithUndo, failToRestore, listNames, purgeNames, restoreNames } from './probeCommands.ts';

leakCheck();

const handlers = {
  'probe.names': { undo: restoreNames, purge: purgeNames },
  'probe.stubborn': { undo: failToRestore, purge: purgeNames },
};

async function journalWith(names: readonly string[]): Promise<{ database: Database; clock: ReturnType<typeof fakeClock>; drop: (name: string, kind?: string) => Promise<string>; journal: ReturnType<typeof openJournal> }> {
  const database = await openTestDatabase({ kind: 'journal' });
  const clock = fakeClock();
  for (const name of names) await database.run(addEntry, { name });
  const drop = async (name: string, kind = 'probe.names') => {
    const undoId = uuidv7();
    await database.run(dropWithUndo, { name, undoId, kind, atMs: clock.now() });
    return undoId;
  };
  return { database, clock, drop, journal: openJournal(database, handlers, clock) };
}

describe('undo journal', () => {
  it('takes back a deletion, once', async () => {
    const { database, clock, drop, journal } = await journalWith(['a', 'b']);
    const id = await drop('a');
    expect(await database.run(listNames, null)).toEqual(['b']);
    clock.advance(5_000);
    const { entry, value } = await journal.undo(id);
    expect(entry).toEqual({ id, kind: 'probe.names', title: 'Delete a', payload: { names: ['a'] }, atMs: clock.now() - 5_000, purgeAtMs: clock.now() - 5_000 + KEPT_MS, undoneAtMs: clock.now() });
    expect(value).toBe(1);
    expect(await database.run(listNames, null)).toEqual(['b', 'a']);
    await expect(journal.undo(id)).rejects.toMatchObject({ code: 'UNDO_NOT_POSSIBLE' });
    expect(await database.run(listNames, null)).toEqual(['b', 'a']);
    expect(await journal.list()).toEqual([entry]);
    await database.close();
  });

  it('undoes the newest first when none is named, then says that nothing is left', async () => {
    const { database, drop, journal } = await journalWith(['a', 'b', 'c']);
    for (const name of ['a', 'b']) await drop(name);
    expect((await journal.undo()).entry.title).toBe('Delete b');
    expect((await journal.undo()).entry.title).toBe('Delete a');
    await expect(journal.undo()).rejects.toMatchObject({ code: 'UNDO_NOT_POSSIBLE', message: expect.stringContaining('nothing to undo') });
    await database.close();
  });

  it('changes neither data nor journal when undoing fails', async () => {
    const { database, drop, journal } = await journalWith(['a']);
    const id = await drop('a', 'probe.stubborn');
    await expect(journal.undo(id)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect((await journal.list())[0]).toMatchObject({ id, undoneAtMs: null });
    expect(await database.run(listNames, null)).toEqual([]);
    await database.close();
  });

  it('lets only one of two undos at the same moment win', async () => {
    const { database, drop, journal } = await journalWith(['a']);
    const id = await drop('a');
    const outcomes = await Promise.allSettled([journal.undo(id), journal.undo(id)]);
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await database.run(listNames, null)).toEqual(['a']);
    await database.close();
  });

  it('records nothing when the change it belongs to is rolled back', async () => {
    const { database, journal } = await journalWith(['a']);
    await expect(database.run(dropWithUndo, { name: 'never there', undoId: uuidv7(), kind: 'probe.names', atMs: 1 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await journal.list()).toEqual([]);
    await database.close();
  });

  it('purges what is due, tells which artifacts lost a name, and keeps the rest undoable', async () => {
    const { database, clock, drop, journal } = await journalWith(['a', 'b', 'c']);
    const [first, second] = [await drop('a'), await drop('b')];
    await journal.undo(second);
    clock.advance(KEPT_MS);
    const third = await drop('c');
    const { purged, digests } = await journal.purge(clock.now());
    expect(purged.map((entry) => entry.id)).toEqual([second, first]);
    expect(digests).toEqual(['digest of a']);
    expect((await journal.list()).map((entry) => entry.id)).toEqual([third]);
    await expect(journal.undo(first)).rejects.toMatchObject({ code: 'UNDO_NOT_POSSIBLE' });
    expect((await journal.purge('all')).purged).toHaveLength(1);
    expect(await journal.list()).toEqual([]);
    await database.close();
  });

  it('keeps an entry of a kind it does not know', async () => {
    const { database, drop, journal } = await journalWith(['a']);
    const id = await drop('a', 'later.version');
    await expect(journal.undo(id)).rejects.toMatchObject({ code: 'UNDO_NOT_POSSIBLE', message: expect.stringContaining('later.version') });
    expect((await journal.purge('all')).purged).toEqual([]);
    expect(await journal.list()).toHaveLength(1);
    await database.close();
  });
});
