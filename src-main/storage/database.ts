import { Worker } from 'node:worker_threads';
import { AppError, fromErrorBody } from '../base/appError.ts';
import type { Command } from './command.ts';
import type { CommandRequest, FromWorker, OpenedDatabase, Reply, Step, ToWorker } from './databaseWire.ts';

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
  readonly readers: number;
  /** Told of each command that took longer than 200 ms. */
  readonly onSlow?: (slow: SlowCommand) => void;
  readonly onWarning?: (message: string) => void;
}

const SLOW_MS = 200;

/** Opens a database, creating or upgrading it. Rejects with DATABASE_NEWER, MIGRATION_CHANGED, DATABASE_DAMAGED, DISK_FULL, DISK_READ_ONLY or STORAGE_FAILED. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const threads: Thread[] = [];
  const closeAll = async () => {
    await Promise.all(threads.slice(1).map((thread) => thread.close()));
    await threads[0]?.close();
  };
  const writer = startThread(options, 'writer');
  threads.push(writer);
  for (let index = 0; index < options.readers; index += 1) threads.push(startThread(options, 'reader'));
  try {
    const opened = await writer.open();
    await Promise.all(threads.slice(1).map((thread) => thread.open()));
    return databaseOf(options, { threads, opened, closeAll });
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.end()));
    throw error;
  }
}

interface Opened {
  readonly threads: readonly Thread[];
  readonly opened: OpenedDatabase;
  readonly closeAll: () => Promise<void>;
}

function databaseOf(options: DatabaseOptions, { threads, opened, closeAll }: Opened): Database {
  const [writer, ...readers] = threads as [Thread, ...Thread[]];
  let reads = 0;
  let writes = 0;
  let closing: Promise<void> | null = null;

  const refuseClosed = () => {
    if (closing) throw new AppError('STORAGE_FAILED', `${options.file} is closed.`, { hint: 'Open the project again.' });
  };
  const idlest = () => readers.reduce((best, thread) => (thread.waiting() < best.waiting() ? thread : best), readers[0] ?? writer);

  async function send(mode: 'read' | 'write', steps: readonly Step[]): Promise<unknown[]> {
    refuseClosed();
    if (mode === 'write') writes += 1;
    else reads += 1;
    const reply = await (mode === 'write' ? writer : idlest()).commands(steps);
    if (reply.ms > SLOW_MS) options.onSlow?.({ name: steps.map((step) => step.name).join(', '), mode, ms: reply.ms });
    return reply.value as unknown[];
  }

  return {
    file: options.file,
    opened,
    run: async <A, R>(command: Command<A, R>, args: A): Promise<R> => (await send(command.mode, [{ name: command.name, args }]))[0] as R,
    runTogether: (calls) => send('write', calls.map(({ command, args }) => ({ name: command.name, args }))),
    backup: async (to) => {
      refuseClosed();
      await idlest().ask((id) => ({ kind: 'backup', id, to }));
    },
    check: async () => {
      refuseClosed();
      return (await idlest().ask((id) => ({ kind: 'check', id }))).value as string[];
    },
    counts: () => ({ reads, writes, transactions: writer.transactions() }),
    close: () => (closing ??= closeAll()),
  };
}

interface Answer {
  readonly value: unknown;
  readonly ms: number;
}

interface Thread {
  open(): Promise<OpenedDatabase>;
  commands(steps: readonly Step[]): Promise<Answer>;
  ask(message: (id: number) => ToWorker): Promise<Answer>;
  waiting(): number;
  transactions(): number;
  /** Lets it finish and close its connection. */
  close(): Promise<void>;
  /** Stops it as it is (it never opened). */
  end(): Promise<void>;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

function startThread(options: DatabaseOptions, role: 'writer' | 'reader'): Thread {
  const worker = new Worker(options.worker, { workerData: { file: options.file, role }, execArgv: [], name: `database ${role}` });
  const waiting = new Map<number, Waiting>();
  const opening = Promise.withResolvers<OpenedDatabase>();
  opening.promise.catch(() => undefined);
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let outbox: CommandRequest[] = [];
  let lastId = 0;
  let transactions = 0;
  let broken: AppError | null = null;

  const post = (message: ToWorker) => worker.postMessage(message);

  function settle(reply: Reply): void {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) asked?.resolve({ value: reply.value, ms: reply.ms });
    else asked?.reject(fromErrorBody(reply.error));
  }

  function fail(reason: string, cause?: unknown): void {
    broken ??= new AppError('STORAGE_FAILED', `The ${role} of ${options.file} stopped: ${reason}. Work that was not acknowledged may be missing.`, {
      hint: 'Open the project again.',
      cause,
    });
    opening.reject(broken);
    for (const asked of waiting.values()) asked.reject(broken);
    waiting.clear();
  }

  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'opened') opening.resolve(message.opened);
    else if (message.kind === 'refused') opening.reject(fromErrorBody(message.error));
    else if (message.kind === 'warning') options.onWarning?.(message.message);
    else if (message.kind === 'replies') {
      transactions += message.transactions;
      message.replies.forEach(settle);
    }
  });
  worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error), error));
  worker.on('exit', (code) => fail(`its thread ended with code ${code}`));

  function flush(): void {
    const requests = outbox;
    outbox = [];
    try {
      post({ kind: 'commands', requests });
    } catch (error) {
      if (requests.length === 1) return rejectUnsendable(requests[0]?.id ?? 0, error);
      for (const request of requests) sendAlone(request);
    }
  }

  function sendAlone(request: CommandRequest): void {
    try {
      post({ kind: 'commands', requests: [request] });
    } catch (error) {
      rejectUnsendable(request.id, error);
    }
  }

  function rejectUnsendable(id: number, cause: unknown): void {
    waiting.get(id)?.reject(new AppError('INTERNAL', `A command's arguments cannot be sent: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }));
    waiting.delete(id);
  }

  function expect(): { id: number; answer: Promise<Answer> } {
    if (broken) throw broken;
    lastId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.set(lastId, { resolve, reject });
    return { id: lastId, answer: promise };
  }

  return {
    open: () => {
      post({ kind: 'open' });
      return opening.promise;
    },
    commands: (steps) => {
      const { id, answer } = expect();
      outbox.push({ id, steps });
      // Everything asked for in this turn of the loop travels in one message.
      if (outbox.length === 1) queueMicrotask(flush);
      return answer;
    },
    ask: (message) => {
      const { id, answer } = expect();
      post(message(id));
      return answer;
    },
    waiting: () => waiting.size,
    transactions: () => transactions,
    close: async () => {
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      post({ kind: 'close' });
      await exited;
    },
    end: async () => {
      await worker.terminate();
    },
  };
}
