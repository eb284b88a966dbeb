import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that answers a line of JSON with a line of JSON. */
export interface LinesChild {
  /** The next line that it says; rejects when it ends first. */
  next(): Promise<unknown>;
  ask(question: unknown): Promise<unknown>;
  /** Closes its input, at which it ends. */
  close(): void;
}

export function askLines(command: string, args: readonly string[]): LinesChild {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`${command} ${args[0] ?? ''} ended without an answer`);
    return JSON.parse(value) as unknown;
  };
  return {
    next,
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return next();
    },
    close: () => child.stdin.end(),
  };
}
