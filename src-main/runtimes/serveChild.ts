import { toErrorBody } from '../base/appError.ts';
import type { ChildCall, ChildFrame, ChildMethods, ParentFrame } from './wire.ts';

/** The child's end of the wire, as `process` offers it. */
export interface ChildPort {
  send(frame: ChildFrame): void;
  onFrame(listen: (frame: ParentFrame) => void): void;
  onClosed(listen: () => void): void;
  exit(code: number): void;
}

export function processPort(): ChildPort {
  return {
    send: (frame) => {
      process.send?.(frame);
    },
    onFrame: (listen) => process.on('message', (frame) => listen(frame as ParentFrame)),
    onClosed: (listen) => process.on('disconnect', listen),
    exit: (code) => process.exit(code),
  };
}

/** Serves methods to the supervisor until told to exit or the parent is gone: a child never outlives its owner. */
export function serveChild(methods: ChildMethods, port: ChildPort = processPort()): void {
  const running = new Map<number, AbortController>();

  async function answer(frame: Extract<ParentFrame, { kind: 'request' }>): Promise<void> {
    const abort = new AbortController();
    running.set(frame.id, abort);
    const call: ChildCall = { signal: abort.signal, part: (value) => port.send({ kind: 'part', id: frame.id, value }) };
    try {
      const method = methods[frame.method];
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
