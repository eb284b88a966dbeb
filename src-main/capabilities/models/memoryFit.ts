import { freemem, totalmem } from 'node:os';
import type { CatalogueModel } from '#contract/models.ts';

export interface Memory {
  readonly totalBytes: number;
  /** What could be used now, caches given back. */
  readonly freeBytes: number;
}

/** The machine's memory, or the container's where that is less. */
export function readMemory(): Memory {
  const limit = process.constrainedMemory();
  const totalBytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  return { totalBytes, freeBytes: Math.min(totalBytes, Math.max(freemem(), process.availableMemory())) };
}

/** `tight`: it would load if other programs gave their memory back. */
export function memoryFit(memoryBytes: number, memory: Memory): 'fits' | 'tight' | 'too-large' {
  if (memoryBytes <= memory.freeBytes * 0.9) return 'fits';
  return memoryBytes <= memory.totalBytes * 0.8 ? 'tight' : 'too-large';
}

/** The largest text model that leaves half of the machine's memory to everything else; null when the starter is that already. */
export function suggestedSlug(catalogue: readonly CatalogueModel[], memory: Memory): string | null {
  const fitting = catalogue.filter((model) => model.task === 'text' && model.memoryBytes <= memory.totalBytes / 2);
  const best = fitting.toSorted((left, right) => right.memoryBytes - left.memoryBytes)[0];
  return best && !best.starter ? best.slug : null;
}
