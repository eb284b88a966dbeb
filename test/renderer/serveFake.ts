import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFakeServer, type Scenario } from './fakeServer.ts';

/** Serves the built window with the fake owner, under the real content security policy. `node test/renderer/serveFake.ts [scenario] [port]` */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; frame-src 'none'; base-uri 'none'; form-action 'none'";
const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.ttf': 'font/ttf' };
const dist = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

export function serveFake(scenario: Scenario, port: number): Promise<{ url: string; close: () => void }> {
  const fake = createFakeServer(scenario);
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? '127.0.0.1'}`);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    if (/^\/(rpc|events|session|source)/.test(url.pathname)) {
      const headers = new Headers(Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]));
      const body = chunks.length === 0 ? null : Buffer.concat(chunks);
      const response = await fake.handle(new Request(url, { method: incoming.method ?? 'GET', headers, body }));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      const reader = response.body?.getReader();
      outgoing.on('close', () => void reader?.cancel());
      for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) outgoing.write(piece.value);
      outgoing.end();
      return;
    }
    const path = normalize(url.pathname === '/' ? '/index.html' : url.pathname);
    const file = await readFile(join(dist, path)).catch(() => null);
    outgoing.writeHead(file === null ? 404 : 200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-security-policy': POLICY });
    outgoing.end(file);
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const actual = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ url: `http://127.0.0.1:${actual}/#code=fake`, close: () => server.close() });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scenario = ['loaded', 'empty', 'large', 'error', 'slow'].find((name) => name === process.argv[2]) as Scenario | undefined;
  const { url } = await serveFake(scenario ?? 'loaded', Number(process.argv[3] ?? 4300));
  console.log(url);
}
