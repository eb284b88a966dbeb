import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

/** An empty folder, removed when the test file has ended. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lathe-test-')));
  made.push(folder);
  return folder;
}

function makeRemovable(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) makeRemovable(join(folder, entry.name));
}

afterAll(() => {
  for (const folder of made.splice(0)) {
    if (!statSync(folder, { throwIfNoEntry: false })) continue;
    makeRemovable(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});
