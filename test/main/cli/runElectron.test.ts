import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runElectron } from '../../../src-main/cli/runElectron.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lathe-run-electron-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shell = process.platform !== 'win32';
if (!shell) console.log('Skipped: the stand-in for the Electron program is a shell script');

function runScript(text: string): Promise<number | null> {
  const file = path.join(folder, 'electron');
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return runElectron(file, ['/app', '--project', '/data/a b']);
}

describe.skipIf(!shell)('starting Electron (needs a POSIX shell)', () => {
  it('hands on its exit code and gives it its arguments as they are', async () => {
    expect(await runScript('[ "$#" = 3 ] && [ "$3" = "/data/a b" ] && exit 0; exit 9')).toBe(0);
    expect(await runScript('exit 3')).toBe(3);
  });

  it.each(['kill -TRAP $$', 'kill -ABRT $$', 'kill -SEGV $$', 'exit 127'])('says that it cannot run here after %s', async (text) => expect(await runScript(text)).toBeNull());

  it('says that it cannot run here when there is no such program', async () => expect(await runElectron(path.join(folder, 'absent'), [])).toBeNull());

  it('takes a stop by the user for an end, not for a program that cannot run', async () => expect(await runScript('kill -TERM $$')).toBe(1));
});
