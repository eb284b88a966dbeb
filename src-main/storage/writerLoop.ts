import type { ErrorBody } from '#contract/errors.ts';
import { toErrorBody } from '../base/appError.ts';
import { failpoint } from '../base/failpoint.ts';
import type { Command, Sql } from './command.ts';
import type { CommandRequest, Reply } from './databaseWire.ts';
import type { Mark } from './databaseState.ts';
import { connectionSql, type Connection } from './sqliteConnection.ts';
import { storageError } from './storageError.ts';

/**
 * Owns group commit: commands collected in one turn of the loop share one transaction, each in its own savepoint, and are
 * answered only after the commit has reached the disk. Does not read messages or send replies.
 */
export interface WriterLoop {
  /** Runs the commands durably. Returns their replies in order and the number of transactions committed. */
  run(requests: readonly CommandRequest[]): { replies: Reply[]; transactions: number };
}

interface Outcome {
  readonly value: unknown;
  readonly error: ErrorBody | null;
  readonly ms: number;
}

export interface WriterContext {
  readonly connection: Connection;
  readonly commands: ReadonlyMap<string, Command>;
  readonly file: string;
  readonly mark: Mark;
  readonly warn: (message: string) => void;
}

export function createWriterLoop(context: WriterContext): WriterLoop {
  const { connection, file } = context;
  const sql = connectionSql(connection);
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  const rollback = connection.prepare('ROLLBACK');
  const savepoint = connection.prepare('SAVEPOINT command');
  const release = connection.prepare('RELEASE command');
  const undo = connection.prepare('ROLLBACK TO command');
  const count = connection.prepare('UPDATE storage_state SET transactions = transactions + 1 WHERE id = 1 RETURNING transactions').pluck();

  const problem = (error: unknown, name: string) => toErrorBody(storageError(error, { doing: `saving (${name})`, path: file }));

  function runOne(request: CommandRequest): Outcome {
    const started = performance.now();
    savepoint.run();
    try {
      const value = runSteps(context.commands, sql, request);
      release.run();
      failpoint('database.inside-transaction');
      return { value, error: null, ms: performance.now() - started };
    } catch (error) {
      // A full disk makes SQLite roll the whole transaction back by itself; then there is no savepoint left.
      if (!connection.inTransaction) throw error;
      undo.run();
      release.run();
      return { value: undefined, error: problem(error, nameOf(request)), ms: performance.now() - started };
    }
  }

  /** Throws when the transaction as a whole failed; then nothing of it is in the database. */
  function runTogether(requests: readonly CommandRequest[]): { outcomes: Outcome[]; committed: boolean } {
    failpoint('database.before-begin');
    begin.run();
    try {
      const outcomes = requests.map(runOne);
      if (outcomes.every((one) => one.error !== null)) {
        rollback.run();
        return { outcomes, committed: false };
      }
      const transactions = count.get() as number;
      failpoint('database.before-commit');
      commit.run();
      failpoint('database.after-commit');
      setMark(transactions);
      return { outcomes, committed: true };
    } catch (error) {
      if (connection.inTransaction) rollback.run();
      throw error;
    }
  }

  function setMark(transactions: number): void {
    try {
      context.mark.set(transactions);
      failpoint('database.after-mark');
    } catch (error) {
      // The work itself is committed; only the check for a lost write-ahead log is weaker.
      context.warn(`The mark beside ${file} could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function attempt(requests: readonly CommandRequest[]): { replies: Reply[]; transactions: number } {
    try {
      const { outcomes, committed } = runTogether(requests);
      return { replies: outcomes.map((one, index) => toReply(requests[index] as CommandRequest, one)), transactions: committed ? 1 : 0 };
    } catch (error) {
      const [only] = requests;
      if (requests.length === 1 && only) return { replies: [{ id: only.id, ok: false, error: problem(error, nameOf(only)), ms: 0 }], transactions: 0 };
      // One command may have failed all of them: each gets its own transaction, so that only the guilty fail.
      const alone = requests.map((request) => attempt([request]));
      return { replies: alone.flatMap((one) => one.replies), transactions: alone.reduce((sum, one) => sum + one.transactions, 0) };
    }
  }

  return { run: attempt };
}

/** The values of the request's steps, in order. */
export function runSteps(commands: ReadonlyMap<string, Command>, sql: Sql, request: CommandRequest): unknown[] {
  return request.steps.map(({ name, args }) => {
    const command = commands.get(name);
    if (!command) throw new Error(`The command ${name} is not served by this database's worker: add it to the worker's list`);
    const value = command.run(sql, args as never);
    if (value instanceof Promise) throw new Error(`Expected ${name} to return a value but got a promise: commands are synchronous`);
    return value;
  });
}

export function nameOf(request: CommandRequest): string {
  return request.steps.map((step) => step.name).join(', ');
}

function toReply(request: CommandRequest, outcome: Outcome): Reply {
  const { id } = request;
  return outcome.error === null ? { id, ok: true, value: outcome.value, ms: outcome.ms } : { id, ok: false, error: outcome.error, ms: outcome.ms };
}
