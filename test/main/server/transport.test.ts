import { afterAll, beforeAll, describe } from 'vitest';
import { createProtocolMount } from '../../../src-main/app/createProtocolMount.ts';
import { listen, type Listener } from '../../../src-main/host/listen.ts';
import { createHandlerOverFakes, type HandlerOverFakes } from '../../helpers/handlerOverFakes.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { abortSuite, transportSuite } from '../../suites/transport.suite.ts';

describe('the handler in process', () => {
  const fakes = createHandlerOverFakes(temporaryFolder());
  fakes.hosts.add('lathe.test');
  const mount = { origin: 'http://lathe.test', fakes, send: fakes.handle };
  transportSuite(() => mount);
  abortSuite(() => mount);
});

describe('the loopback host', () => {
  let fakes: HandlerOverFakes;
  let listener: Listener;
  beforeAll(async () => {
    fakes = createHandlerOverFakes(temporaryFolder());
    listener = await listen(fakes.handle);
    fakes.hosts.add(`127.0.0.1:${listener.port}`);
  });
  afterAll(() => listener.close());
  const mount = () => ({ origin: `http://127.0.0.1:${listener.port}`, fakes, send: (request: Request) => fetch(request) });
  transportSuite(mount);
  abortSuite(mount);
});

describe("Electron's custom scheme", () => {
  const fakes = createHandlerOverFakes(temporaryFolder());
  fakes.hosts.add('lathe.test');
  const handle = createProtocolMount(fakes.handle);
  transportSuite(() => ({ origin: 'http://lathe.test', fakes, send: handle }));
});
