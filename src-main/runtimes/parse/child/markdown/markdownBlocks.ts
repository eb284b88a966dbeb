import type { BlockKind } from '#contract/document.ts';
import type { RawBlock } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import { htmlFragment } from '../html/htmlFragment.ts';

/** The part of mdast that is read here. */
export interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly depth?: number;
  readonly children?: readonly MarkdownNode[];
}

/** Owns the walk over a Markdown tree, by a stack of its own: hostile nesting cannot overflow the call stack. */
export class MarkdownBlocks {
  readonly removed: Record<string, number> = {};
  private readonly blocks: RawBlock[] = [];

  read(tree: MarkdownNode): RawBlock[] {
    const stack: { node: MarkdownNode; kind: BlockKind }[] = [{ node: tree, kind: 'paragraph' }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { node, kind } = next;
      if (this.leaf(node, kind)) continue;
      const inner: BlockKind = node.type === 'listItem' || node.type === 'footnoteDefinition' ? 'list' : node.type === 'blockquote' ? 'quote' : kind;
      const children = node.children ?? [];
      for (let at = children.length - 1; at >= 0; at--) stack.push({ node: children[at] as MarkdownNode, kind: inner });
    }
    return this.blocks;
  }

  /** Blocks that hold text themselves. */
  private leaf(node: MarkdownNode, kind: BlockKind): boolean {
    switch (node.type) {
      case 'heading':
        this.add({ kind: 'heading', level: node.depth ?? 1, text: inlineText(node) });
        return true;
      case 'paragraph':
        this.add({ kind, text: inlineText(node) });
        return true;
      case 'code':
        this.add({ kind: 'code', text: node.value ?? '' });
        return true;
      case 'table':
        this.table(node);
        return true;
      case 'html':
        this.html(node.value ?? '');
        return true;
      case 'yaml': case 'toml': case 'definition': case 'thematicBreak':
        return true;
      default:
        return false;
    }
  }

  private add(block: RawBlock): void {
    const text = block.kind === 'code' ? cleanCharacters(block.text).replace(/^(?:[ \t]*\n)+/, '').trimEnd() : cleanCharacters(block.text).trim();
    if (text.trim() !== '') this.blocks.push({ ...block, text });
  }

  private table(node: MarkdownNode): void {
    const rows: number[] = [];
    let text = '';
    for (const row of node.children ?? []) {
      const cells = (row.children ?? []).map((cell) => cleanCharacters(inlineText(cell)).replaceAll(/\s+/g, ' ').trim());
      if (cells.every((cell) => cell === '')) continue;
      if (text !== '') text += '\n';
      rows.push(text.length);
      text += cells.join('\t');
    }
    const trimmed = text.trimEnd();
    if (trimmed.trim() !== '') this.blocks.push({ kind: 'table', text: trimmed, rows: rows.filter((row) => row < trimmed.length) });
  }

  private html(source: string): void {
    const fragment = htmlFragment(source);
    for (const [reason, count] of Object.entries(fragment.removed)) this.removed[reason] = (this.removed[reason] ?? 0) + count;
    for (const block of fragment.blocks) this.blocks.push(block);
  }
}

/** The text of a node's inline content, without marks; raw inline tags are left out, `<br>` is a line break. */
function inlineText(root: MarkdownNode): string {
  let text = '';
  const stack: MarkdownNode[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'text' || node.type === 'inlineCode') text += node.value ?? '';
    else if (node.type === 'break') text += '\n';
    else if (node.type === 'html' && /^<br\b/i.test(node.value ?? '')) text += '\n';
    const children = node.children ?? [];
    for (let at = children.length - 1; at >= 0; at--) stack.push(children[at] as MarkdownNode);
  }
  return text;
}
