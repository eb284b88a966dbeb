import type { Writable } from 'node:stream';

/**
 * Waits until everything that was written has been handed to the system: a pipe holds some 64 kB, and what a slow reader has
 * not taken yet would end with the process. A reader that is gone ends the wait as well.
 */
export async function drainOutput(...streams: readonly Writable[]): Promise<void> {
  await Promise.all(
    streams.map(
      (stream) =>
        new Promise<void>((resolve) => {
          if (stream.writableEnded || stream.destroyed) return resolve();
          stream.once('close', resolve);
          stream.write('', () => resolve());
        }),
    ),
  );
}
