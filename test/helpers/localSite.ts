import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBroker, type Broker, type BrokerOptions } from '../../src-main/base/network.ts';
import type { CallEnd, CallStart } from '../../src-main/base/networkCall.ts';

const servers: Server[] = [];

/** Serves on loopback until `closeLocalSites`; answers its origin. */
export async function serveLocally(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function closeLocalSites(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}

export interface TestLedger {
  readonly started: CallStart[];
  readonly ended: CallEnd[];
}

/** A broker that may fetch from these origins, which are on this machine. */
export function brokerOver(origins: readonly string[], more: Partial<BrokerOptions> = {}): { broker: Broker; ledger: TestLedger } {
  const ledger: TestLedger = { started: [], ended: [] };
  const broker = createBroker({
    record: {
      open: async (call) => ledger.started.push(call),
      close: async (_sequence, end) => void ledger.ended.push(end),
    },
    offline: () => false,
    allow: (origin) => origins.includes(origin),
    fetchable: (origin) => origins.includes(origin),
    ...more,
  });
  return { broker, ledger };
}
