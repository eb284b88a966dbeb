import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const KEPT_MS = 7 * 24 * 3_600_000;

/** Removes partial downloads that nobody went on with for a week. */
export async function sweepIncoming(folder: string, nowMs: number): Promise<void> {
  const incoming = join(folder, '.incoming');
  for (const name of await readdir(incoming).catch(() => [])) {
    const facts = await stat(join(incoming, name)).catch(() => null);
    if (facts && nowMs - facts.mtimeMs > KEPT_MS) await rm(join(incoming, name), { recursive: true, force: true });
  }
}
