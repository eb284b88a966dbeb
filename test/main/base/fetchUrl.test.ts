import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { FetchRequest, FetchResult } from '../../../src-main/base/fetchUrl.ts';
import { brokerOver, closeLocalSites, serveLocally } from '../../helpers/localSite.ts';

afterEach(closeLocalSites);

function request(url: string, more: Partial<FetchRequest> = {}): FetchRequest {
  return { url, by: 'sites', signal: new AbortController().signal, maxBytes: 100_000, timeoutMs: 20_000, ...more };
}

async function fetchFrom(origin: string, more: Partial<FetchRequest> = {}): Promise<FetchResult> {
  return brokerOver([origin]).broker.fetch(request(`${origin}/page`, more));
}

const textOf = ({ body }: FetchResult): string => Buffer.from(body).toString('utf8');

describe('a fetch', () => {
  test.each([['gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync]] as const)('unpacks an answer in %s', async (encoding, pack) => {
    const origin = await serveLocally((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(pack('hello')));
    expect(textOf(await fetchFrom(origin))).toBe('hello');
  });

  test('answers any status with its headers, and the ledger names the origin only', async () => {
    const origin = await serveLocally((_request, response) => response.writeHead(404, { etag: '"x"' }).end('nothing'));
    const { broker, ledger } = brokerOver([origin]);
    const answer = await broker.fetch(request(`${origin}/page?key=canary`, { secretHeaders: { authorization: 'Bearer canary' } }));
    expect(answer).toMatchObject({ status: 404, headers: { etag: '"x"' }, url: `${origin}/page?key=canary` });
    expect(ledger.started).toEqual([{ by: 'sites', target: origin }]);
    expect(JSON.stringify(ledger)).not.toContain('canary');
  });

  test('sends a secret to the origin that was asked, and not on to where it redirects', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serveLocally((incoming, response) => (seen.push(incoming.headers.authorization), response.end('there')));
    const origin = await serveLocally((incoming, response) => (seen.push(incoming.headers.authorization), response.writeHead(302, { location: incoming.url === '/page' ? '/second' : `${other}/` }).end()));
    await brokerOver([origin, other]).broker.fetch(request(`${origin}/page`, { secretHeaders: { authorization: 'Bearer canary' } }));
    expect(seen).toEqual(['Bearer canary', 'Bearer canary', undefined]);
  });

  test('leaves a body unread that is not wanted', async () => {
    const origin = await serveLocally((_request, response) => void response.writeHead(200, { 'content-type': 'video/mp4' }).write('x'));
    const answer = await fetchFrom(origin, { wants: ({ headers }) => headers['content-type'] === 'text/html' });
    expect(answer.body).toHaveLength(0);
  });

  test('is refused for a site that the user did not allow, with the way to allow it', async () => {
    await expect(brokerOver([]).broker.fetch(request('https://example.org/docs'))).rejects.toMatchObject({ code: 'NETWORK_REFUSED', hint: expect.stringContaining('knowledge allow https://example.org') });
  });

  test('is refused where a redirect leads to a site that the user did not allow', async () => {
    let reached = false;
    const other = await serveLocally((_request, response) => ((reached = true), response.end()));
    const origin = await serveLocally((_request, response) => response.writeHead(302, { location: `${other}/` }).end());
    await expect(fetchFrom(origin)).rejects.toMatchObject({ code: 'NETWORK_REFUSED' });
    expect(reached).toBe(false);
  });

  test('is cancelled at once, and the ledger says so', async () => {
    const origin = await serveLocally((_request, response) => void response.writeHead(200).write('a'));
    const { broker, ledger } = brokerOver([origin]);
    const abort = new AbortController();
    await expect(broker.fetch(request(`${origin}/page`, { signal: abort.signal, wants: () => (setImmediate(() => abort.abort()), true) }))).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(ledger.ended).toMatchObject([{ outcome: 'cancelled' }]);
  });
});

describe('a server that lies or never ends', () => {
  test('is cut where it announces 1 GB, before the first byte', async () => {
    const origin = await serveLocally((_request, response) => void response.writeHead(200, { 'content-length': 1024 ** 3 }).write('x'));
    await expect(fetchFrom(origin)).rejects.toMatchObject({ code: 'NETWORK_FAILED', message: expect.stringContaining('announces more'), details: { tooLarge: true } });
  });

  test('is cut where it sends 1 GB without a length, after the bytes that are allowed', async () => {
    let sent = 0;
    const origin = await serveLocally((_request, response) => {
      response.writeHead(200);
      const pump = (): void => {
        if (response.destroyed || sent >= 1024 ** 3) return;
        sent += 65_536;
        if (response.write(Buffer.alloc(65_536))) setImmediate(pump);
        else response.once('drain', pump);
      };
      pump();
    });
    await expect(fetchFrom(origin)).rejects.toMatchObject({ message: expect.stringContaining('sends more'), details: { tooLarge: true } });
    expect(sent).toBeLessThan(64 * 1024 ** 2);
  });

  test.each([['gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync]] as const)('is cut where its %s is a bomb', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(50 * 1024 ** 2));
    const origin = await serveLocally((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bomb));
    await expect(fetchFrom(origin)).rejects.toMatchObject({ message: expect.stringContaining('unpacks to more') });
    await expect(fetchFrom(origin, { maxBytes: 1024 ** 3 })).rejects.toMatchObject({ message: expect.stringContaining('200 times') });
  });

  test('is a failure where it sends less than it announced', async () => {
    const origin = await serveLocally((_request, response) => void response.writeHead(200, { 'content-length': 1_000 }).write('short', () => setTimeout(() => response.destroy(), 5)));
    await expect(fetchFrom(origin)).rejects.toMatchObject({ code: 'NETWORK_FAILED', message: expect.stringContaining('of 1000 bytes') });
  });

  test('gives no byte beyond the length that it announced', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nright and much more than was announced')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      expect(textOf(await fetchFrom(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))).toBe('right');
    } finally {
      server.close();
    }
  });

  test('is cut by time where it drips byte after byte', async () => {
    const timers: NodeJS.Timeout[] = [];
    const origin = await serveLocally((_request, response) => {
      response.writeHead(200);
      timers.push(setInterval(() => response.write('x'), 5));
    });
    await expect(fetchFrom(origin, { timeoutMs: 150 })).rejects.toMatchObject({ code: 'NETWORK_FAILED', message: expect.stringContaining('within 0.15 s') });
    for (const timer of timers) clearInterval(timer);
  });

  test('is a failure where its packed answer is cut or damaged, or packed in another way than was asked for', async () => {
    const packed = gzipSync(Buffer.from('hello '.repeat(100)));
    for (const [encoding, body] of [['gzip', packed.subarray(0, 20)], ['gzip', Buffer.from('no gzip at all')], ['compress', packed]] as const) {
      const origin = await serveLocally((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body));
      await expect(fetchFrom(origin)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    }
  });
});
