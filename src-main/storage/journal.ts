import { AppError } from '../base/appError.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import { readCommand, tables, writeCommand, type Command, type Sql } from './command.ts';
import type { Database } from './database.ts';

/**
 * Owns the undo journal: what was deleted or changed, how to take it back, and until when. An entry is written in the transaction of the
 * change it describes, and undoing changes the data and the entry in one transaction. Does not know what the entries mean.
 */
export interface JournalEntry {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly payload: unknown;
  readonly atMs: number;
  readonly purgeAtMs: number;
  /** Null while it can be undone. */
  readonly undoneAtMs: number | null;
}

export const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

export interface UndoRecord {
  /** UUIDv7, made by the caller so that it can answer with it. */
  readonly id: string;
  readonly kind: string;
  /** What was done, in words: "Delete 3 documents". */
  readonly title: string;
  /** JSON; the argument of the kind's `undo` and `purge` commands. */
  readonly payload: unknown;
  /** UTC milliseconds. */
  readonly atMs: number;
  /** 30 days where not given. */
  readonly purgeAfterMs?: number;
}

interface JournalTables {
  undo_journal: {
    sequence: number;
    id: string;
    kind: string;
    title: string;
    payload: string;
    created_at_ms: number;
    purge_at_ms: number;
    undone_at_ms: number | null;
  };
}

const db = tables<JournalTables>();

/** For use inside the write command that makes the change. */
export function recordUndo(sql: Sql, record: UndoRecord): void {
  const purgeAtMs = record.atMs + (record.purgeAfterMs ?? KEPT_MS);
  const row = { id: record.id, kind: record.kind, title: record.title, payload: JSON.stringify(record.payload), created_at_ms: record.atMs, purge_at_ms: purgeAtMs, undone_at_ms: null };
  sql.run(db.insertInto('undo_journal').values(row as JournalTables['undo_journal']));
}

/** For use inside the write command that finds a deletion taken back by other means: true when there was one to undo. */
export function withdrawUndo(sql: Sql, { kind, payloadId, atMs }: { kind: string; payloadId: string; atMs: number }): boolean {
  const entries = sql.all(db.selectFrom('undo_journal').select(['id', 'payload']).where('kind', '=', kind).where('undone_at_ms', 'is', null));
  const ids = entries.filter(({ payload }) => (JSON.parse(payload) as { id?: unknown }).id === payloadId).map(({ id }) => id);
  for (const id of ids) sql.run(db.updateTable('undo_journal').set({ undone_at_ms: atMs }).where('id', '=', id));
  return ids.length > 0;
}

function toEntry(row: JournalTables['undo_journal']): JournalEntry {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    payload: JSON.parse(row.payload) as unknown,
    atMs: row.created_at_ms,
    purgeAtMs: row.purge_at_ms,
    undoneAtMs: row.undone_at_ms,
  };
}

/** Newest first. */
const listEntries = readCommand('undo.list', (sql, _: null): JournalEntry[] => sql.all(db.selectFrom('undo_journal').selectAll().orderBy('sequence', 'desc')).map(toEntry));

/** Fails when the entry is gone or undone already: then the whole undo is rolled back. */
const markUndone = writeCommand('undo.mark', (sql, { id, atMs }: { id: string; atMs: number }): void => {
  const { changes } = sql.run(db.updateTable('undo_journal').set({ undone_at_ms: atMs }).where('id', '=', id).where('undone_at_ms', 'is', null));
  if (changes === 0) throw notPossible('It was undone or purged already.');
});

const dropEntry = writeCommand('undo.drop', (sql, { id, undone }: { id: string; undone: boolean }): void => {
  const { changes } = sql.run(db.deleteFrom('undo_journal').where('id', '=', id).where('undone_at_ms', undone ? 'is not' : 'is', null));
  if (changes === 0) throw notPossible('It was undone or purged meanwhile.');
});

function notPossible(reason: string): AppError {
  return new AppError('UNDO_NOT_POSSIBLE', `This cannot be undone. ${reason}`, { hint: 'Look at what can still be undone.' });
}

export const journalCommands: readonly Command[] = [listEntries, markUndone, dropEntry];

/** The commands that take back, or remove for good, what one kind of entry describes. */
export interface UndoHandler<P = never> {
  readonly undo: Command<P, unknown>;
  /** May answer with the digests of artifacts that it no longer names; sweepArtifacts decides whether anything else does. */
  readonly purge: Command<P, unknown>;
  /** Runs the undo's transaction inside itself: what has to be there before the rows say so (a file) is made first. */
  readonly around?: (payload: P, commit: () => Promise<unknown[]>) => Promise<unknown[]>;
}

export interface Journal {
  /** Newest first, undone ones included. */
  list(): Promise<JournalEntry[]>;
  /** Undoes this entry, or the newest that can be undone. `value` is what the kind's undo command returned. Rejects with UNDO_NOT_POSSIBLE. */
  undo(id?: string): Promise<{ entry: JournalEntry; value: unknown }>;
  /** Removes for good what is due at this time (UTC milliseconds), or everything. */
  purge(dueAtMs: number | 'all'): Promise<{ purged: JournalEntry[]; digests: string[] }>;
}

/** `handlers` by kind of entry. */
export function openJournal(database: Database, handlers: Readonly<Record<string, UndoHandler>>, clock: Clock = systemClock): Journal {
  const list = () => database.run(listEntries, null);

  async function undo(id?: string): Promise<{ entry: JournalEntry; value: unknown }> {
    const entries = await list();
    const entry = entries.find((one) => (id === undefined ? one.undoneAtMs === null : one.id === id));
    if (!entry) throw notPossible(id === undefined ? 'There is nothing to undo.' : 'It was purged, or never was.');
    const handler = handlers[entry.kind];
    if (!handler) throw notPossible(`This version of Lathe does not know how to undo "${entry.kind}".`);
    const atMs = clock.now();
    const commit = () =>
      database.runTogether([
        { command: markUndone, args: { id: entry.id, atMs } },
        { command: handler.undo as Command<unknown, unknown>, args: entry.payload },
      ]);
    const [, value] = handler.around ? await handler.around(entry.payload as never, commit) : await commit();
    return { entry: { ...entry, undoneAtMs: atMs }, value };
  }

  async function purge(dueAtMs: number | 'all'): Promise<{ purged: JournalEntry[]; digests: string[] }> {
    const purged: JournalEntry[] = [];
    const digests: string[] = [];
    for (const entry of await list()) {
      const handler = handlers[entry.kind];
      if ((dueAtMs !== 'all' && entry.purgeAtMs > dueAtMs) || (!handler && entry.undoneAtMs === null)) continue;
      const undone = entry.undoneAtMs !== null;
      const drop = { command: dropEntry, args: { id: entry.id, undone } };
      const steps = undone || !handler ? [drop] : [drop, { command: handler.purge as Command<unknown, unknown>, args: entry.payload }];
      const [, value] = await database.runTogether(steps);
      purged.push(entry);
      digests.push(...digestsOf(value));
    }
    return { purged, digests };
  }

  return { list, undo, purge };
}

function digestsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || !('digests' in value) || !Array.isArray(value.digests)) return [];
  return value.digests.filter((digest): digest is string => typeof digest === 'string');
}
