import { writeSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { AppError } from '../../../base/appError.ts';
import { encodeFrame, WIRE_FD_VARIABLE } from '../../framePipe.ts';
import type { ChildCall, ChildMethods } from '../../wire.ts';

let cancels = 0;

/** Ways in which a process with native code fails, on demand. */
export const faultMethods: ChildMethods = {
  echo: (params: unknown) => params,
  pid: () => process.pid,
  environment: () => Object.keys(process.env),
  networkInterfaces: () => Object.keys(networkInterfaces()),
  refuse: (params: { message: string }) => {
    throw new AppError('MODEL_DAMAGED', params.message, { hint: 'Get it again.', details: { from: 'fake' } });
  },
  count: async (params: { to: number; delayMs: number }, call: ChildCall) => {
    for (let at = 0; at < params.to; at += 1) {
      call.signal.throwIfAborted();
      call.part(at);
      if (params.delayMs > 0) await wait(params.delayMs);
    }
    return params.to;
  },
  waitForCancel: (_params: unknown, call: ChildCall) =>
    new Promise((resolve) => {
      call.signal.addEventListener('abort', () => resolve(`cancelled ${(cancels += 1)}`), { once: true });
    }),
  /** How many calls of this process were told to stop. */
  cancels: () => cancels,
  crash: (params: { code?: number; signal?: NodeJS.Signals }) => crash(params),
  hang: () => hang(),
  fillHeap: () => fillHeap(),
  fillMemory: (params: { bytes: number }) => fillMemory(params.bytes),
  garbageFrame: (_params: unknown, call: ChildCall) => {
    call.part(1);
    sendRaw({ kind: 'no such kind' });
    sendRaw('text');
    return 'survived';
  },
  garbageBytes: () => writeGarbage(),
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function crash(params: { code?: number; signal?: NodeJS.Signals }): Promise<never> {
  if (params.code !== undefined) process.exit(params.code);
  process.kill(process.pid, params.signal ?? 'SIGSEGV');
  return new Promise(() => undefined);
}

/** A native call that never returns: no timer, no message and no signal handler runs any more. */
export function hang(): never {
  const forever = new Int32Array(new SharedArrayBuffer(4));
  for (;;) Atomics.wait(forever, 0, 0);
}

export function fillHeap(): never {
  const held: object[] = [];
  for (;;) held.push(new Array(1_000).fill({ at: held.length }));
}

/** Outside of V8's heap, as a native library's memory is. */
export async function fillMemory(bytes: number): Promise<number> {
  const held: Buffer[] = [];
  const step = 16 * 1_048_576;
  for (let total = 0; total < bytes; total += step) {
    held.push(Buffer.alloc(step, 1));
    await wait(5);
  }
  await wait(30_000);
  return held.length;
}

export function writeGarbage(): Promise<never> {
  writeSync(Number(process.env[WIRE_FD_VARIABLE]), Buffer.from('GGUF this is no frame, whatever it says. '.repeat(8)));
  return new Promise(() => undefined);
}

function sendRaw(value: unknown): void {
  writeSync(Number(process.env[WIRE_FD_VARIABLE]), encodeFrame(value));
}
