import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('./cache/peer', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('./baseline/requirements.txt', import.meta.url));

/** The interpreter of the plain script's own environment, made on first use; throws with pip's words where it cannot be had. */
export function pythonPeer(): string {
  const python = join(FOLDER, 'bin', 'python');
  const stamp = join(FOLDER, 'complete');
  if (existsSync(stamp)) return python;
  mkdirSync(FOLDER, { recursive: true });
  execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS], { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(stamp, '');
  return python;
}
