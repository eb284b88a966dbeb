import { existsSync } from 'node:fs';
import { commandName, runQuietly } from './runChild.mjs';
import { SetupError } from './steps.mjs';

const OLDEST_NODE = 20;
const OLDEST_PYTHON = [3, 10];

/** @param {string} [version] like `20.1.0` */
export function checkNode(version = process.versions.node) {
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return;
  throw new SetupError(
    `Expected Node ${OLDEST_NODE} or newer but this is Node ${version}.`,
    isDebian() ? 'Install a newer Node (Debian 13 and Ubuntu 24.04 and newer: sudo apt-get install -y nodejs npm; else nodejs.org), then run the command again.' : 'Install Node 20 or newer from nodejs.org, then run the command again.',
  );
}

export async function checkNpm(cwd) {
  const { code, output, error } = await runQuietly({ command: commandName('npm'), args: ['--version'], cwd });
  if (code === 0) return;
  throw new SetupError(
    error ? 'npm was not found.' : `npm does not run: ${lastLine(output)}`,
    isDebian() ? 'Install it: sudo apt-get install -y npm' : 'Install npm (it comes with Node from nodejs.org), then run the command again.',
  );
}

/**
 * What stands between this machine and `python3 -m pip download`. Not an error by itself: only models need it.
 * @returns {Promise<{ ok: true, version: string } | { ok: false, message: string, hint: string }>}
 */
export async function probePython(cwd) {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const version = await runQuietly({ command: python, args: ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], cwd });
  const apt = (packages) => (isDebian() ? `sudo apt-get install -y ${packages}` : 'Install Python 3.10 or newer with pip from python.org');
  if (version.code !== 0) return { ok: false, message: 'python3 was not found.', hint: apt('python3 python3-pip python3-venv') };
  const found = version.stdout.trim();
  const [major = 0, minor = 0] = found.split('.').map(Number);
  if (major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1])) {
    return { ok: false, message: `Expected Python ${OLDEST_PYTHON.join('.')} or newer but python3 is ${found}.`, hint: apt('python3 python3-pip python3-venv') };
  }
  const pip = await runQuietly({ command: python, args: ['-m', 'pip', '--version'], cwd });
  if (pip.code !== 0) return { ok: false, message: `Python ${found} has no pip.`, hint: apt('python3-pip python3-venv') };
  const venv = await runQuietly({ command: python, args: ['-c', 'import venv, ensurepip'], cwd });
  if (venv.code !== 0) return { ok: false, message: `Python ${found} has no venv.`, hint: apt('python3-venv') };
  return { ok: true, version: found };
}

export function isDebian() {
  return process.platform === 'linux' && existsSync('/etc/debian_version');
}

/** The last line that says something. */
export function lastLine(output) {
  return output.trim().split('\n').at(-1)?.trim() || 'it said nothing';
}
