import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { hasErrorCode, type AppError } from './appError.ts';
import { pinnedLookup, reasonOf, type Admit, type AdmittedCall, type CallEnd } from './networkCall.ts';

export interface ChildProxy {
  /** Variables for the child: `HTTPS_PROXY` and its like. They carry the credential: never an argument, never a log. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes received for the child so far. */
  received(): number;
  /** Why the broker did not let the child out, the first time; null when it never refused. */
  refusal(): AppError | null;
  /** Ends every connection of the child. */
  close(): Promise<void>;
}

/** Serves one child: plain http requests, and CONNECT for everything else. Each passes the broker's checks and is recorded. */
export async function serveChildProxy(by: string, admit: Admit): Promise<ChildProxy> {
  const credential = Buffer.from(`lathe:${randomBytes(24).toString('hex')}`);
  const wanted = Buffer.from(`Basic ${credential.toString('base64')}`);
  const sockets = new Set<Duplex>();
  let receivedBytes = 0;
  let refusal: AppError | null = null;
  const remembering: Admit = (child, url) =>
    admit(child, url).catch((error: unknown) => {
      if (hasErrorCode(error, 'NETWORK_REFUSED')) refusal ??= error;
      throw error;
    });
  const keep = <S extends Duplex>(socket: S): S => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    return socket;
  };
  const context: ProxyContext = { by, admit: remembering, keep, count: (bytes) => (receivedBytes += bytes), authorised: (request) => sameBytes(wanted, request.headers['proxy-authorization']) };
  const server = createServer((request, response) => void relayRequest(request, response, context));
  server.on('connection', keep);
  server.on('connect', (request: IncomingMessage, client: Duplex) => void openTunnel(request, client, context));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://${credential.toString()}@127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url, http_proxy: url, https_proxy: url, all_proxy: url, NO_PROXY: '', no_proxy: '' },
    received: () => receivedBytes,
    refusal: () => refusal,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface ProxyContext {
  readonly by: string;
  readonly admit: Admit;
  keep<S extends Duplex>(socket: S): S;
  count(bytes: number): void;
  authorised(request: IncomingMessage): boolean;
}

function sameBytes(wanted: Buffer, given: string | undefined): boolean {
  const bytes = Buffer.from(given ?? '');
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}

async function openTunnel(request: IncomingMessage, client: Duplex, context: ProxyContext): Promise<void> {
  if (!context.authorised(request)) {
    client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="lathe"\r\nConnection: close\r\n\r\n');
    return;
  }
  const url = tunnelTarget(request.url ?? '');
  if (url === null) {
    client.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    return;
  }
  const call = await context.admit(context.by, url).catch((error: unknown) => {
    client.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n${reasonOf(error)}\n`);
    return null;
  });
  if (call !== null) joinSockets(client, { url, call }, context);
}

function tunnelTarget(authority: string): URL | null {
  const url = URL.canParse(`https://${authority}`) ? new URL(`https://${authority}`) : null;
  return url !== null && url.pathname === '/' && /:\d+$/.test(authority) ? url : null;
}

function joinSockets(client: Duplex, { url, call }: { url: URL; call: AdmittedCall }, context: ProxyContext): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const outside: Socket = context.keep(connect({ host, port: Number(url.port || 443), lookup: pinnedLookup(call.addresses) }));
  outside.once('connect', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    client.pipe(outside);
    outside.pipe(client);
  });
  outside.on('data', (bytes: Buffer) => context.count(bytes.length));
  let failure: string | null = null;
  outside.once('error', (error) => {
    failure = reasonOf(error);
    if (!client.writableEnded) client.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n');
  });
  client.once('close', () => outside.destroy());
  outside.once('close', () => {
    client.end();
    void call.end(tunnelEnd(outside, failure));
  });
}

function tunnelEnd(outside: Socket, failure: string | null): Omit<CallEnd, 'durationMs'> {
  return { outcome: failure === null ? 'done' : 'failed', sentBytes: outside.bytesWritten, receivedBytes: outside.bytesRead, reason: failure };
}

const HOP_BY_HOP = new Set(['proxy-authorization', 'proxy-connection', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade']);

async function relayRequest(request: IncomingMessage, response: ServerResponse, context: ProxyContext): Promise<void> {
  if (!context.authorised(request)) {
    response.writeHead(407, { 'proxy-authenticate': 'Basic realm="lathe"' }).end();
    return;
  }
  const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : null;
  if (url === null || url.protocol !== 'http:') {
    response.writeHead(400).end();
    return;
  }
  const call = await context.admit(context.by, url).catch((error: unknown) => {
    response.writeHead(403).end(`${reasonOf(error)}\n`);
    return null;
  });
  if (call === null) return;
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
  const outgoing = httpRequest(url.href, { agent: false, method: request.method, headers, lookup: pinnedLookup(call.addresses) });
  const end = (outcome: CallEnd['outcome'], reason: string | null): void =>
    void call.end({ outcome, sentBytes: outgoing.socket?.bytesWritten ?? 0, receivedBytes: outgoing.socket?.bytesRead ?? 0, reason });
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('data', (bytes: Buffer) => context.count(bytes.length)).on('close', () => end('done', null));
    answer.pipe(response);
  });
  outgoing.on('error', (error) => {
    end('failed', reasonOf(error));
    if (!response.headersSent) response.writeHead(502);
    response.end();
  });
  response.on('close', () => outgoing.destroy());
  request.pipe(outgoing);
}
