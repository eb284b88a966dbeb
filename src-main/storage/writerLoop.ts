import type { ErrorBody } from '#contract/errors.ts';
import { toErrorBody } from '../base/appError.ts';
import { failpoint } from '../base/failpoint.ts';
import type { Command, Sql } from './command.ts';
import type { CommandRequest, Reply } from './databaseWire.ts';
import type { Mark } from './databaseState.ts';
import { connectionSql, type Connection, type Statement } from './sqliteConnection.ts';
import { storageError } from './storageError.ts';

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

export interface WrittenBatch {
  /** In the order of the requests. */
  readonly replies: Reply[];
  readonly transactions: number;
}

/**
 * Owns group commit: commands collected in one turn of the loop share one transaction, each in its own savepoint, and are
 * answered only after the commit has reached the disk. Does not read messages or send replies.
 */
export class WriterLoop {
  readonly #context: WriterContext;
  readonly #sql: Sql;
  readonly #statements: Readonly<Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo' | 'count', Statement>>;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#sql = connectionSql(context.connection);
    const prepare = (text: string) => context.connection.prepare(text);
    this.#statements = {
      begin: prepare('BEGIN IMMEDIATE'),
      commit: prepare('COMMIT'),
      rollback: prepare('ROLLBACK'),
      savepoint: prepare('SAVEPOINT command'),
      release: prepare('RELEASE command'),
      undo: prepare('ROLLBACK TO command'),
      count: prepare('UPDATE storage_state SET transactions = transactions + 1 WHERE id = 1 RETURNING transactions').pluck(),
    };
  }

  /** Runs the commands durably. */
  run(requests: readonly CommandRequest[]): WrittenBatch {
    try {
      const { outcomes, committed } = this.#runTogether(requests);
      return { replies: outcomes.map((one, index) => toReply(requests[index] as CommandRequest, one)), transactions: committed ? 1 : 0 };
    } catch (error) {
      const [only] = requests;
      if (requests.length === 1 && only) return { replies: [{ id: only.id, ok: false, error: this.#problem(error, only), ms: 0 }], transactions: 0 };
      // One command may have failed all of them: each gets its own transaction, so that only the guilty fail.
      const alone = requests.map((request) => this.run([request]));
      return { replies: alone.flatMap((one) => one.replies), transactions: alone.reduce((sum, one) => sum + one.transactions, 0) };
    }
  }

  /** Throws when the transaction as a whole failed; then nothing of it is in the database. */
  #runTogether(requests: readonly CommandRequest[]): { outcomes: Outcome[]; committed: boolean } {
    const { begin, commit, rollback, count } = this.#statements;
    failpoint('database.before-begin');
    begin.run();
    try {
      const outcomes = requests.map((request) => this.#runOne(request));
      if (outcomes.every((one) => one.error !== null)) {
        rollback.run();
        return { outcomes, committed: false };
      }
      const transactions = count.get() as number;
      failpoint('database.before-commit');
      commit.run();
      failpoint('database.after-commit');
      this.#setMark(transactions);
      return { outcomes, committed: true };
    } catch (error) {
      if (this.#context.connection.inTransaction) rollback.run();
      throw error;
    }
  }

  #runOne(request: CommandRequest): Outcome {
    const { savepoint, release, undo } = this.#statements;
    const started = performance.now();
    savepoint.run();
    try {
      const value = runSteps(this.#context.commands, this.#sql, request);
      release.run();
      failpoint('database.inside-transaction');
      return { value, error: null, ms: performance.now() - started };
    } catch (error) {
      // A full disk makes SQLite roll the whole transaction back by itself; then there is no savepoint left.
      if (!this.#context.connection.inTransaction) throw error;
      undo.run();
      release.run();
      return { value: undefined, error: this.#problem(error, request), ms: performance.now() - started };
    }
  }

  #setMark(transactions: number): void {
    const { mark, file, warn } = this.#context;
    try {
      mark.set(transactions);
      failpoint('database.after-mark');
    } catch (error) {
      // The work itself is committed; only the check for a lost write-ahead log is weaker.
      warn(`The mark beside ${file} could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #problem(error: unknown, request: CommandRequest): ErrorBody {
    return toErrorBody(storageError(error, { doing: `saving (${nameOf(request)})`, path: this.#context.file }));
  }
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
