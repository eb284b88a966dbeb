import { spawn } from 'node:child_process';
import path from 'node:path';
import { AppError } from '../../../base/appError.ts';

export interface GitCall {
  readonly folder: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Most bytes of what it says; more ends it. */
  readonly maxBytes: number;
  /** Variables of the broker's proxy, for a call that may go out; every other one is kept from it by protocol.allow. */
  readonly proxy?: Readonly<Record<string, string>>;
  /** Each line of it goes to the standard input. */
  readonly input?: string;
}

export type GitAnswer = { readonly ok: true; readonly output: Buffer } | { readonly ok: false; readonly said: string };

/**
 * A repository's configuration can name programs (hooks, fsmonitor, credential helpers, ssh) and a person's can too: none is read
 * or run, and no command that is used here applies filters. Nothing goes out but over http(s), through the proxy. A folder above
 * the one that was named is never taken for the repository.
 */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['core.fsmonitor', 'false'], ['core.hooksPath', '/dev/null'], ['core.sshCommand', 'false'], ['credential.helper', ''], ['core.askPass', 'false'], ['submodule.recurse', 'false'], ['fetch.recurseSubmodules', 'false'],
  ['http.followRedirects', 'false'], ['http.sslVerify', 'true'], ['gc.auto', '0'], ['maintenance.auto', 'false'], ['protocol.allow', 'never'],
];

function environment({ folder, proxy }: GitCall): Record<string, string | undefined> {
  const settings = proxy === undefined ? SETTINGS : [...SETTINGS, ['protocol.https.allow', 'always'] as const, ['protocol.http.allow', 'always'] as const];
  const numbered = settings.flatMap(([name, value], index) => [[`GIT_CONFIG_KEY_${index}`, name], [`GIT_CONFIG_VALUE_${index}`, value]]);
  const system = Object.fromEntries(['PATH', 'SYSTEMROOT', 'TEMP', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  const quiet = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1', GIT_TERMINAL_PROMPT: '0', GIT_CEILING_DIRECTORIES: path.dirname(path.resolve(folder)), GIT_LFS_SKIP_SMUDGE: '1', LC_ALL: 'C' };
  return { ...system, ...quiet, ...proxy, GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(numbered) };
}

/** Runs the system's git once, without a shell. Throws CANCELLED, and PATH_UNREADABLE where there is no git; what git refuses is an answer. */
export function runGit(call: GitCall): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    call.signal.throwIfAborted();
    const child = spawn('git', ['--no-pager', '-C', call.folder, ...call.args], { env: environment(call), stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    const chunks: Buffer[] = [];
    let size = 0;
    let said = '';
    let ended: string | null = null;
    const stop = (why: string): void => {
      ended ??= why;
      child.kill('SIGKILL');
    };
    const onAbort = (): void => stop('cancelled');
    const timer = setTimeout(() => stop(`git ${call.args[0] ?? ''} took more than ${call.timeoutMs / 1000} s`), call.timeoutMs);
    call.signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (size > call.maxBytes) stop(`git ${call.args[0] ?? ''} gave more than ${call.maxBytes} bytes`);
      else chunks.push(bytes);
    });
    child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString('utf8')).slice(-4_000)));
    child.stdin.on('error', () => undefined).end(call.input ?? '');
    const finish = (): void => {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', onAbort);
    };
    child.once('error', (cause) => {
      finish();
      reject(new AppError('PATH_UNREADABLE', `git could not be started: ${cause.message}`, { hint: 'Install git, then ingest again.', cause }));
    });
    child.once('close', (code) => {
      finish();
      if (call.signal.aborted) reject(new AppError('CANCELLED', 'Reading the repository was cancelled.'));
      else if (code === 0 && ended === null) resolve({ ok: true, output: Buffer.concat(chunks) });
      else resolve({ ok: false, said: ended ?? (said.trim().split('\n').at(-1) || `git ended with ${code}`) });
    });
  });
}
