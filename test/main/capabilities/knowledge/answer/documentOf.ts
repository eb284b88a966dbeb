import type { Block, ParsedDocument } from '../../../../../src-main/contract/document.ts';

/** A parsed document made of blocks, for tests: their texts follow each other with an empty line between. */
export function documentOf(parts: readonly (readonly [Block['kind'], string])[], cuts: readonly number[] = []): ParsedDocument {
  let text = '';
  const blocks: Block[] = [];
  for (const [kind, content] of parts) {
    if (text !== '') text += '\n\n';
    blocks.push({ kind, start: text.length, end: text.length + content.length });
    text += content;
  }
  const title = parts.find(([kind]) => kind === 'heading')?.[1] ?? 'Untitled';
  return { version: 1, format: 'markdown', title, text, blocks, cuts: [...cuts], removed: {}, metadata: {}, warnings: [] };
}
