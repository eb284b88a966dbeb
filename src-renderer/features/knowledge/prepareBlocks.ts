import type { Block } from '#contract/document.ts';
import type { DocumentView } from '#contract/knowledge.ts';
import { formatThings } from '../../lib/formatCount.ts';

export interface TextPiece {
  readonly start: number;
  readonly text: string;
  readonly marked: boolean;
}

export interface BlockView {
  readonly start: number;
  readonly kind: Block['kind'];
  /** How large a heading is drawn: as the document has it. */
  readonly level: number;
  /** Its place in the page's outline: below the name of the document, no level left out; 0 for what is no heading. */
  readonly outlineLevel: number;
  /** Set where a new page begins. */
  readonly page: number | null;
  readonly pieces: readonly TextPiece[];
  /** Rows of cells of pieces; tables only. */
  readonly rows: readonly (readonly (readonly TextPiece[])[])[] | null;
  /** Chunks that begin in this block, for the margin. */
  readonly chunks: readonly { readonly label: string; readonly title: string }[];
  readonly odd: boolean;
  /** Line breaks of the text mean something: lists, and files whose author broke the lines. */
  readonly lines: boolean;
  readonly warnings: readonly string[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Blocks in reading order with chunk borders, page starts, warnings and the marked span. Every decision of the text view is made here. */
export function prepareBlocks({ text, blocks, chunks, document }: DocumentView, marked: Span | null): BlockView[] {
  let page: number | null = null;
  let chunk = 0;
  const outlineLevel = outlineLevels();
  return blocks.map((block) => {
    const newPage = block.page !== undefined && block.page !== page ? block.page : null;
    if (newPage !== null) page = newPage;
    const begins: { label: string; title: string }[] = [];
    for (let next = chunks[chunk]; next !== undefined && next.start < block.end; next = chunks[chunk]) {
      chunk += 1;
      begins.push({ label: `${chunk}`, title: `Chunk ${chunk} of ${chunks.length}, ${formatThings(next.tokens, 'token')}` });
    }
    return {
      start: block.start,
      kind: block.kind,
      level: block.level ?? 2,
      outlineLevel: block.kind === 'heading' ? outlineLevel(block.level ?? 2) : 0,
      page: newPage,
      pieces: cutPieces(text, block, marked),
      rows: block.kind === 'table' ? cutRows(text, block, marked) : null,
      chunks: begins,
      odd: chunk % 2 === 1,
      lines: block.kind === 'list' || block.kind === 'definition' || document.format === 'text' || document.format === 'code',
      warnings: newPage === null ? [] : document.warnings.filter((warning) => warning.page === newPage).map(({ message }) => message),
    };
  });
}

/** Page titles are level 1; a document may begin with any level and leave some out. */
function outlineLevels(): (level: number) => number {
  let above: number[] = [];
  return (level) => {
    above = [...above.filter((open) => open < level), level];
    return Math.min(6, above.length + 1);
  };
}

function cutPieces(text: string, block: Span, marked: Span | null): TextPiece[] {
  const from = marked === null ? block.end : Math.min(Math.max(marked.start, block.start), block.end);
  const to = marked === null ? block.end : Math.min(Math.max(marked.end, block.start), block.end);
  const piece = (start: number, end: number, isMarked: boolean): TextPiece[] => (end > start ? [{ start, text: text.slice(start, end), marked: isMarked }] : []);
  if (to <= from) return piece(block.start, block.end, false);
  return [...piece(block.start, from, false), ...piece(from, to, true), ...piece(to, block.end, false)];
}

/** A table's text holds its rows one after another, cells apart by tabs. */
function cutRows(text: string, block: Block, marked: Span | null): TextPiece[][][] {
  const starts = block.rows ?? [block.start, ...[...text.slice(block.start, block.end).matchAll(/\n/g)].map(({ index }) => block.start + index + 1)];
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? block.end;
    const cells: TextPiece[][] = [];
    let at = start;
    for (const cell of text.slice(start, end).replace(/\n+$/, '').split('\t')) {
      cells.push(cutPieces(text, { start: at, end: at + cell.length }, marked));
      at += cell.length + 1;
    }
    return cells;
  });
}

/** The block that a span begins in; 0 when it is in none. */
export function blockAt(blocks: readonly Span[], start: number): number {
  const index = blocks.findIndex((block) => start < block.end);
  return index < 0 ? Math.max(0, blocks.length - 1) : index;
}

/** Boxes of the blocks that a span touches, on one page. */
export function boxesOf({ blocks }: Pick<DocumentView, 'blocks'>, marked: Span | null, page: number) {
  if (marked === null) return [];
  return blocks.filter(({ start, end }) => start < marked.end && end > marked.start).flatMap(({ boxes }) => (boxes ?? []).filter((box) => box.page === page));
}
