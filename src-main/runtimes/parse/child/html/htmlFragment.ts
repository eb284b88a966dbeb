import type { RawBlock } from '../assembleDocument.ts';
import { BlockWalker } from './blockWalker.ts';

/** Blocks of a piece of HTML inside another format; only what is hidden is taken out. */
export function htmlFragment(source: string): { blocks: RawBlock[]; removed: Record<string, number> } {
  const page = new BlockWalker(source).walk();
  for (const region of page.regions) region.removed ??= region.parent?.removed ?? null;
  for (const block of page.blocks) block.reason = block.region.removed ?? undefined;
  return { blocks: page.blocks, removed: page.removed };
}
