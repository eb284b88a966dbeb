import type { Artifacts } from './artifacts.ts';

export interface SweepOptions {
  /** Every digest that a live or tombstoned row names. Asked after the files were listed. */
  readonly live: () => Promise<Iterable<string>>;
  /** Files put after this time (UTC milliseconds) stay: their rows may not be written yet. */
  readonly putBeforeMs: number;
}

export interface Swept {
  readonly removed: number;
  readonly removedBytes: number;
  readonly kept: number;
}

/** Removes the artifacts that nothing names. */
export async function sweepArtifacts(artifacts: Artifacts, { live, putBeforeMs }: SweepOptions): Promise<Swept> {
  const files = await artifacts.list();
  const named = new Set(await live());
  const unnamed = files.filter((file) => !named.has(file.digest) && file.putAtMs < putBeforeMs);
  let removed = 0;
  let removedBytes = 0;
  for (const file of unnamed) {
    // A put since the listing renewed its time: somebody is about to name it.
    if (!(await artifacts.removeIfPutBefore(file.digest, putBeforeMs))) continue;
    removed += 1;
    removedBytes += file.bytes;
  }
  return { removed, removedBytes, kept: files.length - removed };
}
