import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { AppError, toErrorBody } from '../base/appError.ts';
import { failpoint } from '../base/failpoint.ts';
import type { Command } from './command.ts';
import { copyDatabase, findDamage } from './copyDatabase.ts';
import { checkMark, openMark, readState, type Mark } from './databaseState.ts';
import type { CommandRequest, DatabaseWorkerData, FromWorker, OpenedDatabase, Reply, ToWorker } from './databaseWire.ts';
import { migrateDatabase } from './migrateDatabase.ts';
import type { Migration } from './migrations.ts';
import { connectionSql, openConnection, type Connection } from './sqliteConnection.ts';
import { databaseDamaged, storageError } from './storageError.ts';
import { nameOf, runSteps, WriterLoop } from './writerLoop.ts';

/** Above this a full check at every start would be felt; `Database.check` does it on request. */
const CHECKED_AT_START_BYTES = 64 * 1024 * 1024;
/** The head of a SQLite file, and where it keeps its page size (https://www.sqlite.org/fileformat2.html). */
const HEAD_BYTES = 100;
const PAGE_SIZE_AT = 16;
/** Bounds how long the first of a burst waits for its acknowledgement. */
const COMMANDS_A_TRANSACTION = 2_000;

interface Thread {
  readonly port: MessagePort;
  readonly file: string;
  readonly commands: ReadonlyMap<string, Command>;
  readonly post: (message: FromWorker) => void;
}

/** The body of a database's worker thread: the writer (which migrates on opening) or one of the readers, as its parent asked. */
export function serveDatabase(commands: readonly Command[], migrations: readonly Migration[]): void {
  if (!parentPort) throw new Error('Expected to run in a worker thread started by openDatabase');
  const port = parentPort;
  const { file, role } = workerData as DatabaseWorkerData;
  const byName = new Map(commands.map((command) => [command.name, command]));
  if (byName.size !== commands.length) throw new Error(`Expected commands with different names but got ${commands.map((one) => one.name).join(', ')}`);
  const thread: Thread = { port, file, commands: byName, post: (message) => port.postMessage(message) };
  port.once('message', () => {
    try {
      if (role === 'writer') serveWriter(thread, migrations);
      else serveReader(thread);
    } catch (error) {
      thread.post({ kind: 'refused', error: toErrorBody(storageError(error, { doing: 'opening it', path: file })) });
      port.close();
    }
  });
}

function serveWriter(thread: Thread, migrations: readonly Migration[]): void {
  const { connection, mark, opened } = openWriter(thread.file, migrations);
  const loop = new WriterLoop({ ...thread, connection, mark, warn: (message) => thread.post({ kind: 'warning', message }) });
  let waiting: CommandRequest[] = [];
  let scheduled = false;

  function flush(): void {
    scheduled = false;
    const batch = waiting.slice(0, COMMANDS_A_TRANSACTION);
    waiting = waiting.slice(COMMANDS_A_TRANSACTION);
    if (waiting.length > 0) schedule();
    const { replies, transactions } = loop.run(batch);
    failpoint('database.before-acknowledge');
    postReplies(thread, replies, transactions);
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  thread.port.on('message', (message: ToWorker) => {
    if (message.kind === 'commands') {
      waiting.push(...message.requests);
      schedule();
    } else if (message.kind === 'compact') {
      while (waiting.length > 0) flush();
      postReplies(thread, [answered(message.id, { doing: 'compacting it', path: thread.file }, () => compact(connection))], 0);
    } else if (message.kind === 'close') {
      while (waiting.length > 0) flush();
      connection.pragma('wal_checkpoint(TRUNCATE)');
      connection.close();
      mark.close();
      thread.post({ kind: 'closed' });
      thread.port.close();
    }
  });
  thread.post({ kind: 'opened', opened });
}

function openWriter(file: string, migrations: readonly Migration[]): { connection: Connection; mark: Mark; opened: OpenedDatabase } {
  const recovered = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
  if (!recovered) checkLength(file);
  const connection = openConnection(file, 'writer');
  try {
    if (statSync(file).size <= CHECKED_AT_START_BYTES) checkSoundness(connection, file);
    checkMark(file, readState(connection));
    const migrated = migrateDatabase(connection, migrations, file);
    const state = readState(connection);
    if (state === null) throw databaseDamaged(file, 'its table storage_state is empty');
    return { connection, mark: openMark(file, state), opened: { ...migrated, recovered } };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** SQLite reads a page whose end is missing as if it ended in zeros. */
function checkLength(file: string): void {
  if (!existsSync(file)) return;
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    if (readSync(descriptor, head, 0, HEAD_BYTES, 0) < HEAD_BYTES) return;
  } finally {
    closeSync(descriptor);
  }
  const stored = head.readUInt16BE(PAGE_SIZE_AT);
  const pageBytes = stored === 1 ? 65_536 : stored;
  const { size } = statSync(file);
  if (pageBytes >= 512 && size % pageBytes !== 0) throw databaseDamaged(file, `its last page is cut off (${size} bytes, not a multiple of ${pageBytes})`);
}

function checkSoundness(connection: Connection, file: string): void {
  const found = connection.pragma('quick_check(1)') as { quick_check: string }[];
  const text = found[0]?.quick_check ?? 'ok';
  if (text !== 'ok') throw databaseDamaged(file, text);
}

/** The log last: until then it holds pages as they were before. */
function compact(connection: Connection): void {
  connection.exec('VACUUM');
  const [checkpoint] = connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  if (checkpoint?.busy !== 0) throw new AppError('STORAGE_FAILED', 'The log could not be emptied: a reader holds it.', { hint: 'Try again.' });
}

function answered(id: number, about: { doing: string; path: string }, work: () => unknown): Reply {
  const started = performance.now();
  try {
    return { id, ok: true, value: work(), ms: performance.now() - started };
  } catch (error) {
    return { id, ok: false, error: toErrorBody(storageError(error, about)), ms: performance.now() - started };
  }
}

function serveReader(thread: Thread): void {
  const { file } = thread;
  const connection = openConnection(file, 'reader');
  const sql = connectionSql(connection);

  const read = (request: CommandRequest) =>
    answered(request.id, { doing: `reading (${nameOf(request)})`, path: file }, connection.transaction(() => runSteps(thread.commands, sql, request)));

  thread.port.on('message', (message: ToWorker) => {
    if (message.kind === 'commands') for (const request of message.requests) postReplies(thread, [read(request)], 0);
    else if (message.kind === 'backup') postReplies(thread, [answered(message.id, { doing: `copying ${file}`, path: message.to }, () => copyDatabase(connection, message.to))], 0);
    else if (message.kind === 'check') postReplies(thread, [answered(message.id, { doing: 'checking it', path: file }, () => findDamage(connection))], 0);
    else if (message.kind === 'close') {
      connection.close();
      thread.post({ kind: 'closed' });
      thread.port.close();
    }
  });
  thread.post({ kind: 'opened', opened: { migrated: [], copy: null, recovered: false } });
}

/** A result that cannot be cloned must not take the other replies with it. */
function postReplies(thread: Thread, replies: readonly Reply[], transactions: number): void {
  try {
    thread.post({ kind: 'replies', replies, transactions });
  } catch (error) {
    const [only] = replies;
    if (replies.length > 1) {
      for (const [index, reply] of replies.entries()) postReplies(thread, [reply], index === 0 ? transactions : 0);
    } else if (only) {
      const body = toErrorBody(new AppError('INTERNAL', `A command's result cannot be sent: ${error instanceof Error ? error.message : String(error)}`));
      thread.post({ kind: 'replies', replies: [{ id: only.id, ok: false, error: body, ms: only.ms }], transactions });
    }
  }
}
