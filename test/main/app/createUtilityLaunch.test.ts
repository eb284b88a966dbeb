import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createUtilityLaunch } from '../../../src-main/app/createUtilityLaunch.ts';
import { serveChild, utilityPort } from '../../../src-main/runtimes/serveChild.ts';
import type { ChildListener } from '../../../src-main/runtimes/supervisor/launchChild.ts';

type Fork = Parameters<typeof createUtilityLaunch>[0];

/** Stands in for a utility process; its port is one end of Electron's message channel. Values are cloned as there. */
function standinChild() {
  const forked: unknown[][] = [];
  const port = Object.assign(new EventEmitter(), { postMessage: (frame: unknown) => void child.emit('message', structuredClone(frame)) });
  const child = Object.assign(new EventEmitter(), {
    pid: undefined as number | undefined,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    postMessage: (frame: unknown) => void port.emit('message', { data: structuredClone(frame) }),
  });
  const fork = (...values: unknown[]) => (forked.push(values), child);
  return { forked, port, child, fork: fork as unknown as Fork };
}

function listen() {
  const heard: unknown[] = [];
  const listener: ChildListener = {
    onFrame: (value) => heard.push(['frame', value]),
    onGarbage: (reason) => heard.push(['garbage', reason]),
    onLine: (line) => heard.push(['line', line]),
    onExit: (exit) => heard.push(['exit', exit]),
  };
  return { heard, listener };
}

const request = { id: 'fake', entry: pathToFileURL('/app/runtime-fake.js'), memoryLimitBytes: 512 * 1_048_576 };

afterEach(() => Reflect.deleteProperty(process, 'parentPort'));

describe('children as utility processes', () => {
  it('carries a call to serveChild and its answer back over the port', async () => {
    const { child, fork, forked, port } = standinChild();
    const { heard, listener } = listen();
    const started = createUtilityLaunch(fork)(request, listener);
    child.emit('spawn');
    const handle = await started;
    expect(forked).toEqual([['/app/runtime-fake.js', [], expect.objectContaining({ serviceName: 'Lathe fake', execArgv: ['--max-semi-space-size=4', '--max-old-space-size=512'] })]]);
    Object.assign(process, { parentPort: port });
    serveChild({ double: (value: never) => (value as number) * 2 });
    handle.send({ kind: 'request', id: 7, method: 'double', params: 21 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([['frame', { kind: 'ready', methods: ['double'] }], ['frame', { kind: 'result', id: 7, value: 42 }]]);
    expect(handle.network).toBe('not-observed');
  });

  it('gives the child no variable that could change how it runs', async () => {
    const { child, fork, forked } = standinChild();
    process.env['NODE_OPTIONS'] ??= '';
    const started = createUtilityLaunch(fork)(request, listen().listener);
    child.emit('spawn');
    await started;
    const options = forked[0]?.[2] as { env: Record<string, string> } | undefined;
    expect(options?.env['PATH']).toBe(process.env['PATH']);
    expect(Object.keys(options?.env ?? {}).filter((name) => /NODE_|ELECTRON_|TOKEN|LATHE_|PROXY/i.test(name))).toEqual([]);
  });

  it('rejects when the child ends before it starts, and tells its end once afterwards', async () => {
    const early = standinChild();
    const first = listen();
    const failed = createUtilityLaunch(early.fork)(request, first.listener);
    early.child.emit('exit', 3);
    await expect(failed).rejects.toThrow('code 3');
    expect(first.heard).toEqual([]);
    const late = standinChild();
    const second = listen();
    const started = createUtilityLaunch(late.fork)(request, second.listener);
    late.child.emit('spawn');
    const handle = await started;
    late.child.stderr.write('half a li');
    late.child.stderr.write('ne\n');
    await new Promise((resolve) => setImmediate(resolve));
    late.child.emit('exit', 9);
    handle.kill();
    expect(second.heard).toEqual([['line', 'half a line'], ['exit', { code: 9, signal: null }]]);
  });

  it('has no such port in a plain Node process', () => expect(utilityPort()).toBeNull());
});
