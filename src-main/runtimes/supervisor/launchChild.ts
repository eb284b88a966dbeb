import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createFrameReader, encodeFrame, WIRE_FD_VARIABLE } from '../framePipe.ts';
import type { ParentFrame } from '../wire.ts';
import { networkPrefix } from './networkNamespace.ts';

export interface LaunchRequest {
  readonly id: string;
  readonly entry: URL;
  readonly memoryLimitBytes?: number;
  readonly heapLimitBytes?: number;
}

export interface ExitFacts {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface ChildListener {
  /** Anything that the child sent; not yet checked. */
  onFrame(value: unknown): void;
  /** Bytes on the pipe that are no frame. `fatal` = nothing after them can be read. */
  onGarbage(reason: string, fatal: boolean): void;
  /** A line that the child wrote to its standard output or error. */
  onLine(line: string): void;
  onExit(exit: ExitFacts): void;
}

/** One child process as the supervisor sees it. Electron's utilityProcess fits behind the same shape. */
export interface ChildHandle {
  readonly pid: number | null;
  readonly network: 'none' | 'not-observed';
  /** Throws when the frame cannot be cloned; a pipe that is gone is not an error here, the exit follows. */
  send(frame: ParentFrame): void;
  kill(): void;
}

export type Launch = (request: LaunchRequest, listener: ChildListener) => Promise<ChildHandle>;

/** The child gets these variables and no others: no tokens, no proxies, no user's NODE_OPTIONS. */
const ENVIRONMENT = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'WINDIR', 'USERPROFILE', 'LOCALAPPDATA', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'OMP_NUM_THREADS'];
/** V8 lets its young generation grow to 48 MB a process for throughput that we did not measure; with this, ingestion takes half the memory and the same time. */
const YOUNG_GENERATION = '--max-semi-space-size=4';
/** glibc keeps an arena a thread, each with its own leftovers; LanceDB's and ONNX's threads are many. */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2' };
/** LanceDB plans for servers: with its own sizes, compacting and building an index hold all vectors in memory at once. These cost no time at 50,000 rows. */
const LANCE = { LANCE_DEFAULT_BATCH_SIZE: '1024', LANCE_DEFAULT_FRAGMENT_READAHEAD: '1', LANCE_DEFAULT_IO_BUFFER_SIZE: '8388608', LANCE_SHUFFLE_BATCH_BYTES: '8388608' };
const MAX_LINE = 2_000;
const WIRE_FD = 3;
const PIPE_DRAIN_MS = 500;

/** Starts a Node process, where the system allows it in a network namespace of its own. Rejects when it cannot be started. */
export const launchChild: Launch = async (request, listener) => {
  const prefix = await networkPrefix();
  const command = [...prefix, process.execPath, '--disable-warning=ExperimentalWarning', ...heapFlags(request), fileURLToPath(request.entry)];
  const child = spawn(command[0] ?? process.execPath, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe', process.platform === 'win32' ? 'overlapped' : 'pipe'],
    env: childEnvironment(),
    windowsHide: true,
  });
  await started(child);
  const pipe = child.stdio[WIRE_FD] as Duplex;
  // A write to a pipe whose reader died; the exit event that follows carries the reason.
  pipe.on('error', (error) => listener.onLine(`pipe: ${error.message}`));
  pipe.on('data', createFrameReader({ onFrame: (value) => listener.onFrame(value), onUnreadable: (reason) => listener.onGarbage(reason, false), onBroken: (reason) => listener.onGarbage(reason, true) }));
  for (const stream of [child.stdout, child.stderr]) forwardLines(stream, listener);
  whenGone(child, listener);
  return {
    pid: child.pid ?? null,
    network: prefix.length > 0 ? 'none' : 'not-observed',
    send: (frame) => {
      const bytes = encodeFrame(frame);
      if (pipe.writable) pipe.write(bytes);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
};

/** How V8 keeps a child within its limits. */
export function heapFlags({ heapLimitBytes, memoryLimitBytes }: Pick<LaunchRequest, 'heapLimitBytes' | 'memoryLimitBytes'>): string[] {
  const bytes = heapLimitBytes ?? memoryLimitBytes;
  return bytes === undefined ? [YOUNG_GENERATION] : [YOUNG_GENERATION, `--max-old-space-size=${Math.ceil(bytes / 1_048_576)}`];
}

/** The part of this process's environment that any child may see, and what its native libraries are told. */
export function keptEnvironment(): Record<string, string> {
  const kept: Record<string, string> = { ...ALLOCATOR, ...LANCE };
  for (const name of ENVIRONMENT) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function childEnvironment(): Record<string, string> {
  const electron: Record<string, string> = process.versions['electron'] ? { ELECTRON_RUN_AS_NODE: '1' } : {};
  // Where `npm start` keeps what Node compiled: a child starts sooner and runs the same.
  const compiled = process.env['NODE_COMPILE_CACHE'];
  return { ...keptEnvironment(), ...electron, ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }), [WIRE_FD_VARIABLE]: String(WIRE_FD) };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => {
      child.on('error', () => child.kill('SIGKILL'));
      resolve();
    });
    child.once('error', reject);
  });
}

/** The last frames and lines are still in the pipes when the process is gone; a grandchild may hold the pipes for ever. */
function whenGone(child: ChildProcess, listener: ChildListener): void {
  let told = false;
  const tell = (code: number | null, signal: string | null): void => {
    if (told) return;
    told = true;
    listener.onExit({ code, signal });
  };
  child.on('close', tell);
  child.on('exit', (code, signal) => setTimeout(tell, PIPE_DRAIN_MS, code, signal));
}

/** Hands whole lines on, cut at a length; the last one also without its end. */
export function forwardLines(stream: NodeJS.ReadableStream | null, listener: ChildListener): void {
  if (!stream) return;
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-MAX_LINE);
    for (const line of lines) if (line.trim()) listener.onLine(line.slice(0, MAX_LINE));
  });
  stream.on('end', () => {
    if (rest.trim()) listener.onLine(rest);
  });
}
