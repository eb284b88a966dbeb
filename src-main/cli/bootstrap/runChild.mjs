import { spawn } from 'node:child_process';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const KEPT_OUTPUT = 20_000;

/** Windows starts `.cmd` shims only by their full name. */
export function commandName(name) {
  return process.platform === 'win32' ? `${name}.cmd` : name;
}

/**
 * Runs a program from an argument list and keeps the end of what it said. Never throws: a program that is missing
 * ends with `code` null and `error` set.
 * @param {{ command: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} request
 * @returns {Promise<{ code: number | null, output: string, stdout: string, error: Error | null }>}
 */
export function runQuietly({ command, args, cwd, env = process.env, timeoutMs }) {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32' && command.endsWith('.cmd');
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'], ...(timeoutMs ? { timeout: timeoutMs, killSignal: 'SIGKILL' } : {}) });
    const stopForwarding = forwardSignals(child);
    let output = '';
    let stdout = '';
    child.stdout.on('data', (part) => {
      output = (output + part).slice(-KEPT_OUTPUT);
      stdout = (stdout + part).slice(-KEPT_OUTPUT);
    });
    child.stderr.on('data', (part) => {
      output = (output + part).slice(-KEPT_OUTPUT);
    });
    let failure = null;
    child.on('error', (error) => {
      failure = error;
    });
    child.on('close', (code) => {
      stopForwarding();
      resolve({ code: failure ? null : code, output, stdout, error: failure });
    });
  });
}

/**
 * Hands the terminal over to a program: same stdin, stdout and stderr, signals forwarded.
 * @returns {Promise<number>} its exit code, 128 + n when signal n ended it
 */
export function runInForeground({ command, args, cwd, env = process.env, stdio = 'inherit' }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio });
    const stopForwarding = forwardSignals(child);
    child.on('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.on('close', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + signalNumber(signal));
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  const listeners = FORWARDED.map((signal) => {
    const listen = () => child.kill(signal);
    process.on(signal, listen);
    return [signal, listen];
  });
  return () => {
    for (const [signal, listen] of listeners) process.off(signal, listen);
  };
}

function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }[signal] ?? 1;
}
