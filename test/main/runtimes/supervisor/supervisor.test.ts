import { afterEach, describe, expect, it } from 'vitest';
import { hasErrorCode } from '../../../../src-main/base/appError.ts';
import { runtimeEntry } from '../../../../src-main/runtimes/runtimeEntry.ts';
import { createSupervisor, type Supervisor } from '../../../../src-main/runtimes/supervisor/createSupervisor.ts';
import { defineRuntime, type RuntimeDefinition } from '../../../../src-main/runtimes/supervisor/defineRuntime.ts';
import { networkPrefix } from '../../../../src-main/runtimes/supervisor/networkNamespace.ts';

const open: Supervisor[] = [];
const lines: string[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((supervisor) => supervisor.stop()));
  lines.length = 0;
});

function supervisorWith(clock?: () => number): Supervisor {
  const keep = (message: string): void => void lines.push(message);
  const supervisor = createSupervisor({ logger: { debug: keep, info: keep, warn: keep, error: keep }, ...(clock ? { monotonicMs: clock } : {}) });
  open.push(supervisor);
  return supervisor;
}

function fake(changes: Partial<RuntimeDefinition> = {}): RuntimeDefinition {
  return defineRuntime({ id: 'fake', entry: runtimeEntry('fake'), cancellation: 'cooperative', startTimeoutMs: 20_000, idleStopMs: 0, ...changes });
}

async function failure(call: Promise<unknown>): Promise<{ code: string; message: string; hint?: string; details?: Record<string, unknown> }> {
  try {
    await call;
  } catch (error) {
    if (hasErrorCode(error)) return error as never;
    throw error;
  }
  throw new Error('Expected the call to fail but it did not');
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a supervised process', () => {
  it('starts with the first call and answers with the value that the child returned, typed arrays included', async () => {
    const process = supervisorWith().process(fake());
    expect(process.facts()).toMatchObject({ id: 'fake', state: 'stopped', pid: null, restarts: 0 });
    expect(await process.call('echo', { vectors: new Float32Array([1.5, -2]), none: undefined })).toEqual({ vectors: new Float32Array([1.5, -2]), none: undefined });
    expect(process.facts()).toMatchObject({ state: 'ready', restarts: 0 });
  });

  it('routes the answers and parts of calls that run side by side', async () => {
    const process = supervisorWith().process(fake());
    const parts: Record<string, unknown[]> = { a: [], b: [] };
    const a = process.call('count', { to: 20, delayMs: 1 }, { onPart: (part) => parts['a']?.push(part) });
    const b = process.call('count', { to: 5, delayMs: 3 }, { onPart: (part) => parts['b']?.push(part) });
    expect(await Promise.all([a, b, process.call('echo', 'c')])).toEqual([20, 5, 'c']);
    expect(parts).toEqual({ a: Array.from({ length: 20 }, (_, at) => at), b: [0, 1, 2, 3, 4] });
  });

  it('hands on an error of the child with its code, hint and details', async () => {
    const error = await failure(supervisorWith().process(fake()).call('refuse', { message: 'The file is broken' }));
    expect(error).toMatchObject({ code: 'MODEL_DAMAGED', message: 'The file is broken', hint: 'Get it again.', details: { from: 'fake' } });
  });

  it('names the methods there are when one is unknown', async () => {
    expect((await failure(supervisorWith().process(fake()).call('nothing', {}))).message).toContain('"nothing"');
  });

  it('rejects with the caller’s own reason at once when cancelled, and the child is told', async () => {
    const process = supervisorWith().process(fake());
    const before = await process.call('pid', null);
    const abort = new AbortController();
    const call = process.call('waitForCancel', null, { signal: abort.signal });
    const reason = new Error('the user pressed Stop');
    setTimeout(() => abort.abort(reason), 20);
    await expect(call).rejects.toBe(reason);
    expect(await process.call('cancels', null)).toBe(1);
    expect(await process.call('pid', null)).toBe(before);
  });

  it('kills the process of a cancelled call where calls cannot be interrupted, and the next call works', async () => {
    const process = supervisorWith().process(fake({ cancellation: 'terminate' }));
    const before = (await process.call('pid', null)) as number;
    const abort = new AbortController();
    const call = process.call('hang', null, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('stop')), 20);
    await expect(call).rejects.toThrow('stop');
    expect(await process.call('pid', null)).not.toBe(before);
    expect(alive(before)).toBe(false);
    expect(process.facts().restarts).toBe(1);
  });

  it('rejects a call whose signal is already aborted without starting anything', async () => {
    const process = supervisorWith().process(fake());
    await expect(process.call('echo', 1, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
    expect(process.facts().state).toBe('stopped');
  });

  it.each([
    [{ signal: 'SIGSEGV' as const }, 'signal SIGSEGV'],
    [{ signal: 'SIGKILL' as const }, 'out of memory?'],
    [{ code: 7 }, 'exit code 7'],
  ])('gives each running call one error when the child dies (%j), and starts anew with the next', async (how, said) => {
    const process = supervisorWith().process(fake());
    const waiting = process.call('waitForCancel', null);
    const [first, second] = await Promise.all([failure(waiting), failure(process.call('crash', how))]);
    expect(first).toMatchObject({ code: 'RUNTIME_EXITED', message: expect.stringContaining(said) });
    expect(second).toMatchObject({ code: 'RUNTIME_EXITED' });
    expect(await process.call('echo', 'again')).toBe('again');
  });

  it('kills a process that takes longer than the call may, and says how long that was', async () => {
    const process = supervisorWith().process(fake());
    const pid = (await process.call('pid', null)) as number;
    const error = await failure(process.call('hang', null, { timeoutMs: 200 }));
    expect(error).toMatchObject({ code: 'RUNTIME_TIMEOUT', message: expect.stringContaining('0.2 s') });
    expect(await process.call('echo', 1)).toBe(1);
    expect(alive(pid)).toBe(false);
  });

  it('tells a call that ran beside a timed-out one that its process was stopped, not that it was slow', async () => {
    const process = supervisorWith().process(fake());
    const beside = failure(process.call('waitForCancel', null));
    await failure(process.call('waitForCancel', null, { timeoutMs: 200 }));
    expect(await beside).toMatchObject({ code: 'RUNTIME_EXITED', message: expect.stringContaining('took longer than 0.2 s') });
  });

  it('kills a process above its memory, inside or outside the heap', async () => {
    const process = supervisorWith().process(fake({ memoryLimitBytes: 200_000_000 }));
    expect(await failure(process.call('fillMemory', { bytes: 2_000_000_000 }))).toMatchObject({ code: 'RUNTIME_MEMORY', message: expect.stringContaining('200 MB') });
    expect((await failure(process.call('fillHeap', null))).code).toBe('RUNTIME_MEMORY');
    expect(await process.call('echo', 1)).toBe(1);
  });

  it('ignores and logs frames of no known kind', async () => {
    const process = supervisorWith().process(fake());
    expect(await process.call('garbageFrame', null)).toBe('survived');
    expect(lines.filter((line) => line.includes('a frame that is none'))).toHaveLength(2);
  });

  it('ends a process whose pipe carries bytes that are no frames, with one error', async () => {
    const process = supervisorWith().process(fake());
    expect(await failure(process.call('garbageBytes', null))).toMatchObject({ code: 'RUNTIME_EXITED', message: expect.stringContaining('cannot read') });
    expect(await process.call('echo', 1)).toBe(1);
  });

  it('says which parameters cannot be sent and goes on', async () => {
    const process = supervisorWith().process(fake());
    expect((await failure(process.call('echo', { run: () => 1 }))).message).toContain('cannot be sent');
    expect(await process.call('echo', 1)).toBe(1);
  });

  it('hands on what a listener of parts throws, and the process stays', async () => {
    const process = supervisorWith().process(fake());
    const call = process.call('count', { to: 100, delayMs: 1 }, { onPart: () => { throw new Error('listener broke'); } });
    await expect(call).rejects.toThrow('listener broke');
    expect(await process.call('echo', 1)).toBe(1);
  });

  it('stops a process that has had nothing to do, and starts it again when needed', async () => {
    const process = supervisorWith().process(fake({ idleStopMs: 100 }));
    const pid = (await process.call('pid', null)) as number;
    await expect.poll(() => alive(pid), { timeout: 60_000 }).toBe(false);
    expect(process.facts().state).toBe('stopped');
    expect(await process.call('pid', null)).not.toBe(pid);
  });

  it('stops within its budget even a process that does not listen, rejecting what ran', async () => {
    const process = supervisorWith().process(fake());
    const pid = (await process.call('pid', null)) as number;
    const hanging = failure(process.call('hang', null));
    await process.stop();
    expect((await hanging).code).toBe('CANCELLED');
    expect(alive(pid)).toBe(false);
    expect(await process.call('echo', 1)).toBe(1);
  });

  it('does not hand the owner’s environment to a child', async () => {
    process.env['LATHE_SECRET_CANARY'] = 'secret';
    const names = (await supervisorWith().process(fake()).call('environment', null)) as string[];
    delete process.env['LATHE_SECRET_CANARY'];
    expect(names).toContain('PATH');
    expect(names.filter((name) => /SECRET|TOKEN|PROXY|NODE_OPTIONS|npm_/i.test(name))).toEqual([]);
  });

  it('says that a child has no network only when its network namespace is its own', async (context) => {
    const child = supervisorWith().process(fake());
    const interfaces = (await child.call('networkInterfaces', null)) as string[];
    const isolated = (await networkPrefix()).length > 0;
    expect(child.facts().network).toBe(isolated ? 'none' : 'not-observed');
    if (!isolated) context.skip('this system does not allow user namespaces: children are "not observed"');
    expect(interfaces).toEqual([]);
  });
});

describe('the circuit', () => {
  it('opens after three starts that failed, says why, and lets one try through after a minute', async () => {
    let now = 0;
    const process = supervisorWith(() => now).process(fake({ entry: new URL('file:///nothing/here/entry.ts') }));
    for (let trial = 0; trial < 3; trial += 1) {
      expect(await failure(process.call('echo', 1))).toMatchObject({ code: 'RUNTIME_START_FAILED', message: expect.stringContaining('before it was ready') });
    }
    expect(await failure(process.call('echo', 1))).toMatchObject({ code: 'RUNTIME_CIRCUIT_OPEN', message: expect.stringContaining('3 times'), hint: expect.stringContaining('again in 60 s') });
    expect(process.facts().state).toBe('circuit-open');
    now = 60_001;
    expect((await failure(process.call('echo', 1))).code).toBe('RUNTIME_START_FAILED');
    expect((await failure(process.call('echo', 1))).code).toBe('RUNTIME_CIRCUIT_OPEN');
  });

  it('opens after three deaths in a row, not when an answer came between them', async () => {
    const process = supervisorWith().process(fake());
    for (let trial = 0; trial < 2; trial += 1) await failure(process.call('crash', { code: 1 }));
    await process.call('echo', 1);
    for (let trial = 0; trial < 3; trial += 1) expect((await failure(process.call('crash', { code: 1 }))).code).toBe('RUNTIME_EXITED');
    expect((await failure(process.call('echo', 1))).code).toBe('RUNTIME_CIRCUIT_OPEN');
  });

  it('does not open for deaths during a call where the input is to blame', async () => {
    const process = supervisorWith().process(fake({ circuitCounts: 'starts' }));
    for (let trial = 0; trial < 4; trial += 1) await failure(process.call('crash', { code: 1 }));
    expect(await process.call('echo', 1)).toBe(1);
  });

  it('gives a process that never says it is ready one error after its start time', async () => {
    const silent = supervisorWith().process(fake({ entry: new URL('./silentChild.ts', import.meta.url), startTimeoutMs: 400 }));
    expect(await failure(silent.call('echo', 1))).toMatchObject({ code: 'RUNTIME_START_FAILED', message: expect.stringContaining('0.4 s') });
  });
});

describe('a pool', () => {
  it('lets idle processes go and keeps those at work; the next call starts one', async () => {
    const pool = supervisorWith().pool(fake({ poolSize: 2 }));
    await Promise.all([pool.call('echo', 1), pool.call('echo', 2)]);
    const busy = pool.call('count', { to: 20, delayMs: 5 });
    await pool.rest();
    expect(pool.facts().map((facts) => facts.state).toSorted()).toEqual(['ready', 'stopped']);
    await busy;
    await pool.rest();
    expect(pool.facts().map((facts) => facts.state)).toEqual(['stopped', 'stopped']);
    expect(await Promise.all([pool.call('echo', 3), pool.call('echo', 4)])).toEqual([3, 4]);
  });

  it('runs one call a process at a time, and a death takes one call with it', async () => {
    const pool = supervisorWith().pool(fake({ poolSize: 2, circuitCounts: 'starts' }));
    const calls = [pool.call('count', { to: 20, delayMs: 5 }), failure(pool.call('crash', { code: 3 })), pool.call('echo', 'third'), pool.call('echo', 'fourth')];
    expect(await Promise.all(calls)).toMatchObject([20, { code: 'RUNTIME_EXITED' }, 'third', 'fourth']);
    expect(pool.facts().map((facts) => facts.id)).toEqual(['fake-1', 'fake-2']);
  });

  it('takes a cancelled call out of its queue', async () => {
    const pool = supervisorWith().pool(fake({ poolSize: 1 }));
    const first = pool.call('count', { to: 50, delayMs: 5 });
    const abort = new AbortController();
    const second = pool.call('echo', 2, { signal: abort.signal });
    abort.abort(new Error('not needed'));
    await expect(second).rejects.toThrow('not needed');
    expect(await first).toBe(50);
    expect(await pool.call('echo', 3)).toBe(3);
  });
});

describe('a supervisor', () => {
  it('ends all its processes, refuses later calls, and forgets a released one', async () => {
    const supervisor = supervisorWith();
    const kept = supervisor.process(fake(), 'kept');
    const released = supervisor.process(fake(), 'released');
    const pids = (await Promise.all([kept.call('pid', null), released.call('pid', null)])) as number[];
    await supervisor.release(released);
    expect(supervisor.facts().map((facts) => facts.id)).toEqual(['kept']);
    await supervisor.stop();
    expect(pids.map(alive)).toEqual([false, false]);
    expect((await failure(kept.call('echo', 1))).code).toBe('CANCELLED');
  });
});
