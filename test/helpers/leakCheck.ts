import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';

/** Open files of this process below the temporary folder, by path (Linux; elsewhere none can be seen). */
function openFiles(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.includes('/lathe-test-') ? [path] : [];
    } catch {
      // The descriptor of the listing itself is gone by now.
      return [];
    }
  });
}

function threads(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Worker' || name === 'MessagePort').length;
}

/** Fails the file when something it opened is still open at its end: threads, message ports, files. To be called once, at the top. */
export function leakCheck(): void {
  let before = 0;
  beforeAll(() => {
    before = threads();
  });
  afterAll(async () => {
    const until = performance.now() + 2_000;
    while ((threads() > before || openFiles().length > 0) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    expect({ openFiles: openFiles(), threads: threads() - before }).toEqual({ openFiles: [], threads: 0 });
  });
}
