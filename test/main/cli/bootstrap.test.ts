import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { explainNpmFailure } from '../../../src-main/cli/bootstrap/install.mjs';
import { formatBytes, formatDuration } from '../../../src-main/cli/bootstrap/steps.mjs';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const BOOTSTRAP = fileURLToPath(new URL('../../../src-main/cli/bootstrap', import.meta.url));

/** A checkout with the real bootstrap, whose npm and vite are small stand-ins that note each call in `log`. */
interface Checkout {
  readonly root: string;
  readonly bin: string;
  calls(): string[];
  npm(script: string): void;
}

const CLI = `console.log(JSON.stringify({ args: process.argv.slice(2), from: process.env.INIT_CWD, node: process.version }));
if (process.argv[2] === 'exit') process.exit(Number(process.argv[3]));
if (process.argv[2] === 'wait') { process.on('SIGTERM', () => { console.log('told to stop'); process.exit(5); }); setInterval(() => {}, 1000); }`;

function makeCheckout(): Checkout {
  const root = temporaryFolder();
  const bin = join(root, 'bin');
  const log = join(root, 'log');
  mkdirSync(bin);
  cpSync(BOOTSTRAP, join(root, 'src-main', 'cli', 'bootstrap'), { recursive: true });
  writeFileSync(join(root, 'src-main', 'cli', 'main.ts'), 'export {};\n');
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'lathe', type: 'module', allowScripts: {} }));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, 'node_modules/node': { version: '24.0.0' }, 'node_modules/vite': { version: '8.0.0' } } }));
  writeFileSync(join(root, 'fake-vite.js'), `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const out = process.argv[process.argv.indexOf('--outDir') + 1];
appendFileSync(${JSON.stringify(log)}, 'vite ' + process.argv[process.argv.indexOf('--mode') + 1] + '\\n');
mkdirSync(out, { recursive: true });
writeFileSync(out + '/cli.js', ${JSON.stringify(CLI)});\n`);
  const checkout: Checkout = {
    root,
    bin,
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    npm: (script) => {
      writeFileSync(join(bin, 'npm'), `#!/bin/sh\n[ "$1" = --version ] && echo 11.0.0 && exit 0\necho "npm $1" >> ${JSON.stringify(log)}\n${script}\n`);
      chmodSync(join(bin, 'npm'), 0o755);
    },
  };
  symlinkSync(process.execPath, join(bin, 'node'));
  checkout.npm(installing(root));
  return checkout;
}

/** What a good \`npm ci\` leaves behind. */
const installing = (root: string): string => `rm -rf "${root}/node_modules"; mkdir -p "${root}/node_modules/node/bin" "${root}/node_modules/vite/bin"
cp "${root}/fake-vite.js" "${root}/node_modules/vite/bin/vite.js"; echo '{"type":"module"}' > "${root}/node_modules/vite/package.json"
ln -s "${process.execPath}" "${root}/node_modules/node/bin/node"`;

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(checkout: Checkout, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): { done: Promise<Outcome>; kill(signal: NodeJS.Signals): void; said(): string } {
  const child = spawn(process.execPath, [join(checkout.root, 'src-main', 'cli', 'bootstrap', 'start.mjs'), ...args], { cwd: checkout.root, env: { PATH: `${checkout.bin}:/usr/bin:/bin`, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part));
  child.stderr.on('data', (part: Buffer) => (stderr += part));
  return { done: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr }))), kill: (signal) => void child.kill(signal), said: () => stdout };
}

describe('npm start', () => {
  it('installs, builds and hands over: stdout is the command\'s alone, the exit code too, paths come from where it was called', async () => {
    const checkout = makeCheckout();
    const first = await start(checkout, ['exit', '7', '--json'], { INIT_CWD: '/somewhere' }).done;
    expect(first.code).toBe(7);
    expect(JSON.parse(first.stdout)).toEqual({ args: ['exit', '7', '--json'], from: '/somewhere', node: process.version });
    expect(first.stderr).toMatch(/▸ Installing packages \(about .* GB on disk\)[\s\S]*✓ Installing packages[\s\S]*✓ Building/);
    expect(checkout.calls()).toEqual(['npm ci', 'vite main']);
  });

  it('repeats nothing the second time, and needs neither npm nor the network then', async () => {
    const checkout = makeCheckout();
    await start(checkout).done;
    rmSync(join(checkout.bin, 'npm'));
    const second = await start(checkout, ['again']).done;
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(checkout.calls()).toEqual(['npm ci', 'vite main']);
  });

  it('builds again when a source changed, and installs again when the lock file did', async () => {
    const checkout = makeCheckout();
    await start(checkout).done;
    writeFileSync(join(checkout.root, 'src-main', 'cli', 'main.ts'), 'export const changed = 1;\n');
    await start(checkout).done;
    expect(checkout.calls()).toEqual(['npm ci', 'vite main', 'vite main']);
    writeFileSync(join(checkout.root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, 'node_modules/more': { version: '1.0.0' } } }));
    await start(checkout).done;
    expect(checkout.calls()).toEqual(['npm ci', 'vite main', 'vite main', 'npm ci', 'vite main']);
  });

  it('does an installation again that was cut off in the middle', async () => {
    const checkout = makeCheckout();
    checkout.npm(`${installing(checkout.root)}\nkill -9 $$`);
    expect((await start(checkout).done).code).toBe(1);
    checkout.npm(installing(checkout.root));
    expect((await start(checkout).done).code).toBe(0);
    expect(checkout.calls().filter((call) => call === 'npm ci')).toHaveLength(2);
  });

  it('takes what someone installed with npm itself', async () => {
    const checkout = makeCheckout();
    mkdirSync(join(checkout.root, 'node_modules'), { recursive: true });
    checkout.npm(installing(checkout.root));
    await start(checkout).done;
    rmSync(join(checkout.root, 'node_modules', '.lathe-installed.json'));
    writeFileSync(join(checkout.root, 'node_modules', '.package-lock.json'), readFileSync(join(checkout.root, 'package-lock.json')));
    const again = await start(checkout).done;
    expect(again.code).toBe(0);
    expect(checkout.calls()).toEqual(['npm ci', 'vite main']);
  });

  /** An installer of Electron that notes that it was asked and then does what it is told. */
  function electronInstaller(checkout: Checkout, does: string): void {
    const folder = join(checkout.root, 'node_modules', 'electron');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
    writeFileSync(join(folder, 'install.js'), `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(join(checkout.root, 'log'))}, 'electron\\n'); ${does}\n`);
  }
  const asked = (checkout: Checkout): number => checkout.calls().filter((call) => call === 'electron').length;
  const display = { DISPLAY: ':99' };

  it.skipIf(process.platform !== 'linux')('fetches Electron at the first start with a display, also where npm itself installed the packages (needs Linux)', async () => {
    const checkout = makeCheckout();
    await start(checkout).done;
    electronInstaller(checkout, `fs.mkdirSync(__dirname + '/dist'); fs.writeFileSync(__dirname + '/dist/electron', ''); fs.writeFileSync(__dirname + '/path.txt', 'electron');`);
    expect((await start(checkout, ['none']).done).stderr).toBe('');
    expect(asked(checkout)).toBe(0);
    const first = await start(checkout, ['first'], display).done;
    expect([first.code, asked(checkout)]).toEqual([0, 1]);
    expect(first.stderr).toContain("✓ Fetching Electron's runtime");
    expect(await start(checkout, ['second'], display).done).toMatchObject({ code: 0, stderr: '' });
    expect(asked(checkout)).toBe(1);
  });

  it.skipIf(process.platform !== 'linux')('notes an attempt without a network, starts all the same, and does not try again (needs Linux)', async () => {
    const checkout = makeCheckout();
    await start(checkout).done;
    electronInstaller(checkout, `console.error('Error: getaddrinfo ENOTFOUND'); process.exit(1);`);
    const first = await start(checkout, ['first'], display).done;
    expect(first.code).toBe(0);
    expect(first.stderr).toContain('its runtime could not be fetched (Error: getaddrinfo ENOTFOUND)');
    expect(await start(checkout, ['second'], display).done).toMatchObject({ code: 0, stderr: '' });
    expect(asked(checkout)).toBe(1);
  });

  it('lets one of several at once do the work while the others wait', async () => {
    const checkout = makeCheckout();
    checkout.npm(`sleep 1\n${installing(checkout.root)}`);
    const outcomes = await Promise.all([1, 2, 3].map((number) => start(checkout, [String(number)]).done));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(outcomes.filter(({ stderr }) => stderr.includes('is setting up this folder'))).toHaveLength(2);
    expect(checkout.calls()).toEqual(['npm ci', 'vite main']);
  });

  it('takes over at once from one that died', async () => {
    const checkout = makeCheckout();
    mkdirSync(join(checkout.root, 'dist'));
    writeFileSync(join(checkout.root, 'dist', '.setup.lock'), JSON.stringify({ pid: 2 ** 22 - 3, host: hostname(), at: 0 }));
    const outcome = await start(checkout).done;
    expect(outcome.code).toBe(0);
    expect(existsSync(join(checkout.root, 'dist', '.setup.lock'))).toBe(false);
  });

  it('passes signals on and gives back what the command makes of them', async () => {
    const checkout = makeCheckout();
    const running = start(checkout, ['wait']);
    await expect.poll(running.said, { timeout: 60_000 }).toContain('args');
    running.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 5, stdout: expect.stringContaining('told to stop') });
  });

  it('says in words what is missing, without a stack', async () => {
    const checkout = makeCheckout();
    rmSync(join(checkout.bin, 'npm'));
    const outcome = await start(checkout, [], { PATH: checkout.bin }).done;
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/Lathe could not start: npm was not found\.\n→ /);
    if (existsSync('/etc/debian_version')) expect(outcome.stderr).toContain('sudo apt-get install -y npm');
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  });

  it('shows npm\'s own cause and the remedy when it fails, and what vite said when the build does', async () => {
    const checkout = makeCheckout();
    checkout.npm('echo "npm error code ENOSPC" >&2; echo "npm error nospc no space left on device" >&2; exit 228');
    const full = await start(checkout).done;
    expect(full.stderr).toMatch(/The disk is full\. npm says: code ENOSPC · nospc no space left on device\n→ Free about/);
    checkout.npm(installing(checkout.root));
    writeFileSync(join(checkout.root, 'fake-vite.js'), "console.error('main.ts:3 Unexpected token'); process.exit(1);\n");
    const broken = await start(checkout).done;
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(/The main bundle does not build\.\nmain\.ts:3 Unexpected token/);
    expect(existsSync(join(checkout.root, 'dist', '.built.json'))).toBe(false);
  });
});

describe('what npm says', () => {
  it.each([
    ['npm error code ENOTFOUND\nnpm error network request failed', 'could not be reached', 'Connect'],
    ['npm error code EAI_AGAIN', 'could not be reached', 'Connect'],
    ['npm error code ECONNRESET', 'broke', 'again'],
    ['npm error code EACCES', 'may not write', 'chown'],
    ['npm error code EROFS', 'may not write', 'chown'],
    ['npm error code EINTEGRITY', 'checksum', 'npm cache verify'],
    ['npm error code E403', 'refused access', '.npmrc'],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'certificate', 'NODE_EXTRA_CA_CERTS'],
    ['npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync', 'do not agree', 'npm install'],
    ['npm error code EWEIRD', 'could not install', 'cause above'],
    ['', 'could not install', 'cause above'],
  ])('%j becomes a cause and a next step', (output, message, hint) => {
    const error = explainNpmFailure(output);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
});

describe('amounts', () => {
  it('are short', () => {
    expect([0, 999, 1_000, 1_540, 999_900, 2_340_000_000].map(formatBytes)).toEqual(['0 B', '999 B', '1.0 kB', '1.5 kB', '1.0 MB', '2.3 GB']);
    expect([0, 59_000, 61_000, 3_700_000].map(formatDuration)).toEqual(['0 s', '59 s', '1 min 1 s', '1 h 1 min']);
  });
});

