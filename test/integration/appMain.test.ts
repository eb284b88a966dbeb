import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../src-main/server/contentSecurityPolicy.ts';

const root = path.join(import.meta.dirname, '..', '..');
const standin = pathToFileURL(path.join(root, 'test/helpers/standinElectronProcess.mjs')).href;

let home = '';
let running: { readonly child: ChildProcess; readonly ended: Promise<number | null> }[] = [];
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'lathe-desktop-'));
  running = [];
});
afterEach(async () => {
  for (const desktop of running) desktop.child.kill('SIGKILL');
  await Promise.all(running.map((desktop) => desktop.ended));
  rmSync(home, { recursive: true, force: true });
});

/** Runs the real entry file of the desktop program, with the real owner behind it; only Electron is played. */
function startDesktop(options: { readonly stay?: boolean; readonly argv?: readonly string[] } = {}) {
  const env = { ...process.env, LATHE_HOME: home, INIT_CWD: home, ...(options.stay ? { LATHE_TEST_STAY: '1' } : {}) };
  const command = ['--disable-warning=ExperimentalWarning', '--import', standin, path.join(root, 'src-main/app/main.ts'), ...(options.argv ?? [])];
  const child = spawn(process.execPath, command, { env, cwd: home, stdio: ['pipe', 'pipe', 'pipe'] });
  const facts: Record<string, unknown> = {};
  let [rest, errors] = ['', ''];
  let heard = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { name, value } = JSON.parse(line) as { name: string; value: unknown };
      facts[name] = value;
    }
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const until = async (name: string): Promise<void> => {
    while (!(name in facts)) {
      const end = await Promise.race([ended.then(() => 'ended' as const), new Promise<'heard'>((resolve) => (heard = () => resolve('heard')))]);
      if (end === 'ended' && !(name in facts)) throw new Error(`The desktop ended before "${name}": ${JSON.stringify(facts)} ${errors}`);
    }
  };
  const desktop = { child, facts, ended, until, errors: () => errors };
  running.push(desktop);
  return desktop;
}

const expected = (pid: number | undefined) => ({
  page: { status: existsSync(path.join(root, 'dist/renderer/index.html')) ? 200 : 404, policy: CONTENT_SECURITY_POLICY },
  status: { http: 200, pid },
  'without token': 401,
  event: 'stream.reread',
  left: null,
  quit: null,
});

describe('the desktop program over a played Electron', () => {
  it('opens its owner, lets its page sign in, ask and listen, and ends cleanly', async () => {
    const desktop = startDesktop();
    expect(await desktop.ended).toBe(0);
    expect({ facts: desktop.facts, errors: desktop.errors() }).toEqual({ facts: expected(desktop.child.pid), errors: '' });
  });

  it('works on the owner of another process while that one runs, and leaves it running', async () => {
    const first = startDesktop({ stay: true });
    await first.until('left');
    const second = startDesktop();
    expect(await second.ended).toBe(0);
    expect(second.facts).toEqual(expected(first.child.pid));
    first.child.stdin.write('go on\n');
    expect(await first.ended).toBe(0);
  });

  it('says which project it could not open, and opens its window without it', async () => {
    const desktop = startDesktop({ argv: ['--project', 'absent'] });
    expect(await desktop.ended).toBe(0);
    expect(desktop.facts).toMatchObject({ ...expected(desktop.child.pid), 'error box': { title: `The project ${path.join(home, 'absent')} could not be opened` } });
  });
});
