/**
 * Owns the only door to the outside. Every connection is checked (scheme, address, redirects), pinned to the address that
 * was checked, and recorded in the ledger before the first byte. Does not decide what is fetched, nor keep the ledger.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AppError, hasErrorCode } from './appError.ts';
import { serveChildProxy, type ChildProxy } from './childProxy.ts';
import { downloadFile, type DownloadRequest, type DownloadResult } from './download.ts';
import { fetchUrl, type FetchRequest, type FetchResult } from './fetchUrl.ts';
import { reasonOf, targetOf, type Address, type Admit, type CallEnd, type CallRecord } from './networkCall.ts';
import { openUrl, type OpenRequest, type OpenResponse } from './openUrl.ts';
import { isPublicAddress } from './publicAddress.ts';

export interface BrokerOptions {
  readonly record: CallRecord;
  /** True while the user wants no connection at all. */
  offline(): boolean;
  /** True for an exact origin (scheme://host:port) that the user entered: it alone may be on this machine or its network. */
  allow(origin: string): boolean;
  /** True for an exact origin that the user lets knowledge be fetched from; without it nothing is. It does not open the way inward. */
  readonly fetchable?: (origin: string) => boolean;
  /** Tests give their own; every answer is checked, and the connection goes to one of them. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
  /** Silence on a connection after which it counts as broken. */
  readonly idleTimeoutMs?: number;
}

export interface Broker {
  /**
   * Fetches a file to `to` through `<to>.part`, resuming what is there. Rejects with NETWORK_REFUSED, NETWORK_FAILED,
   * CANCELLED, DISK_FULL or STORAGE_FAILED; after a failure the part is kept for the next try.
   */
  download(request: DownloadRequest): Promise<DownloadResult>;
  /** Fetches one answer from an origin that the user allowed, as each redirect must be too; see `fetchUrl`. */
  fetch(request: FetchRequest): Promise<FetchResult>;
  /**
   * A proxy on loopback for one child, with a credential of its own; the same checks and ledger. Close it with the child.
   * `fetchableOnly`: it leads only to origins that the user lets knowledge be fetched from.
   */
  proxy(by: string, options?: { readonly fetchableOnly: boolean }): Promise<ChildProxy>;
  /** How many children were given a proxy since the start. They are asked to use it; nothing can force them. */
  proxied(): number;
}

const IDLE_TIMEOUT_MS = 60_000;

export function createBroker(options: BrokerOptions): Broker {
  const admit = createAdmit(options, () => true);
  const admitFetch = createAdmit(options, (origin) => isFetchable(origin, options));
  const openBy = (by: Admit) => (request: OpenRequest): Promise<OpenResponse> => openUrl(request, { admit: by, idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS });
  let proxied = 0;
  return {
    download: (request) => downloadFile(openBy(admit), request),
    fetch: (request) => fetchUrl(openBy(admitFetch), request),
    proxy: (by, { fetchableOnly } = { fetchableOnly: false }) => {
      proxied += 1;
      return serveChildProxy(by, fetchableOnly ? admitFetch : admit);
    },
    proxied: () => proxied,
  };
}

/** An origin in the user's list; https is as good as the http of the same host, to which such sites redirect. */
function isFetchable(origin: string, { fetchable }: BrokerOptions): boolean {
  if (fetchable === undefined) return false;
  return fetchable(origin) || (origin.startsWith('https://') && !/:\d+$/.test(origin) && fetchable(origin.replace(/^https:/, 'http:')));
}

function createAdmit(options: BrokerOptions, permitted: (origin: string) => boolean): Admit {
  return async (by, url) => {
    const startedAt = performance.now();
    const sequence = await options.record.open({ by, target: targetOf(url) });
    let ended = false;
    const end = async (result: Omit<CallEnd, 'durationMs'>): Promise<void> => {
      if (ended) return;
      ended = true;
      await options.record.close(sequence, { ...result, durationMs: Math.round(performance.now() - startedAt) });
    };
    try {
      return { addresses: await checkedAddresses(url, options, permitted), end };
    } catch (error) {
      const outcome = hasErrorCode(error, 'NETWORK_REFUSED') ? 'refused' : 'failed';
      await end({ outcome, sentBytes: 0, receivedBytes: 0, reason: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
}

async function checkedAddresses(url: URL, options: BrokerOptions, permitted: (origin: string) => boolean): Promise<readonly Address[]> {
  const refuse = (reason: string, hint: string): never => {
    throw new AppError('NETWORK_REFUSED', `Lathe does not connect to ${targetOf(url)}: ${reason}.`, { hint });
  };
  if (options.offline()) refuse('it is set to stay offline', 'Turn off "Stay offline" in the settings to allow connections.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse(`${url.protocol} is not http or https`, 'Use an https address.');
  if (url.username !== '' || url.password !== '') refuse('the address carries a user name or password', 'Remove it from the address.');
  if (!permitted(url.origin)) refuse('it is not among the sites that you allow', `If you know this site, allow it: knowledge allow ${url.origin}`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolveHost(host, options);
  if (options.allow(url.origin)) return addresses;
  const inward = addresses.find(({ address }) => !isPublicAddress(address));
  if (inward) refuse(`${host} is ${inward.address}, on this machine or a private network`, 'A local address must be allowed by its exact origin.');
  return addresses;
}

async function resolveHost(host: string, options: BrokerOptions): Promise<readonly Address[]> {
  try {
    const addresses = await (options.resolve ?? ((name) => lookup(name, { all: true })))(host);
    if (addresses.length > 0) return addresses;
  } catch (error) {
    throw new AppError('NETWORK_FAILED', `${host} could not be found: ${reasonOf(error)}.`, { hint: 'Check the network connection, then try again.', cause: error });
  }
  throw new AppError('NETWORK_FAILED', `${host} has no address.`, { hint: 'Check the network connection, then try again.' });
}
