import type { ParsedDocument } from '../../../../src-main/contract/document.ts';

/** Each block as one line: its page where it has one, kind and level, and text. */
export const shown = (document: ParsedDocument): string[] =>
  document.blocks.map((block) => `${block.page === undefined ? '' : `${block.page} `}${block.kind}${block.level ?? ''}: ${document.text.slice(block.start, block.end)}`);
