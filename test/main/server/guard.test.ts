import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen, type Listener } from '../../../src-main/host/listen.ts';
import { ROUTES } from '../../../src-main/server/routes.ts';
import { MAX_BODY_BYTES } from '../../../src-main/server/guard.ts';
import { createHandlerOverFakes, type HandlerOverFakes } from '../../helpers/handlerOverFakes.ts';
import { SECURITY_HEADERS } from '../../../src-main/server/securityHeaders.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

let fakes: HandlerOverFakes;
let listener: Listener;

const SECRET = 'what lies beside the page';

beforeAll(async () => {
  const outside = temporaryFolder();
  const folder = join(outside, 'page');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const name of ['package.json', 'x.js', 'secret.txt']) writeFileSync(join(outside, name), SECRET);
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'assets', 'link.txt'));
  writeFileSync(join(folder, 'index.html'), '<title>Lathe</title>');
  fakes = createHandlerOverFakes(folder);
  listener = await listen(fakes.handle);
  fakes.hosts.add(`127.0.0.1:${listener.port}`);
  fakes.origins.add(`http://127.0.0.1:${listener.port}`);
});
afterAll(() => listener.close());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body?: string;
}

/** Writes raw headers, as fetch would not let us. */
function send({ method, path, headers, body }: Sent): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port: listener.port, method, path, setHost: false, headers: headers as unknown as string[] }, (incoming) => {
      let text = '';
      incoming.on('data', (piece: Buffer) => {
        text += piece.toString();
        // A stream would never end by itself.
        if (path.startsWith('/events')) outgoing.destroy();
      });
      incoming.on('close', () => resolve({ status: incoming.statusCode ?? 0, body: text, headers: incoming.headers }));
    });
    outgoing.on('error', (error) => (error.message === 'socket hang up' ? resolve({ status: 0, body: '', headers: {} }) : reject(error)));
    outgoing.end(body);
  });
}

const every = [...ROUTES.map(({ method, path, access }) => ({ method, path, access })), { method: 'GET', path: '/', access: 'open' }, { method: 'GET', path: '/nowhere.js', access: 'open' }, { method: 'OPTIONS', path: '/rpc/jobs/list', access: 'token' }, { method: 'POST', path: '/unknown', access: 'token' }];
const good = (): string => `127.0.0.1:${listener.port}`;
const bearer = (): string => `Bearer ${fakes.token}`;

const FOREIGN_HOSTS = [
  'evil.test', 'localhost.evil.test', '127.0.0.1.nip.io', '0.0.0.0', '[::ffff:127.0.0.1]', '2130706433', '127.1', '0x7f.1', 'LOCALHOST.', '127.0.0.1.', '127.0.0.1:1', 'localhost:99999', '[::1]:1', '', ' ', 'user@127.0.0.1', '127.0.0.1@evil.test', '127.0.0.1#evil', '127.0.0.1/evil', 'xn--localhost', '169.254.169.254', '10.0.0.1', 'lathe', '127.0.0.1:080',
];
const FOREIGN_ORIGINS = ['null', 'http://localhost:1', 'file://', 'chrome-extension://abcdef', 'https://evil.test', 'http://127.0.0.1', 'http://127.0.0.1.evil.test', 'app://lathe', 'http://[::1]:1', 'https://127.0.0.1', 'HTTP://EVIL.TEST', 'http://evil.test:80', 'about:blank', 'data:', 'blob:http://evil.test/x', 'http://localhost.'];

describe('the one door, on every route that the router generates', () => {
  test('the list of routes covers the whole contract and its own four paths', () => {
    expect(ROUTES.length).toBeGreaterThan(40);
    expect(new Set(ROUTES.map((route) => route.path)).size).toBe(ROUTES.length);
    expect(ROUTES.filter((route) => route.access !== 'token').map((route) => route.path)).toEqual(['/session']);
  });

  test('a foreign Host is refused with 421 on every route, whatever else is right', async () => {
    for (const { method, path } of every) {
      for (const host of FOREIGN_HOSTS) {
        const answer = await send({ method, path, headers: ['Host', host, 'Authorization', bearer()] });
        expect([421, 400], `${method} ${path} with Host "${host}"`).toContain(answer.status);
      }
    }
    expect(fakes.ran).toEqual([]);
  });

  test('no Host, two Hosts and an absolute target are refused', async () => {
    for (const { method, path } of every) {
      const two = await send({ method, path, headers: ['Host', good(), 'Host', 'evil.test', 'Authorization', bearer()] });
      const none = await send({ method, path, headers: ['Authorization', bearer()] });
      const absolute = await send({ method, path: `http://evil.test${path}`, headers: ['Host', good(), 'Authorization', bearer()] });
      expect([two.status, none.status, absolute.status].every((status) => status === 421 || status === 400), `${method} ${path}`).toBe(true);
    }
    expect(fakes.ran).toEqual([]);
  });

  test('a forwarding header opens nothing', async () => {
    const answer = await send({ method: 'POST', path: '/rpc/jobs/list', headers: ['Host', 'evil.test', 'X-Forwarded-Host', good(), 'Authorization', bearer()], body: '{}' });
    expect(answer.status).toBe(421);
  });

  test('a foreign Origin is refused with 403 on every route', async () => {
    for (const { method, path } of every) {
      for (const origin of FOREIGN_ORIGINS) {
        const answer = await send({ method, path, headers: ['Host', good(), 'Origin', origin, 'Authorization', bearer()] });
        expect(answer.status, `${method} ${path} with Origin ${origin}`).toBe(403);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
    expect(fakes.ran).toEqual([]);
  });

  test('a page of another site is refused by Sec-Fetch-Site alone', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const answer = await send({ method: 'GET', path: '/', headers: ['Host', good(), 'Sec-Fetch-Site', site] });
      expect(answer.status).toBe(403);
    }
  });

  test('without a token, or with a wrong one, every route but the page and the exchange of codes answers 401', async () => {
    const carriers = [[], ['Authorization', 'Bearer wrong-token-wrong-token-wrong'], ['Authorization', `Basic ${fakes.token}`], ['Authorization', fakes.token], ['X-Api-Key', fakes.token], ['Cookie', `token=${fakes.token}`]];
    for (const { method, path } of every.filter((route) => route.access === 'token')) {
      for (const carrier of carriers) {
        const answer = await send({ method, path: `${path}?token=${fakes.token}`, headers: ['Host', good(), ...carrier] });
        expect(answer.status, `${method} ${path} with ${carrier.join(' ')}`).toBe(401);
      }
    }
    expect(fakes.ran).toEqual([]);
  });

  test('with all three right every procedure is reached', async () => {
    for (const { method, path } of ROUTES.filter((route) => route.path.startsWith('/rpc/'))) {
      const answer = await send({ method, path, headers: ['Host', good(), 'Origin', `http://${good()}`, 'Authorization', bearer(), 'Content-Type', 'application/json'], body: '{"json":{}}' });
      expect([200, 400, 404], `${method} ${path}: ${answer.body}`).toContain(answer.status);
      expect(answer.body).not.toContain('ROUTE_UNKNOWN');
    }
  });

  test('every answer carries the security headers, good ones of every route as well', async () => {
    fakes.sources.set('mine', new Uint8Array([1]));
    const allowed = ['Host', good(), 'Authorization', bearer(), 'Content-Type', 'application/json'];
    const asked: [number, Sent][] = [
      [200, { method: 'GET', path: '/', headers: ['Host', good()] }],
      [404, { method: 'GET', path: '/missing.js', headers: ['Host', good()] }],
      [401, { method: 'POST', path: '/rpc/jobs/list', headers: ['Host', good()] }],
      [200, { method: 'POST', path: '/rpc/system/log', headers: allowed, body: '{"json":{"limit":1}}' }],
      [400, { method: 'POST', path: '/rpc/system/log', headers: allowed, body: '{"json":{"limit":-1}}' }],
      [200, { method: 'POST', path: '/session', headers: allowed, body: JSON.stringify({ code: fakes.sessions.newCode() }) }],
      [200, { method: 'GET', path: '/events', headers: allowed }],
      [200, { method: 'GET', path: '/source?documentId=mine', headers: allowed }],
      [416, { method: 'GET', path: '/source?documentId=mine', headers: [...allowed, 'Range', 'bytes=9-'] }],
    ];
    for (const [status, request] of asked) {
      const answer = await send(request);
      expect(answer.status, `${request.method} ${request.path}`).toBe(status);
      expect(answer.headers, `${request.method} ${request.path}`).toMatchObject(SECURITY_HEADERS);
    }
  });

  test('a body over the limit is refused, also when it lies about its length', async () => {
    const declared = await send({ method: 'POST', path: '/rpc/projects/writeFile', headers: ['Host', good(), 'Authorization', bearer(), 'Content-Length', String(MAX_BODY_BYTES + 1)], body: '' }).catch(() => ({ status: 413 }));
    expect(declared.status).toBe(413);
    // In process the answer cannot be lost in a connection that is closed while bytes are still being sent.
    const streamed = (bytes: number): Promise<Response> =>
      fakes.handle(new Request(`http://${good()}/rpc/projects/writeFile`, { method: 'POST', headers: { host: good(), authorization: bearer(), 'content-type': 'application/json' }, body: new Blob([`{"json":"${'x'.repeat(bytes)}"}`]).stream(), duplex: 'half' } as RequestInit));
    const over = await streamed(MAX_BODY_BYTES + 1);
    expect([over.status, await over.text()]).toEqual([413, expect.stringContaining('BODY_TOO_LARGE')]);
    const under = await streamed(MAX_BODY_BYTES - 100);
    expect([under.status, await under.text()]).toEqual([400, expect.stringContaining('INPUT_INVALID')]);
  });

  test('a path that leaves the folder of the page is not served', async () => {
    for (const path of ['/assets/link.txt', '/assets/..%2f..%2fx.js', '/..%5cpackage.json', '/../secret.txt', '/../package.json', '/..%2fpackage.json', '/%2e%2e/package.json', '/assets/..%5c..%5cx.js', '/%00.js', '/assets/%252e%252e/x.js', '/C:/x.js']) {
      const answer = await send({ method: 'GET', path, headers: ['Host', good()] });
      expect([400, 404], path).toContain(answer.status);
      expect(answer.body, path).not.toContain(SECRET);
    }
  });

  test('a one-time code works once', async () => {
    const code = fakes.sessions.newCode();
    const exchange = () => send({ method: 'POST', path: '/session', headers: ['Host', good(), 'Content-Type', 'application/json'], body: JSON.stringify({ code }) });
    const first = await exchange();
    expect(first.status).toBe(200);
    const { token } = JSON.parse(first.body) as { token: string };
    expect(fakes.sessions.accepts(token)).toBe(true);
    expect((await exchange()).status).toBe(401);
  });
});
