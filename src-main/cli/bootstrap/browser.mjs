import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isDebian, lastLine } from './checks.mjs';
import { node24Path } from './install.mjs';
import { runQuietly } from './runChild.mjs';
import { SetupError, startStep } from './steps.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const FIXED = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe'],
};
const DOWNLOAD_LIMIT_MS = 10 * 60_000;

/** A Chrome or Chromium that this machine already has; LATHE_CHROMIUM names one outright. */
export function findBrowser(env = process.env) {
  if (env.LATHE_CHROMIUM) return env.LATHE_CHROMIUM;
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...(FIXED[process.platform] ?? [])];
  return candidates.find((path) => existsSync(path)) ?? null;
}

/**
 * A browser for the tests: one that is there, else Playwright's download, else Debian's package. Says which.
 * @returns {Promise<string>} its path
 */
export async function provideBrowser(root) {
  const present = findBrowser() ?? (await playwrightBrowser(root));
  if (present) {
    startStep('Browser for the tests').done(present);
    return present;
  }
  const failures = [];
  for (const attempt of [downloadByPlaywright, installDebianPackage]) {
    const failure = await attempt(root);
    if (failure !== null) {
      failures.push(failure);
      continue;
    }
    const found = findBrowser() ?? (await playwrightBrowser(root));
    if (found) return found;
  }
  throw new SetupError(`No browser for the tests: ${failures.join('; ')}.`, isDebian() ? 'Install one: sudo apt-get install -y chromium' : 'Install Chrome or Chromium, or set LATHE_CHROMIUM to its path.');
}

/** Where Playwright keeps its own Chromium, if that is downloaded. */
async function playwrightBrowser(root) {
  const ask = `import(${JSON.stringify('playwright')}).then(({ chromium }) => console.log(chromium.executablePath()))`;
  const { code, stdout } = await runQuietly({ command: node24Path(root), args: ['-e', ask], cwd: root });
  const path = stdout.trim();
  return code === 0 && path && existsSync(path) ? path : null;
}

async function downloadByPlaywright(root) {
  const step = startStep('Downloading Chromium for the tests (about 180 MB, by Playwright)');
  const cli = join(root, 'node_modules', 'playwright', 'cli.js');
  const { code, output } = await runQuietly({ command: node24Path(root), args: [cli, 'install', 'chromium'], cwd: root, timeoutMs: DOWNLOAD_LIMIT_MS });
  if (code === 0) {
    step.done();
    return null;
  }
  step.failed();
  return `Playwright's download failed (${output.split('\n').find((line) => /error/i.test(line))?.trim() ?? lastLine(output)})`;
}

async function installDebianPackage(root) {
  if (!isDebian()) return 'this is not a Debian or Ubuntu';
  const asRoot = process.getuid?.() === 0;
  if (!asRoot && (await runQuietly({ command: 'sudo', args: ['-n', 'true'], cwd: root })).code !== 0) return "Debian's package needs root, or sudo without a password";
  const step = startStep("Installing Debian's package chromium (about 250 MB on disk)");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args) => runQuietly({ command: asRoot ? 'apt-get' : 'sudo', args: asRoot ? args : ['-n', 'apt-get', ...args], cwd: root, env });
  await apt(['update', '-qq']);
  const { code, output } = await apt(['install', '-y', '-qq', 'chromium']);
  if (code === 0) {
    step.done();
    return null;
  }
  step.failed();
  return `apt-get install chromium failed (${lastLine(output)})`;
}
