import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The interpreter of the plain scripts' own environment, made on first use and again when their requirements change; throws with pip's words where it cannot be had. */
export function pythonPeer(of: 'peer' | 'peer-parse' = 'peer'): string {
  const folder = fileURLToPath(new URL(`./cache/${of}`, import.meta.url));
  const requirements = fileURLToPath(new URL(`./baseline/${of === 'peer' ? 'requirements' : 'parse-requirements'}.txt`, import.meta.url));
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'complete');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  mkdirSync(folder, { recursive: true });
  execFileSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(stamp, wanted);
  return python;
}
