import { execFile } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChildProxy } from '../../../src-main/base/childProxy.ts';
import { createBroker, type Broker } from '../../../src-main/base/network.ts';
import type { CallEnd, CallStart } from '../../../src-main/base/networkCall.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(): Promise<{ origin: string; server: Server }> {
  const server = createServer((_incoming, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function proxyFor(origins: readonly string[]): Promise<{ broker: Broker; proxy: ChildProxy; started: CallStart[]; ended: CallEnd[] }> {
  const started: CallStart[] = [];
  const ended: CallEnd[] = [];
  const broker = createBroker({ record: { open: async (call) => started.push(call), close: async (_at, end) => void ended.push(end) }, offline: () => false, allow: (origin) => origins.includes(origin) });
  const proxy = await broker.proxy('pip');
  closers.push(() => proxy.close());
  return { broker, proxy, started, ended };
}

/** What a client without any credential, or with this one, gets for a request through the proxy. */
function ask(proxyUrl: URL, path: string, authorization?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: proxyUrl.hostname, port: proxyUrl.port, path, headers: authorization ? { 'proxy-authorization': authorization } : {} }, (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part)).on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

function tunnel(proxyUrl: URL, target: string, authorization: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(proxyUrl.port), proxyUrl.hostname, () => socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: ${authorization}\r\n\r\n`));
    let said = '';
    socket.on('data', (part) => {
      said += part;
      if (said.includes('200 Connection')) socket.write('GET / HTTP/1.0\r\n\r\n');
    });
    socket.on('end', () => resolve(said)).on('error', reject);
  });
}

const credentialOf = (url: URL): string => `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;

describe('the proxy of a child', () => {
  it('relays plain requests and tunnels, and records both with their bytes', async () => {
    const { origin } = await serve();
    const { broker, proxy, started, ended } = await proxyFor([origin, origin.replace('http:', 'https:')]);
    expect(broker.proxied()).toBe(1);
    const url = new URL(proxy.environment['HTTPS_PROXY'] ?? '');
    expect(await ask(url, `${origin}/x`, credentialOf(url))).toEqual({ status: 200, body: 'hello' });
    expect(await tunnel(url, new URL(origin).host, credentialOf(url))).toContain('hello');
    await expect.poll(() => ended.length).toBe(2);
    expect(started.map(({ by }) => by)).toEqual(['pip', 'pip']);
    expect(ended.every(({ outcome, receivedBytes, sentBytes }) => outcome === 'done' && receivedBytes > 5 && sentBytes > 5)).toBe(true);
    expect(proxy.received()).toBeGreaterThan(10);
  });

  it('connects to nothing before the call is in the ledger, however slow its disk is', async () => {
    let written = false;
    const seen: boolean[] = [];
    const { origin, server } = await serve();
    server.on('connection', () => seen.push(written));
    const open = async (): Promise<number> => {
      written = false;
      await new Promise((resolve) => setTimeout(resolve, 100));
      written = true;
      return 1;
    };
    const proxy = await createBroker({ record: { open, close: async () => undefined }, offline: () => false, allow: () => true }).proxy('pip');
    closers.push(() => proxy.close());
    const url = new URL(proxy.environment['HTTPS_PROXY'] ?? '');
    await ask(url, `${origin}/x`, credentialOf(url));
    await tunnel(url, new URL(origin).host, credentialOf(url));
    expect(seen).toEqual([true, true]);
  });

  it('serves only its own child: no credential or another one is refused before anything is looked up', async () => {
    const { origin } = await serve();
    const { proxy, started } = await proxyFor([origin]);
    const other = await proxyFor([origin]);
    const url = new URL(proxy.environment['HTTP_PROXY'] ?? '');
    const foreign = new URL(other.proxy.environment['HTTP_PROXY'] ?? '');
    expect((await ask(url, `${origin}/x`)).status).toBe(407);
    expect((await ask(url, `${origin}/x`, credentialOf(foreign))).status).toBe(407);
    expect(await tunnel(url, new URL(origin).host, 'Basic bm9wZQ==')).toContain('407');
    expect(started).toEqual([]);
  });

  it('refuses the way inward and says so in the ledger', async () => {
    const { origin } = await serve();
    const { proxy, ended } = await proxyFor([]);
    const url = new URL(proxy.environment['HTTP_PROXY'] ?? '');
    expect((await ask(url, `${origin}/x`, credentialOf(url))).status).toBe(403);
    expect(await tunnel(url, new URL(origin).host, credentialOf(url))).toContain('403');
    expect(await tunnel(url, '169.254.169.254:80', credentialOf(url))).toContain('403');
    expect(ended.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
  });

  it('answers what is no proxy request with 400', async () => {
    const { proxy } = await proxyFor([]);
    const url = new URL(proxy.environment['HTTP_PROXY'] ?? '');
    expect((await ask(url, '/relative', credentialOf(url))).status).toBe(400);
    expect(await tunnel(url, 'no-port', credentialOf(url))).toContain('400');
  });

  it('is understood by Python through the environment alone (needs python3)', async ({ skip }) => {
    const { origin } = await serve();
    const { proxy, started } = await proxyFor([origin]);
    const run = promisify(execFile)('python3', ['-c', `import urllib.request; print(urllib.request.urlopen("${origin}/x").read().decode())`], { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...proxy.environment } });
    const said = await run.catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? skip('python3 is not installed') : Promise.reject(error)));
    expect(said?.stdout.trim()).toBe('hello');
    expect(started).toHaveLength(1);
  });
});
