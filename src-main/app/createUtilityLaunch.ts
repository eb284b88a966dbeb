import { fileURLToPath } from 'node:url';
import type { utilityProcess } from 'electron';
import { forwardLines, heapFlags, keptEnvironment, type Launch } from '../runtimes/supervisor/launchChild.ts';

/**
 * Starts the supervisor's children as Electron utility processes. The packaged program cannot run itself as Node (that
 * fuse is off), so this is its only kind of child. Utility processes cannot be put into a network namespace: they are
 * "not observed". `fork` is Electron's `utilityProcess.fork`.
 */
export function createUtilityLaunch(fork: typeof utilityProcess.fork): Launch {
  return (request, listener) =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(request.entry), [], {
        serviceName: `Lathe ${request.id}`,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: keptEnvironment(),
        execArgv: heapFlags(request),
      });
      child.on('message', (value: unknown) => listener.onFrame(value));
      child.on('error', (type, location) => listener.onLine(`${type} at ${location}`));
      for (const stream of [child.stdout, child.stderr]) forwardLines(stream, listener);
      let running = false;
      child.once('spawn', () => {
        running = true;
        resolve({ pid: child.pid ?? null, network: 'not-observed', send: (frame) => child.postMessage(frame), kill: () => killHard(child) });
      });
      child.once('exit', (code) => {
        if (running) listener.onExit({ code, signal: null });
        else reject(new Error(`The process ended with code ${code} before it had started`));
      });
    });
}

/** `child.kill()` only asks, and a child inside a native call would not hear it. Without a pid it is gone already. */
function killHard(child: ReturnType<typeof utilityProcess.fork>): void {
  if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
}
