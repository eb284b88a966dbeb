import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createProtocolMount } from '../../../src-main/app/createProtocolMount.ts';
import { forwardTo, openAppOwner, type AttachedOwner } from '../../../src-main/app/openAppOwner.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function attached(more: Partial<AttachedOwner> = {}): AttachedOwner {
  let codes = 0;
  return {
    here: null,
    origin: 'http://127.0.0.1:1',
    client: {
      system: { newCode: async () => ({ code: `c/${(codes += 1)}` }) },
      projects: { open: async ({ folder }) => (folder === '/bad' ? Promise.reject(new Error('no lathe.yaml')) : { id: 'id 1' }) },
    },
    close: async () => {},
    ...more,
  };
}

const OPTIONS = { onProblem: () => {}, trustFirst: false };

describe('the owner of the desktop window', () => {
  it('trusts the project that it was started with when told so, and none that is opened later', async () => {
    const opened: unknown[] = [];
    const owner = openAppOwner(attached({ client: { system: { newCode: async () => ({ code: 'c' }) }, projects: { open: async (input) => ({ id: `id ${opened.push(input)}` }) } } }), { ...OPTIONS, trustFirst: true });
    await owner.startPath({ project: '/data/a' });
    await owner.startPath({ project: '/data/b' });
    expect(opened).toEqual([{ folder: '/data/a', trust: true }, { folder: '/data/b', trust: false }]);
  });

  it('is the one of this process, which then answers to the custom scheme and to it alone besides its own', async () => {
    const here = { owner: { handle: async () => new Response('here') }, allowedHosts: new Set(['127.0.0.1:1']), allowedOrigins: new Set(['http://127.0.0.1:1']) };
    const owner = openAppOwner(attached({ here }), OPTIONS);
    expect(await (await owner.handle(new Request('app://lathe/'))).text()).toBe('here');
    expect([[...here.allowedHosts], [...here.allowedOrigins]]).toEqual([['127.0.0.1:1', 'lathe'], ['http://127.0.0.1:1', 'app://lathe']]);
  });

  it('starts at the project that was asked for, with a new code each time', async () => {
    const owner = openAppOwner(attached(), OPTIONS);
    expect(await owner.startPath({ project: '/data/a' })).toBe('/?project=id%201#code=c%2F1');
    expect(await owner.startPath({ project: null })).toBe('/#code=c%2F2');
  });

  it('says which project could not be opened and starts without it', async () => {
    const problems: string[] = [];
    const owner = openAppOwner(attached(), { ...OPTIONS, onProblem: (what, error) => problems.push(`${what}: ${String(error)}`) });
    expect(await owner.startPath({ project: '/bad' })).toBe('/#code=c%2F1');
    expect(problems).toEqual(['The project /bad could not be opened: Error: no lathe.yaml']);
  });
});

describe('a window on the owner of another process', () => {
  it("sends on what the page asks, without what its connection says, and brings the answer back", async () => {
    const origin = await serve((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        response.writeHead(207, { 'x-answer': 'yes' });
        response.end(JSON.stringify({ method: request.method, url: request.url, body: Buffer.concat(parts).toString(), seen: Object.keys(request.headers).filter((name) => /^(authorization|x-own|origin|referer|sec-.*)$/.test(name)), host: request.headers.host }));
      });
    });
    const headers = { authorization: 'Bearer t', 'x-own': '1', origin: 'app://lathe', referer: 'app://lathe/', 'sec-fetch-site': 'cross-site', host: 'lathe' };
    const response = await forwardTo(origin)(new Request('app://lathe/rpc/a/b?c=d', { method: 'POST', body: 'hello', headers }));
    expect([response.status, response.headers.get('x-answer')]).toEqual([207, 'yes']);
    const { seen, ...rest } = (await response.json()) as { seen: string[] };
    expect(rest).toEqual({ method: 'POST', url: '/rpc/a/b?c=d', body: 'hello', host: new URL(origin).host });
    // Node adds a sec-fetch-mode of its own; what the page's connection said is gone.
    expect(seen.filter((name) => name !== 'sec-fetch-mode')).toEqual(['authorization', 'x-own']);
  });

  it('reaches the work there when the page goes away', async () => {
    let closed = (): void => {};
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const origin = await serve((_request, response) => {
      response.writeHead(200);
      response.write('first\n');
      response.on('close', closed);
    });
    const response = await createProtocolMount(forwardTo(origin))(new Request('app://lathe/events'));
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first\n');
    await reader?.cancel('the page went away');
    await gone;
  });

  it('reaches the work there also before it has answered', async () => {
    let asked = (): void => {};
    let closed = (): void => {};
    const [arrived, gone] = [new Promise<void>((resolve) => (asked = resolve)), new Promise<void>((resolve) => (closed = resolve))];
    const origin = await serve((_request, response) => {
      response.on('close', closed);
      asked();
    });
    const abort = new AbortController();
    const answer = forwardTo(origin)(new Request('app://lathe/events', { signal: abort.signal }));
    await arrived;
    abort.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    await gone;
  });

  it('follows no redirect', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://example.com/' });
      response.end();
    });
    await expect(forwardTo(origin)(new Request('app://lathe/'))).rejects.toThrow();
  });
});
