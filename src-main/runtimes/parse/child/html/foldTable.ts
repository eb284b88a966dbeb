import type { HtmlBlock } from './blockWalker.ts';
import type { Region } from './regionRules.ts';

export interface TableCell {
  /** Blocks of the cell: [first, end) of the page's blocks so far. */
  first: number;
  end: number;
  readonly header: boolean;
}

export interface OpenTable {
  readonly outer: OpenTable | null;
  readonly firstBlock: number;
  readonly rows: TableCell[][];
  /** Another table stands inside: this one arranges the page. */
  nested: boolean;
  readonly layout: boolean;
  readonly words: readonly string[];
  openCell: TableCell | null;
}

const LAYOUT_WORDS = new Set(['highlighttable', 'rouge-table', 'mlabels', 'layout', 'colist']);
const MAX_CELL_BLOCKS = 8;
const MAX_CELL_TEXT = 2_000;

/** Turns the blocks of a table that holds data into one block (cells by a tab, rows by a newline); a table that only arranges the page keeps its blocks. */
export function foldTable(table: OpenTable, blocks: HtmlBlock[], region: Region): void {
  const last = table.openCell;
  if (last && last.end < 0) last.end = blocks.length;
  table.openCell = null;
  if (blocks.length === table.firstBlock || !holdsData(table, blocks)) return;
  const inCells = new Set<number>();
  const text: string[] = [];
  const rows: number[] = [];
  const cuts: number[] = [];
  let length = 0;
  let linked = 0;
  let links = 0;
  let localLinks = 0;
  let anchor: string | undefined;
  for (const row of table.rows) {
    if (row.every((cell) => cell.end <= cell.first)) continue;
    if (rows.length > 0) {
      text.push('\n');
      length++;
    }
    rows.push(length);
    for (const [column, cell] of row.entries()) {
      if (column > 0) {
        text.push('\t');
        length++;
      }
      for (let at = cell.first; at < cell.end; at++) {
        const block = blocks[at] as HtmlBlock;
        inCells.add(at);
        if (at > cell.first) {
          text.push(' ');
          length++;
        }
        for (const cut of block.cuts ?? []) cuts.push(length + cut);
        text.push(block.text.replaceAll(/[\n\t]/g, ' '));
        length += block.text.length;
        linked += block.linked;
        links += block.links;
        localLinks += block.localLinks;
        anchor ??= block.anchor;
      }
    }
  }
  const outside = blocks.slice(table.firstBlock).filter((_, offset) => !inCells.has(table.firstBlock + offset));
  const joined = text.join('');
  const trimmed = joined.trimEnd();
  const signature = table.words.includes('memname');
  const folded: HtmlBlock = {
    kind: signature ? 'definition' : 'table', text: signature ? trimmed.replaceAll(/[\t\n]/g, ' ') : trimmed, region, linked, links, localLinks, bold: 0,
    ...(signature ? {} : { rows: rows.filter((row) => row < trimmed.length) }),
    ...(cuts.length > 0 ? { cuts } : {}),
    ...(anchor === undefined ? {} : { anchor }),
  };
  blocks.length = table.firstBlock;
  blocks.push(...outside, folded);
}

function holdsData(table: OpenTable, blocks: readonly HtmlBlock[]): boolean {
  if (table.nested || table.layout) return false;
  if (table.words.some((word) => LAYOUT_WORDS.has(word))) return false;
  if (table.words.includes('memname')) return true;
  const rows = table.rows.filter((row) => row.some((cell) => cell.end > cell.first));
  const wide = rows.filter((row) => row.length >= 2).length;
  if (rows.length < 2 || wide * 2 < rows.length) return false;
  for (const row of rows) {
    for (const cell of row) {
      if (cell.end - cell.first > MAX_CELL_BLOCKS) return false;
      let size = 0;
      for (let at = cell.first; at < cell.end; at++) {
        const block = blocks[at] as HtmlBlock;
        if (block.region.removed !== null || block.region.rule?.strength === 'hard') return false;
        if (block.kind === 'heading' && (block.level ?? 6) <= 3) return false;
        if (block.kind === 'code' && block.text.split('\n', 4).length > 3) return false;
        size += block.text.length;
      }
      if (size > MAX_CELL_TEXT) return false;
    }
  }
  return true;
}
