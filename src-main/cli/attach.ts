import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../base/appError.ts';
import { createLogger } from '../base/logger.ts';
import { userFolders } from '../base/paths.ts';
import { listen, type Listener } from '../host/listen.ts';
import { openOwner, type Owner } from '../server/owner.ts';
import type { Launch } from '../runtimes/supervisor/launchChild.ts';
import { makeFolder, OWN_FOLDER_HINT } from '../storage/makeFolder.ts';
import { readLockInfo, tryLock, type Lock } from '../storage/processLock.ts';
import { countActive } from './countActive.ts';
import { connect, type Connection } from './connect.ts';
import { productFolders } from './productFolders.ts';

/** Written beside the lock (mode 600), so that every other command of this account finds the owner. */
interface OwnerEndpoint {
  readonly port: number;
  readonly token: string;
  /** `window` stays until it is closed; `command` ends with its command. */
  readonly mode: 'window' | 'command';
}

export interface OwnerHere {
  readonly owner: Owner;
  readonly listener: Listener;
  readonly allowedHosts: Set<string>;
  readonly allowedOrigins: Set<string>;
  close(): Promise<void>;
}

export type Attached = Connection & { readonly here: OwnerHere | null; readonly origin: string; readonly mode: OwnerEndpoint['mode']; close(): Promise<void> };

export interface AttachOptions {
  readonly mode: OwnerEndpoint['mode'];
  readonly port?: number;
  /** The one other origin that may be used (a forwarded port). */
  readonly origin?: string;
  /** How an owner here starts its children, where not as plain Node processes. */
  readonly launch?: Launch;
  /** Says on stderr what is being waited for. */
  readonly say: (sentence: string) => void;
}

const START_WAIT_MS = 20_000;
/** What is being answered when a window is closed gets this long. */
const DRAIN_MS = 5_000;

function isEndpoint(value: unknown): value is OwnerEndpoint {
  return typeof value === 'object' && value !== null && 'port' in value && 'token' in value && 'mode' in value;
}

async function becomeOwner(lock: Lock, options: AttachOptions): Promise<OwnerHere> {
  const folders = userFolders();
  const product = productFolders();
  const allowedHosts = new Set<string>();
  const allowedOrigins = new Set<string>();
  // The log is older than the stream that windows read it from.
  const told: { events?: Owner['events'] } = {};
  const logger = createLogger({ folder: path.join(folders.state, 'logs'), onLine: (line) => told.events?.publish(null, { topic: 'log.line', line }) });
  const owner = await openOwner({
    version: product.version,
    folders,
    cataloguePath: product.catalogue,
    staticFolder: product.renderer,
    sample: product.sample,
    textModel: process.env['LATHE_TEXT_MODEL'] ?? null,
    takesUp: options.mode === 'window',
    logger,
    addresses: { hosts: () => allowedHosts, origins: () => allowedOrigins },
    ...(options.launch ? { launch: options.launch } : {}),
  });
  told.events = owner.events;
  const active = countActive(owner.handle);
  const listener = await listen(active.handle, options.port ?? 0);
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    allowedHosts.add(`${host}:${listener.port}`);
    allowedOrigins.add(`http://${host}:${listener.port}`);
  }
  if (options.origin !== undefined) {
    const { host, origin } = new URL(options.origin);
    allowedHosts.add(host);
    allowedOrigins.add(origin);
  }
  lock.update({ endpoint: { port: listener.port, token: owner.token, mode: options.mode } satisfies OwnerEndpoint });
  return {
    owner,
    listener,
    allowedHosts,
    allowedOrigins,
    async close() {
      // Another command may be running here: it is let finish. A window that is closed takes its tabs along.
      await (options.mode === 'command' ? active.idle(() => options.say('This command is done. Another one works through it and is waited for.')) : active.drain(DRAIN_MS));
      await listener.close();
      await owner.close();
      lock.release();
    },
  };
}

async function attachTo(endpoint: OwnerEndpoint): Promise<Attached | null> {
  const origin = `http://127.0.0.1:${endpoint.port}`;
  const connection = connect({ origin, token: endpoint.token, send: (request) => fetch(request) });
  // An open stream keeps an owner that is itself a command alive until this one is done; it also proves that somebody answers.
  const hold = new AbortController();
  const held = connection.events(hold.signal);
  const first = await held.next().catch(() => null);
  if (first === null) return null;
  return { ...connection, here: null, origin, mode: endpoint.mode, close: async () => hold.abort() };
}

/**
 * Finds the running owner of this account, or becomes it. Holding the lock is what makes an owner: an endpoint whose lock
 * is free belongs to a dead process, so no token is ever sent to a port that somebody else took over.
 */
export async function attach(options: AttachOptions): Promise<Attached> {
  const { state } = userFolders();
  await makeFolder(state, { doing: 'making the folder of its state', hint: OWN_FOLDER_HINT, mode: 0o700 });
  const file = path.join(state, 'owner.lock');
  const deadline = performance.now() + START_WAIT_MS;
  for (let told = false; ; ) {
    const lock = tryLock(file);
    if (lock) {
      const here = await becomeOwner(lock, options).catch((error: unknown) => {
        lock.release();
        throw error;
      });
      const origin = `http://127.0.0.1:${here.listener.port}`;
      return { ...connect({ origin, token: here.owner.token, send: (request) => here.owner.handle(withHost(request, here.listener.port)) }), here, origin, mode: options.mode, close: () => here.close() };
    }
    const info = readLockInfo(file);
    if (isEndpoint(info?.endpoint)) {
      const attached = options.mode === 'command' || info.endpoint.mode === 'window' ? await attachTo(info.endpoint) : null;
      if (attached) return attached;
      if (!told && options.mode === 'window') options.say(`Waiting for the command that is running (process ${info.pid}) to finish`);
      told = true;
    } else if (performance.now() > deadline) {
      throw new AppError('PROJECT_LOCKED', `Another Lathe (process ${info?.pid ?? 'unknown'}) is starting but did not become ready within ${START_WAIT_MS / 1000} s`, { hint: 'Try again; if it stays so, end that process.' });
    }
    await delay(100);
  }
}

/** In-process requests pass the same guard as all others. */
function withHost(request: Request, port: number): Request {
  const headers = new Headers(request.headers);
  headers.set('host', `127.0.0.1:${port}`);
  const init: RequestInit & { duplex: 'half' } = { method: request.method, headers, body: request.body, signal: request.signal, duplex: 'half' };
  return new Request(request.url, init);
}
