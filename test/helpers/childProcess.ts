import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface TestChild {
  readonly process: ChildProcess;
  /** Lines of its standard output so far. */
  readonly lines: string[];
  readonly stderr: () => string;
  /** Resolves with how it ended, after its output was read to the end. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Before node itself: a program that prepares the surroundings and then runs the rest. */
  readonly wrapper?: readonly string[];
  readonly onLine?: (line: string) => void;
}

/** Runs a TypeScript file of the tests in a process of its own. */
export function startChild(script: URL, args: readonly string[], options: ChildOptions = {}): TestChild {
  const [program = process.execPath, ...rest] = [...(options.wrapper ?? []), process.execPath, '--disable-warning=ExperimentalWarning', script.pathname, ...args];
  const child = spawn(program, rest, { env: { ...process.env, NODE_OPTIONS: '', ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (data) => (stderr += String(data)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    options.onLine?.(line);
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  return { process: child, lines, stderr: () => stderr, ended };
}
