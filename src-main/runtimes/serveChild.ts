import { Socket } from 'node:net';
import { toErrorBody } from '../base/appError.ts';
import { createFrameReader, encodeFrame, WIRE_FD_VARIABLE } from './framePipe.ts';
import type { ChildCall, ChildFrame, ChildMethods, ParentFrame } from './wire.ts';

/** The child's end of the wire. */
export interface ChildPort {
  send(frame: ChildFrame): void;
  onFrame(listen: (frame: ParentFrame) => void): void;
  onClosed(listen: () => void): void;
  exit(code: number): void;
}

/** The pipe that the supervisor opened, on the descriptor that it names in the environment. */
export function pipePort(): ChildPort {
  const fd = Number(process.env[WIRE_FD_VARIABLE] ?? 'NaN');
  if (!Number.isInteger(fd)) throw new Error(`Expected ${WIRE_FD_VARIABLE} to name the supervisor's pipe: this file is started by Lathe, not by hand`);
  const pipe = new Socket({ fd, readable: true, writable: true });
  return {
    send: (frame) => {
      pipe.write(encodeFrame(frame));
    },
    onFrame: (listen) => {
      const exit = (reason: string): void => {
        process.stderr.write(`The supervisor's pipe is broken: ${reason}\n`);
        process.exit(1);
      };
      pipe.on('data', createFrameReader({ onFrame: (frame) => listen(frame as ParentFrame), onUnreadable: exit, onBroken: exit }));
    },
    onClosed: (listen) => {
      pipe.on('error', listen);
      pipe.on('close', listen);
    },
    exit: (code) => process.exit(code),
  };
}

/** What Electron gives a utility process instead of a pipe. */
interface ParentPort {
  postMessage(frame: ChildFrame): void;
  on(event: 'message', listen: (message: { readonly data: ParentFrame }) => void): void;
}

/** Electron's port to the process that started this one; null in a plain Node process. Such a child ends with its parent by itself. */
export function utilityPort(): ChildPort | null {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  if (parentPort === undefined) return null;
  return {
    send: (frame) => parentPort.postMessage(frame),
    onFrame: (listen) => parentPort.on('message', ({ data }) => listen(data)),
    onClosed: () => {},
    exit: (code) => process.exit(code),
  };
}

/** Serves methods, and `ping` beside them, to the supervisor until told to exit or the parent is gone: a child never outlives its owner. */
export function serveChild(methods: ChildMethods, port: ChildPort = utilityPort() ?? pipePort()): void {
  // Ctrl+C reaches the whole process group. Only the owner decides when a child ends; else the file being read were marked as failed.
  process.on('SIGINT', () => undefined);
  const running = new Map<number, AbortController>();

  async function answer(frame: Extract<ParentFrame, { kind: 'request' }>): Promise<void> {
    const abort = new AbortController();
    running.set(frame.id, abort);
    const call: ChildCall = { signal: abort.signal, part: (value) => port.send({ kind: 'part', id: frame.id, value }) };
    try {
      const method = frame.method === 'ping' ? () => null : methods[frame.method];
      if (!method) throw new Error(`Expected one of ${Object.keys(methods).join(', ')} but got "${frame.method}"`);
      port.send({ kind: 'result', id: frame.id, value: await method(frame.params as never, call) });
    } catch (error) {
      const cancelled = abort.signal.aborted;
      port.send({ kind: 'error', id: frame.id, error: cancelled ? { code: 'CANCELLED', message: 'Cancelled' } : toErrorBody(error) });
    } finally {
      running.delete(frame.id);
    }
  }

  port.onFrame((frame) => {
    if (frame.kind === 'request') void answer(frame);
    else if (frame.kind === 'cancel') running.get(frame.id)?.abort();
    else port.exit(0);
  });
  port.onClosed(() => port.exit(0));
  port.send({ kind: 'ready', methods: Object.keys(methods) });
}
