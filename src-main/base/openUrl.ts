import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AppError } from './appError.ts';
import { pinnedLookup, reasonOf, targetOf, type Admit, type CallEnd } from './networkCall.ts';

export interface OpenRequest {
  readonly url: URL;
  readonly by: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Go only to the origin of `url`: a redirect to another one must not carry a secret there. */
  readonly ownHeaders?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface OpenResponse {
  readonly response: IncomingMessage;
  /** The URL after redirects. */
  readonly url: URL;
  /** Ends the ledger entry of the last hop. */
  end(outcome: CallEnd['outcome'], reason?: string): Promise<void>;
}

interface Via {
  readonly admit: Admit;
  readonly idleTimeoutMs: number;
}

const MAX_REDIRECTS = 5;

/** Sends a GET and follows at most five redirects, each checked and recorded like a first call. Rejects with NETWORK_REFUSED or NETWORK_FAILED. */
export async function openUrl(request: OpenRequest, via: Via): Promise<OpenResponse> {
  let url = request.url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const headers = url.origin === request.url.origin ? { ...request.headers, ...request.ownHeaders } : request.headers;
    const opened = await openOnce({ ...request, url, headers }, via);
    const status = opened.response.statusCode ?? 0;
    const location = opened.response.headers.location;
    if (status < 300 || status > 399 || status === 304 || location === undefined) return opened;
    opened.response.destroy();
    await opened.end('done', `redirected to ${URL.canParse(location, url.href) ? targetOf(new URL(location, url.href)) : 'no address'}`);
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
    if (!next || (url.protocol === 'https:' && next.protocol !== 'https:')) {
      throw new AppError('NETWORK_REFUSED', `${targetOf(url)} redirects ${next ? `to ${targetOf(next)}, without encryption` : 'to no valid address'}.`, { hint: 'Use another source.' });
    }
    url = next;
  }
  throw new AppError('NETWORK_FAILED', `${targetOf(request.url)} redirects more than ${MAX_REDIRECTS} times.`, { hint: 'Use another source.' });
}

async function openOnce(request: OpenRequest, via: Via): Promise<OpenResponse> {
  const { url, signal } = request;
  signal.throwIfAborted();
  const call = await via.admit(request.by, url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const outgoing = send(url.href, { agent: false, headers: { 'user-agent': 'lathe', 'accept-encoding': 'identity', ...request.headers }, lookup: pinnedLookup(call.addresses), signal, timeout: via.idleTimeoutMs });
  const end = (outcome: CallEnd['outcome'], reason?: string): Promise<void> =>
    call.end({ outcome, sentBytes: outgoing.socket?.bytesWritten ?? 0, receivedBytes: outgoing.socket?.bytesRead ?? 0, reason: reason ?? null });
  outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer for ${via.idleTimeoutMs / 1000} s`)));
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('response', resolve).on('error', reject).end();
    });
    return { response, url, end };
  } catch (error) {
    await end(signal.aborted ? 'cancelled' : 'failed', reasonOf(error));
    signal.throwIfAborted();
    throw new AppError('NETWORK_FAILED', `${targetOf(url)} could not be reached: ${reasonOf(error)}.`, { hint: 'Check the network connection, then try again.', cause: error });
  }
}
