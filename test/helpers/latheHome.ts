import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { COMMAND_OUTPUTS, type CommandName } from '#contract/commands.ts';
import { connect, type Connection } from '../../src-main/cli/connect.ts';
import { starterModel, STARTER_FOLDER } from './starterModels.ts';

/** `npm test` names the bundle that it just built, which starts four times sooner than the source. */
export const LATHE_MAIN = process.env['LATHE_TEST_CLI'] ?? fileURLToPath(new URL('../../src-main/cli/main.ts', import.meta.url));

/** `npm test` names a folder where what Node compiled is kept: each command starts a tenth sooner. */
const compiled = process.env['NODE_COMPILE_CACHE'];
export const COMPILED: Readonly<Record<string, string>> = compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled };

/** Ten times what stopping takes on a busy machine. */
const STOP_WAIT_MS = 60_000;

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One account on one machine: its LATHE_HOME, with the starter models that the tests share. */
export interface LatheHome {
  readonly home: string;
  /** Runs a command to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** As `run`, and reads stdout as JSON, which must have the shape that the contract publishes; throws with stderr when the command failed. */
  json<T>(args: readonly string[], options?: RunOptions): Promise<T>;
  /** Starts a command and answers its process. */
  start(args: readonly string[], options?: RunOptions): ChildProcess;
  /** Starts a window's owner without a browser and connects to it. */
  open(project: string, options?: RunOptions): Promise<Window>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Window extends Connection {
  readonly process: ChildProcess;
  readonly url: string;
  readonly projectId: string;
  /** Ends it as Ctrl+C would and waits. */
  close(): Promise<void>;
}

/** The models that ingestion needs; where they cannot be had, the reason why the tests that need them are skipped. */
export async function embedders(): Promise<string | null> {
  for (const slug of ['all-minilm-l6-v2', 'wordllama-l2-supercat-256']) {
    const model = await starterModel(slug);
    if ('reason' in model) return model.reason;
  }
  return null;
}

/** The published shape of what a command prints with `--json`. */
function outputOf(args: readonly string[]): z.ZodType {
  const named = [3, 2, 1].map((words) => args.slice(0, words).join(' ')).find((name) => name in COMMAND_OUTPUTS);
  if (named === undefined) throw new Error(`Expected a schema of what \`${args.slice(0, 2).join(' ')} --json\` prints in contract/commands.ts`);
  return COMMAND_OUTPUTS[named as CommandName];
}

function collect(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (piece: Buffer) => (stdout += piece.toString()));
  child.stderr?.on('data', (piece: Buffer) => (stderr += piece.toString()));
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
}

export function latheHome(home: string): LatheHome {
  mkdirSync(join(home, 'data'), { recursive: true });
  mkdirSync(STARTER_FOLDER, { recursive: true });
  try {
    symlinkSync(STARTER_FOLDER, join(home, 'data', 'models'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }

  function start(args: readonly string[], options: RunOptions = {}): ChildProcess {
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, LATHE_HOME: home, INIT_CWD: options.cwd ?? home, ...COMPILED, ...options.env };
    return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', '--heap-growing-percent=20', LATHE_MAIN, ...args], { env, cwd: options.cwd ?? home, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  const run: LatheHome['run'] = (args, options) => collect(start(args, options));

  async function json<T>(args: readonly string[], options?: RunOptions): Promise<T> {
    const done = await run([...args, '--json'], options);
    if (done.code !== 0) throw new Error(`lathe ${args.join(' ')} ended with ${done.code ?? done.signal}: ${done.stderr}`);
    const printed: unknown = JSON.parse(done.stdout);
    outputOf(args).parse(printed);
    return printed as T;
  }

  async function open(project: string, options?: RunOptions): Promise<Window> {
    const child = start(['open', '--project', project, '--no-browser', '--no-models', '--json'], options);
    const ended = collect(child);
    const line = await Promise.race([
      new Promise<string>((resolve) => child.stdout?.once('data', (piece: Buffer) => resolve(piece.toString()))),
      ended.then(({ stderr }) => {
        throw new Error(`The window ended before it was open: ${stderr}`);
      }),
    ]);
    const { url, project: projectId } = JSON.parse(line) as { url: string; project: string };
    const { endpoint } = JSON.parse(readFileSync(join(home, 'state', 'owner.lock.json'), 'utf8')) as { endpoint: { token: string } };
    const { origin } = new URL(url);
    return {
      ...connect({ origin, token: endpoint.token, send: (request) => fetch(request) }),
      process: child,
      url,
      projectId,
      async close() {
        child.kill('SIGINT');
        const stuck = await Promise.race([ended.then(() => false), delay(STOP_WAIT_MS, true, { ref: false })]);
        if (stuck) child.kill('SIGKILL');
        await ended;
        if (stuck) throw new Error(`Expected the owner to end within ${STOP_WAIT_MS / 1000} s of Ctrl+C but it had to be killed`);
      },
    };
  }

  return { home, run, json, start, open };
}
