import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Handle } from '../server/handler.ts';

/** Translates between node:http and the one handler. Decides nothing: the guard behind `handle` does. */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  const hosts: string[] = [];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const name = (incoming.rawHeaders[index] ?? '').toLowerCase();
    const value = incoming.rawHeaders[index + 1] ?? '';
    if (name === 'host') hosts.push(value);
    else if (name !== 'transfer-encoding' && name !== 'connection' && name !== 'keep-alive' && name !== 'expect') headers.append(name, value);
  }
  // Two Host headers, or none, are nobody's honest request: an empty one is on no list.
  headers.set('host', hosts.length === 1 ? (hosts[0] ?? '') : 'none');
  const target = incoming.url ?? '/';
  // An absolute-form target would smuggle another host past the header: only a path is taken.
  if (!target.startsWith('/')) headers.set('host', 'none');
  const url = new URL(`http://host${target.startsWith('/') ? target.replace(/^\/+/, '/') : '/'}`);
  const method = incoming.method ?? 'GET';
  const body = method === 'GET' || method === 'HEAD' ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  const init: RequestInit & { duplex: 'half' } = { method, headers, body, signal, duplex: 'half' };
  return new Request(url, init);
}

export function createNodeMount(handle: Handle): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const abort = new AbortController();
    outgoing.on('close', () => abort.abort());
    try {
      const response = await handle(toRequest(incoming, abort.signal));
      // A body that nobody read would be taken for the connection's next request.
      const headers = { ...Object.fromEntries(response.headers), ...(incoming.complete ? {} : { connection: 'close' }) };
      outgoing.writeHead(response.status, headers);
      if (!response.body) return void outgoing.end();
      await pipeline(Readable.fromWeb(response.body as never), outgoing, { signal: abort.signal });
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!outgoing.headersSent) outgoing.writeHead(400, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ code: 'INPUT_INVALID', message: error instanceof Error ? error.message : 'The request could not be read' }));
    }
  };
}
