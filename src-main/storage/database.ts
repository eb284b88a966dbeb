import { AppError } from '../base/appError.ts';
import type { Command } from './command.ts';
import { DatabaseThread } from './databaseThread.ts';
import type { OpenedDatabase, Step } from './databaseWire.ts';

/**
 * Owns a database's threads: one writer (group commit) and its readers. Runs commands by name and brings back results and errors.
 * Does not know SQL; the threads do not know who asks.
 */
export interface Database {
  readonly file: string;
  readonly opened: OpenedDatabase;
  /** A write resolves after its transaction is on disk. Rejects with DISK_FULL, DISK_READ_ONLY, DATABASE_DAMAGED, STORAGE_FAILED or what the command threw. */
  run<A, R>(command: Command<A, R>, args: A): Promise<R>;
  /** Write commands in one transaction: all of them or none. Resolves to their values in order. */
  runTogether(steps: readonly CommandCall[]): Promise<unknown[]>;
  /** Writes a consistent, checked copy to this absolute path, whole or not at all. */
  backup(to: string): Promise<void>;
  /** Full check of structure and references: sentences about what is wrong, empty when sound. */
  check(): Promise<string[]>;
  /** Writes its file anew and empties its log, after the commands already given: nothing of a removed row can be read from them then. */
  compact(): Promise<void>;
  counts(): DatabaseCounts;
  /** Waits for the commands already given, then closes. Safe to call twice. */
  close(): Promise<void>;
}

export interface CommandCall {
  readonly command: Command<unknown, unknown> | Command;
  readonly args: unknown;
}

export interface DatabaseCounts {
  readonly reads: number;
  readonly writes: number;
  /** Write transactions committed since opening; many writes share one. */
  readonly transactions: number;
}

export interface SlowCommand {
  readonly name: string;
  readonly mode: 'read' | 'write';
  readonly ms: number;
}

export interface DatabaseOptions {
  /** Absolute path; created with its folder when absent. */
  readonly file: string;
  /** The entry that calls `serveDatabase`. */
  readonly worker: URL;
  /** At least 1. */
  readonly readers: number;
  /** Told of each command that took longer than 200 ms. */
  readonly onSlow?: (slow: SlowCommand) => void;
  readonly onWarning?: (message: string) => void;
}

const SLOW_MS = 200;

/** Opens a database, creating or upgrading it. Rejects with DATABASE_NEWER, MIGRATION_CHANGED, DATABASE_DAMAGED, DISK_FULL, DISK_READ_ONLY or STORAGE_FAILED. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { file, worker, onWarning = () => undefined } = options;
  const start = (role: 'writer' | 'reader') => new DatabaseThread({ file, worker, role, onWarning });
  const writer = start('writer');
  // They start beside the writer, and open when it has brought the database up to date.
  const readers = Array.from({ length: options.readers }, () => start('reader'));
  try {
    const opened = await writer.open();
    await Promise.all(readers.map((reader) => reader.open()));
    return new ThreadedDatabase(options, { writer, readers, opened });
  } catch (error) {
    await Promise.all([writer, ...readers].map((thread) => thread.end()));
    throw error;
  }
}

interface Threads {
  readonly writer: DatabaseThread;
  readonly readers: readonly DatabaseThread[];
  readonly opened: OpenedDatabase;
}

class ThreadedDatabase implements Database {
  readonly file: string;
  readonly opened: OpenedDatabase;
  readonly #options: DatabaseOptions;
  readonly #writer: DatabaseThread;
  readonly #readers: readonly DatabaseThread[];
  #reads = 0;
  #writes = 0;
  #closing: Promise<void> | null = null;

  constructor(options: DatabaseOptions, { writer, readers, opened }: Threads) {
    this.file = options.file;
    this.opened = opened;
    this.#options = options;
    this.#writer = writer;
    this.#readers = readers;
  }

  async run<A, R>(command: Command<A, R>, args: A): Promise<R> {
    const [value] = await this.#send(command.mode, [{ name: command.name, args }]);
    return value as R;
  }

  async runTogether(calls: readonly CommandCall[]): Promise<unknown[]> {
    return this.#send('write', calls.map(({ command, args }) => ({ name: command.name, args })));
  }

  async backup(to: string): Promise<void> {
    await this.#idlest().ask((id) => ({ kind: 'backup', id, to }));
  }

  async check(): Promise<string[]> {
    const { value } = await this.#idlest().ask((id) => ({ kind: 'check', id }));
    return value as string[];
  }

  async compact(): Promise<void> {
    await this.#openThread(this.#writer).ask((id) => ({ kind: 'compact', id }));
  }

  counts(): DatabaseCounts {
    return { reads: this.#reads, writes: this.#writes, transactions: this.#writer.transactions };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // The writer last: the last connection to close folds the log into the main file.
    await Promise.all(this.#readers.map((reader) => reader.close()));
    await this.#writer.close();
  }

  async #send(mode: 'read' | 'write', steps: readonly Step[]): Promise<unknown[]> {
    const thread = mode === 'write' ? this.#openThread(this.#writer) : this.#idlest();
    if (mode === 'write') this.#writes += 1;
    else this.#reads += 1;
    const answer = await thread.commands(steps);
    if (answer.ms > SLOW_MS) this.#options.onSlow?.({ name: steps.map((step) => step.name).join(', '), mode, ms: answer.ms });
    return answer.value as unknown[];
  }

  #idlest(): DatabaseThread {
    const [first = this.#writer, ...others] = this.#readers;
    return this.#openThread(others.reduce((best, reader) => (reader.load < best.load ? reader : best), first));
  }

  #openThread(thread: DatabaseThread): DatabaseThread {
    if (this.#closing) throw new AppError('STORAGE_FAILED', `${this.file} is closed.`, { hint: 'Open the project again.' });
    return thread;
  }
}
