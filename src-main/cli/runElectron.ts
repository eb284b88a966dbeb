import { spawn } from 'node:child_process';
import { EXIT } from './terminal.ts';

/** How Chromium ends when it has no sandbox (as root, or where the system forbids user namespaces) or no display. */
const CRASHES: ReadonlySet<string> = new Set(['SIGTRAP', 'SIGABRT', 'SIGILL', 'SIGSEGV', 'SIGBUS']);
/** The loader's exit code when a shared library of the runtime is missing. */
const LIBRARY_MISSING = 127;

/**
 * Runs the desktop program, which opens the same owner in its own main process, until it ends. Resolves to its exit code,
 * or to null when Electron cannot run here: the browser host then serves the same product. Its sandbox is never given up for that.
 */
export function runElectron(runtime: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(runtime, args, { stdio: 'inherit' });
    child.once('error', () => resolve(null));
    child.once('exit', (code, signal) => resolve(code === LIBRARY_MISSING || (signal !== null && CRASHES.has(signal)) ? null : (code ?? EXIT.failed)));
  });
}
