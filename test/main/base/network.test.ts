import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createBroker, type Broker, type BrokerOptions } from '../../../src-main/base/network.ts';
import type { Address, CallEnd, CallStart } from '../../../src-main/base/networkCall.ts';
import { isPublicAddress } from '../../../src-main/base/publicAddress.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Ledger {
  readonly started: CallStart[];
  readonly ended: CallEnd[];
}

function brokerFor(origins: readonly string[], more: Partial<BrokerOptions> = {}): { broker: Broker; ledger: Ledger } {
  const ledger: Ledger = { started: [], ended: [] };
  const broker = createBroker({
    record: {
      open: async (call) => ledger.started.push(call),
      close: async (_sequence, end) => void ledger.ended.push(end),
    },
    offline: () => false,
    allow: (origin) => origins.includes(origin),
    ...more,
  });
  return { broker, ledger };
}

const signal = (): AbortSignal => new AbortController().signal;

/** A server with a file, ranges and an ETag; `cutAt` ends the first answer there. */
function fileServer(content: Buffer, options: { etag?: string; cutAt?: number } = {}): { listener: RequestListener; ranges: (string | undefined)[] } {
  const ranges: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    ranges.push(request.headers.range);
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const valid = request.headers['if-range'] === (options.etag ?? '"v1"');
    const from = start > 0 && valid ? start : 0;
    const body = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length, etag: options.etag ?? '"v1"', ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}) });
    if (options.cutAt !== undefined && ranges.length === 1) response.write(body.subarray(0, options.cutAt), () => setTimeout(() => response.destroy(), 20));
    else response.end(body);
  };
  return { listener, ranges };
}

/** A ledger on a slow disk; tells whether the row of the newest call is written. */
function slowLedger(): { record: BrokerOptions['record']; written(): boolean } {
  let written = false;
  return {
    written: () => written,
    record: {
      open: async () => {
        written = false;
        await new Promise((resolve) => setTimeout(resolve, 100));
        written = true;
        return 1;
      },
      close: async () => undefined,
    },
  };
}

describe('the ledger', () => {
  it('has the row of a call before the name is looked up and before the first connection, however slow its disk is', async () => {
    const { record, written } = slowLedger();
    const at: Record<string, boolean> = {};
    const origin = await serve((_, response) => response.end('hello'));
    servers.at(-1)?.on('connection', () => (at['connection'] = written()));
    const named = origin.replace('127.0.0.1', 'hub.test');
    const { broker } = brokerFor([named], {
      record,
      resolve: async () => {
        at['lookup'] = written();
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    await broker.download({ url: `${named}/f`, to: join(temporaryFolder(), 'file.bin'), by: 'models', signal: signal() });
    expect(at).toEqual({ lookup: true, connection: true });
  });
});

describe('a download', () => {
  it('brings the file, reports its bytes and is in the ledger with its size', async () => {
    const content = randomBytes(300_000);
    const origin = await serve(fileServer(content).listener);
    const { broker, ledger } = brokerFor([origin]);
    const to = join(temporaryFolder(), 'file.bin');
    const seen: number[] = [];
    const result = await broker.download({ url: `${origin}/file.bin?secret=1`, to, by: 'models', signal: signal(), onBytes: (done) => seen.push(done), expectedBytes: content.length });
    expect(result).toEqual({ bytes: 300_000, resumedBytes: 0 });
    expect(readFileSync(to).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(300_000);
    expect(ledger.started).toEqual([{ by: 'models', target: origin }]);
    expect(ledger.ended[0]).toMatchObject({ outcome: 'done', reason: null });
    expect(ledger.ended[0]?.receivedBytes).toBeGreaterThanOrEqual(300_000);
    expect(existsSync(`${to}.part`) || existsSync(`${to}.part.json`)).toBe(false);
  });

  it('is taken up where the connection broke, without fetching the beginning again', async () => {
    const content = randomBytes(200_000);
    const { listener, ranges } = fileServer(content, { cutAt: 120_000 });
    const origin = await serve(listener);
    const { broker, ledger } = brokerFor([origin]);
    const to = join(temporaryFolder(), 'file.bin');
    await broker.download({ url: `${origin}/f`, to, by: 'models', signal: signal() });
    expect(readFileSync(to).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=120000-']);
    expect(ledger.ended.map(({ outcome }) => outcome)).toEqual(['failed', 'done']);
  });

  it('resumes in a later process from the part on disk, and starts anew when the file on the server has changed', async () => {
    const content = randomBytes(100_000);
    const same = fileServer(content);
    const changed = fileServer(content, { etag: '"v2"' });
    for (const [server, resumed] of [[same, 40_000], [changed, 40_000]] as const) {
      const origin = await serve(server.listener);
      const { broker } = brokerFor([origin]);
      const to = join(temporaryFolder(), 'file.bin');
      writeFileSync(`${to}.part`, server === same ? content.subarray(0, 40_000) : randomBytes(40_000));
      writeFileSync(`${to}.part.json`, JSON.stringify({ url: `${origin}/f`, validator: '"v1"' }));
      const result = await broker.download({ url: `${origin}/f`, to, by: 'models', signal: signal() });
      expect(readFileSync(to).equals(content)).toBe(true);
      expect(result.resumedBytes).toBe(resumed);
      expect(server.ranges).toEqual(['bytes=40000-']);
    }
  });

  it('never goes on with a part that nothing vouches for', async () => {
    const content = randomBytes(50_000);
    const { listener, ranges } = fileServer(content);
    const origin = await serve(listener);
    const to = join(temporaryFolder(), 'file.bin');
    writeFileSync(`${to}.part`, randomBytes(10_000));
    await brokerFor([origin]).broker.download({ url: `${origin}/f`, to, by: 'models', signal: signal() });
    expect(readFileSync(to).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined]);
  });

  it('refuses another size than the catalogue names before keeping a byte', async () => {
    const origin = await serve(fileServer(randomBytes(1_000)).listener);
    const to = join(temporaryFolder(), 'file.bin');
    await expect(brokerFor([origin]).broker.download({ url: `${origin}/f`, to, by: 'models', signal: signal(), expectedBytes: 999 })).rejects.toMatchObject({ code: 'NETWORK_FAILED', message: expect.stringContaining('announces 1000') });
    expect(existsSync(to)).toBe(false);
  });

  it('stops a server that sends without end and without a length', async () => {
    let stopped = false;
    const origin = await serve((_request, response) => {
      response.writeHead(200);
      const pump = (): void => void (response.write(Buffer.alloc(65_536)) ? setImmediate(pump) : response.once('drain', pump));
      response.on('close', () => (stopped = true));
      pump();
    });
    await expect(brokerFor([origin]).broker.download({ url: `${origin}/f`, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal(), expectedBytes: 100_000 })).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    await expect.poll(() => stopped).toBe(true);
  });

  it('gives up after four tries that bring nothing, keeping what arrived', async () => {
    let tries = 0;
    const origin = await serve((_request, response) => {
      tries += 1;
      response.writeHead(200, { 'content-length': 1_000, etag: '"v1"' });
      response.flushHeaders();
      setTimeout(() => response.destroy(), 5);
    });
    await expect(brokerFor([origin]).broker.download({ url: `${origin}/f`, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ code: 'NETWORK_FAILED', hint: expect.stringContaining('kept') });
    expect(tries).toBe(4);
  });

  it('refuses a body in an encoding that was not asked for', async () => {
    const origin = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'));
    await expect(brokerFor([origin]).broker.download({ url: `${origin}/f`, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ message: expect.stringContaining('gzip') });
  });

  it('is cancelled by its signal, and the ledger says so', async () => {
    const origin = await serve((_request, response) => void response.writeHead(200, { 'content-length': 10 }).write('a'));
    const { broker, ledger } = brokerFor([origin]);
    const abort = new AbortController();
    const download = broker.download({ url: `${origin}/f`, to: join(temporaryFolder(), 'f'), by: 'models', signal: abort.signal, onBytes: () => abort.abort() });
    await expect(download).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(ledger.ended.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  it('counts a server that goes silent as broken', async () => {
    const origin = await serve(() => undefined);
    const { broker } = brokerFor([origin], { idleTimeoutMs: 50 });
    await expect(broker.download({ url: `${origin}/f`, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ code: 'NETWORK_FAILED', message: expect.stringContaining('no answer') });
  });
});

describe('where the broker refuses to go', () => {
  const LOOPBACK = ['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001', '127.0.0.1.', '127.255.255.254', '0.0.0.0', '0', '[::1]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '%31%32%37.0.0.1', '①②⑦.⓪.⓪.①', 'localhost'];

  it.each(LOOPBACK)('refuses http://%s/ as this machine', async (host) => {
    const { broker, ledger } = brokerFor([]);
    await expect(broker.download({ url: `http://${host}/f`, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ code: 'NETWORK_REFUSED' });
    expect(ledger.ended).toMatchObject([{ outcome: 'refused', sentBytes: 0 }]);
  });

  it('knows private, link-local, metadata, shared and multicast addresses from public ones', () => {
    const inward = ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1', '::', '2001:0:53aa::1', 'not an address'];
    expect(inward.filter((address) => isPublicAddress(address))).toEqual([]);
    expect(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'].filter((address) => !isPublicAddress(address))).toEqual([]);
  });

  it.each(['ftp://example.org/f', 'file:///etc/passwd', 'gopher://example.org/'])('refuses %s', async (url) => {
    await expect(brokerFor([]).broker.download({ url, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ code: 'NETWORK_REFUSED' });
  });

  it('refuses a user name in the address', async () => {
    await expect(brokerFor([]).broker.download({ url: 'https://evil@1.1.1.1/f', to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ code: 'NETWORK_REFUSED', message: expect.stringContaining('user name') });
  });

  it('refuses a public name that leads inward, also when only one of its addresses does', async () => {
    for (const answer of [['127.0.0.1'], ['1.1.1.1', '10.0.0.1'], ['169.254.169.254']]) {
      const resolve = async (): Promise<Address[]> => answer.map((address) => ({ address, family: 4 }));
      const { broker } = brokerFor([], { resolve });
      await expect(broker.download({ url: 'http://rebind.test/f', to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ code: 'NETWORK_REFUSED' });
    }
  });

  it('asks a name once and connects to the address that was checked, whatever the name says later', async () => {
    let asked = 0;
    const origin = await serve((_request, response) => response.end('right'));
    const named = origin.replace('127.0.0.1', 'pinned.test');
    const resolve = async (): Promise<Address[]> => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    const to = join(temporaryFolder(), 'f');
    await brokerFor([named], { resolve }).broker.download({ url: `${named}/f`, to, by: 'models', signal: signal() });
    expect(readFileSync(to, 'utf8')).toBe('right');
    expect(asked).toBe(1);
  });

  it('checks every redirect: an allowed origin does not open the way inward', async () => {
    let reached = false;
    const inside = await serve((_request, response) => {
      reached = true;
      response.end();
    });
    const origin = await serve((_request, response) => response.writeHead(302, { location: `${inside}/secret` }).end());
    const { broker, ledger } = brokerFor([origin]);
    await expect(broker.download({ url: `${origin}/f`, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ code: 'NETWORK_REFUSED' });
    expect(reached).toBe(false);
    expect(ledger.started.map(({ target }) => target)).toEqual([origin, inside]);
    expect(ledger.ended.map(({ outcome }) => outcome)).toEqual(['done', 'refused']);
  });

  it('follows five redirects and not a sixth', async () => {
    for (const [hops, works] of [[5, true], [6, false]] as const) {
      const origin = await serve((request, response) => {
        const at = Number(request.url?.slice(1));
        if (at < hops) response.writeHead(302, { location: `/${at + 1}` }).end();
        else response.end('there');
      });
      const download = brokerFor([origin]).broker.download({ url: `${origin}/0`, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() });
      if (works) await expect(download).resolves.toMatchObject({ bytes: 5 });
      else await expect(download).rejects.toMatchObject({ message: expect.stringContaining('more than 5') });
    }
  });

  it('connects nowhere while the person wants to stay offline, and records what was refused', async () => {
    const origin = await serve((_request, response) => response.end());
    const { broker, ledger } = brokerFor([origin], { offline: () => true });
    await expect(broker.download({ url: `${origin}/f`, to: join(temporaryFolder(), 'f'), by: 'models', signal: signal() })).rejects.toMatchObject({ code: 'NETWORK_REFUSED', message: expect.stringContaining('offline') });
    expect(ledger.ended).toMatchObject([{ outcome: 'refused' }]);
  });

  it('never takes a file name from the server', async () => {
    const folder = temporaryFolder();
    const origin = await serve((_request, response) => response.writeHead(200, { 'content-disposition': 'attachment; filename="../../evil"', etag: '"../../evil"' }).end('x'));
    await brokerFor([origin]).broker.download({ url: `${origin}/f`, to: join(folder, 'safe'), by: 'models', signal: signal() });
    expect(createHash('sha256').update(readFileSync(join(folder, 'safe'))).digest('hex')).toHaveLength(64);
    expect(existsSync(join(folder, '..', '..', 'evil'))).toBe(false);
  });
});
