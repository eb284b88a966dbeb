import { Worker } from 'node:worker_threads';
import { AppError, fromErrorBody } from '../base/appError.ts';
import type { CommandRequest, DatabaseWorkerData, FromWorker, OpenedDatabase, Reply, Step, ToWorker } from './databaseWire.ts';

export interface Answer {
  readonly value: unknown;
  /** Spent in the thread. */
  readonly ms: number;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export interface ThreadOptions extends DatabaseWorkerData {
  readonly worker: URL;
  readonly onWarning: (message: string) => void;
}

/** One thread of a database, seen from outside: its requests and their answers. When it dies, what waits is rejected. */
export class DatabaseThread {
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #opening = Promise.withResolvers<OpenedDatabase>();
  readonly #exited: Promise<void>;
  #outbox: CommandRequest[] = [];
  #lastId = 0;
  #broken: AppError | null = null;
  /** Write transactions committed. */
  transactions = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
    const { file, role } = options;
    this.#worker = new Worker(options.worker, { workerData: { file, role }, execArgv: [], name: `database ${role}` });
    // Nobody may be waiting for this one when the thread dies early.
    this.#opening.promise.catch(() => undefined);
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error.message : String(error), error));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(`its thread ended with code ${code}`);
        resolve();
      });
    });
  }

  /** Answers not yet received. */
  get load(): number {
    return this.#waiting.size;
  }

  open(): Promise<OpenedDatabase> {
    this.#post({ kind: 'open' });
    return this.#opening.promise;
  }

  commands(steps: readonly Step[]): Promise<Answer> {
    const { id, answer } = this.#expect();
    this.#outbox.push({ id, steps });
    // Everything asked for in this turn of the loop travels in one message.
    if (this.#outbox.length === 1) queueMicrotask(() => this.#flush());
    return answer;
  }

  ask(message: (id: number) => ToWorker): Promise<Answer> {
    const { id, answer } = this.#expect();
    this.#post(message(id));
    return answer;
  }

  /** Lets it finish what it was given and close its connection. */
  async close(): Promise<void> {
    this.#flush();
    this.#post({ kind: 'close' });
    await this.#exited;
  }

  /** Stops it as it is (the database did not open). */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'opened') this.#opening.resolve(message.opened);
    else if (message.kind === 'refused') this.#opening.reject(fromErrorBody(message.error));
    else if (message.kind === 'warning') this.#options.onWarning(message.message);
    else if (message.kind === 'replies') {
      this.transactions += message.transactions;
      for (const reply of message.replies) this.#settle(reply);
    }
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve({ value: reply.value, ms: reply.ms });
    else waiting?.reject(fromErrorBody(reply.error));
  }

  #fail(reason: string, cause?: unknown): void {
    const { file, role } = this.#options;
    this.#broken ??= new AppError('STORAGE_FAILED', `The ${role} of ${file} stopped: ${reason}. Work that was not acknowledged may be missing.`, {
      hint: 'Open the project again.',
      cause,
    });
    this.#opening.reject(this.#broken);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#broken);
    this.#waiting.clear();
  }

  #expect(): { id: number; answer: Promise<Answer> } {
    if (this.#broken) throw this.#broken;
    this.#lastId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(this.#lastId, { resolve, reject });
    return { id: this.#lastId, answer: promise };
  }

  #flush(): void {
    const requests = this.#outbox;
    this.#outbox = [];
    if (requests.length > 0) this.#send(requests);
  }

  /** Arguments that cannot be cloned fail their own request, not the ones beside it. */
  #send(requests: readonly CommandRequest[]): void {
    try {
      this.#post({ kind: 'commands', requests });
    } catch (cause) {
      const [only] = requests;
      if (requests.length > 1) for (const request of requests) this.#send([request]);
      else if (only) this.#rejectUnsendable(only, cause);
    }
  }

  #rejectUnsendable(request: CommandRequest, cause: unknown): void {
    const names = request.steps.map((step) => step.name).join(', ');
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#waiting.get(request.id)?.reject(new AppError('INTERNAL', `The arguments of ${names} cannot be sent: ${reason}`, { cause }));
    this.#waiting.delete(request.id);
  }
}
