import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handle } from '../server/handler.ts';
import { createNodeMount } from './nodeMount.ts';

export interface Listener {
  readonly port: number;
  /** Stops listening and ends every open connection. */
  close(): Promise<void>;
}

/** Listens on the IPv4 loopback address alone. Port 0 takes a free one. */
export function listen(handle: Handle, port = 0): Promise<Listener> {
  const mount = createNodeMount(handle);
  const server = createServer({ maxHeaderSize: 32 * 1024, requestTimeout: 120_000, headersTimeout: 20_000 }, (incoming, outgoing) => void mount(incoming, outgoing));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
