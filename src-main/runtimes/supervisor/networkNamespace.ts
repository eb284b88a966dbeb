import { execFile } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
let found: Promise<readonly string[]> | undefined;

/**
 * The command words that put a child into a network namespace of its own (no interface, so no way out), and let the
 * kernel end it with its parent; empty where the system does not allow that. Tried once, by asking the kernel.
 */
export function networkPrefix(): Promise<readonly string[]> {
  found ??= probe();
  return found;
}

async function probe(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const namespace = ['unshare', '--user', '--map-root-user', '--net', '--'];
  // Without setpriv a child that hangs in native code would outlive a killed owner; one that runs leaves by itself.
  for (const prefix of [[...namespace, 'setpriv', '--pdeathsig', 'KILL', '--'], namespace]) {
    if (await isolates(prefix)) return prefix;
  }
  return [];
}

async function isolates(prefix: readonly string[]): Promise<boolean> {
  try {
    const [own, child] = await Promise.all([readlink('/proc/self/ns/net'), run(prefix[0] ?? '', [...prefix.slice(1), 'readlink', '/proc/self/ns/net'], { timeout: 5_000 })]);
    const other = child.stdout.trim();
    return other.startsWith('net:') && other !== own;
  } catch {
    // Not there or not allowed (containers, AppArmor): the answer is no, and facts say "not observed".
    return false;
  }
}
