import { existsSync } from 'node:fs';
import { commandName, runQuietly } from './runChild.mjs';
import { SetupError } from './steps.mjs';

const OLDEST_NODE = 20;

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

export function isDebian() {
  return process.platform === 'linux' && existsSync('/etc/debian_version');
}

/** The last line that says something. */
export function lastLine(output) {
  return output.trim().split('\n').at(-1)?.trim() || 'it said nothing';
}
