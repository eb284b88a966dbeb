import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Milliseconds that a fixed piece of work takes here and now: what absolute figures of the same run are read against. */
export function calibrate(): number {
  const startedAt = performance.now();
  let state = 1;
  for (let step = 0; step < 50_000_000; step += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  const took = performance.now() - startedAt;
  return state === 0 ? Number.NaN : took;
}

/** Writes one benchmark's figures with the machine that they were measured on; answers the file. */
export function writeResult(name: string, figures: Readonly<Record<string, unknown>>): string {
  const folder = process.env['LATHE_RESULTS'] ?? fileURLToPath(new URL('./results/', import.meta.url));
  const file = join(folder, `${name}.json`);
  const machine = { platform: `${process.platform} ${process.arch}`, node: process.versions.node, cores: cpus().length, processor: cpus()[0]?.model.trim() ?? 'unknown', memoryBytes: totalmem() };
  writeFileSync(file, `${JSON.stringify({ name, atMs: Date.now(), machine, calibrationMs: Math.round(calibrate()), ...figures }, null, 2)}\n`);
  process.stderr.write(`${JSON.stringify(figures, null, 2)}\n→ ${file}\n`);
  return file;
}

/** The value below which this share of the sorted values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
