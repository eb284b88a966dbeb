import type { HtmlBlock } from './htmlBlock.ts';
import type { Region } from './regionRules.ts';

export interface TableCell {
  /** Blocks of the cell: [first, end) of the page's blocks so far. */
  first: number;
  end: number;
  readonly header: boolean;
  /** How many rows it stands over. */
  readonly rowspan: number;
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

/**
 * Turns the blocks of a table that holds data into one block (cells by a tab, rows by a newline); a table that only
 * arranges the page keeps its blocks. Rows that are a heading stand between the parts of a table.
 */
export function foldTable(table: OpenTable, blocks: HtmlBlock[], region: Region): void {
  const last = table.openCell;
  if (last && last.end < 0) last.end = blocks.length;
  table.openCell = null;
  if (blocks.length === table.firstBlock || table.nested || table.layout || table.words.some((word) => LAYOUT_WORDS.has(word))) return;
  const parts = splitAtHeadings(table.rows, blocks);
  if (!parts.some((part) => holdsData(part.rows, blocks, table))) return;
  const inCells = new Set<number>();
  for (const row of table.rows) for (const cell of row) for (let at = cell.first; at < cell.end; at++) inCells.add(at);
  const folded: HtmlBlock[] = blocks.slice(table.firstBlock).filter((_, offset) => !inCells.has(table.firstBlock + offset));
  for (const part of parts) {
    folded.push(...part.headings);
    if (holdsData(part.rows, blocks, table)) folded.push(foldRows(part.rows, blocks, table, region));
    else for (const row of part.rows) for (const cell of row) folded.push(...blocks.slice(cell.first, cell.end));
  }
  blocks.length = table.firstBlock;
  for (const block of folded) blocks.push(block);
}

interface TablePart {
  readonly headings: HtmlBlock[];
  readonly rows: TableCell[][];
}

function splitAtHeadings(rows: readonly TableCell[][], blocks: readonly HtmlBlock[]): TablePart[] {
  const parts: TablePart[] = [{ headings: [], rows: [] }];
  for (const row of rows) {
    const filled = row.filter((cell) => cell.end > cell.first);
    if (filled.length === 0) continue;
    const inside = filled.flatMap((cell) => blocks.slice(cell.first, cell.end));
    if (filled.length === 1 && inside.every((block) => block.kind === 'heading')) parts.push({ headings: inside, rows: [] });
    else parts.at(-1)?.rows.push(row);
  }
  return parts.filter((part) => part.headings.length > 0 || part.rows.length > 0);
}

function foldRows(tableRows: readonly TableCell[][], blocks: readonly HtmlBlock[], table: OpenTable, region: Region): HtmlBlock {
  const text: string[] = [];
  const rows: number[] = [];
  const cuts: number[] = [];
  let length = 0;
  let linked = 0;
  let links = 0;
  let localLinks = 0;
  let anchor: string | undefined;
  const add = (piece: string): void => {
    text.push(piece);
    length += piece.length;
  };
  for (const row of tableRows) {
    if (rows.length > 0) add('\n');
    rows.push(length);
    for (const [column, cell] of row.entries()) {
      if (column > 0) add('\t');
      for (let at = cell.first; at < cell.end; at++) {
        const block = blocks[at] as HtmlBlock;
        if (at > cell.first) add(' ');
        for (const cut of block.cuts ?? []) cuts.push(length + cut);
        add(block.text.replaceAll(/[\n\t]/g, ' '));
        linked += block.linked;
        links += block.links;
        localLinks += block.localLinks;
        anchor ??= block.anchor;
      }
    }
  }
  const trimmed = text.join('').trimEnd();
  const signature = table.words.includes('memname');
  return {
    kind: signature ? 'definition' : 'table', text: signature ? trimmed.replaceAll(/[\t\n]/g, ' ') : trimmed, region, linked, links, localLinks, bold: 0,
    ...(signature ? {} : { rows: rows.filter((row) => row < trimmed.length) }),
    ...(cuts.length > 0 ? { cuts } : {}),
    ...(anchor === undefined ? {} : { anchor }),
  };
}

function holdsData(tableRows: readonly TableCell[][], blocks: readonly HtmlBlock[], table: OpenTable): boolean {
  if (tableRows.length === 0) return false;
  if (table.words.includes('memname')) return true;
  // A cell that stands over several rows belongs to each of them.
  let covered = 0;
  let wide = 0;
  for (const row of tableRows) {
    if (row.length >= 2 || (row.length === 1 && covered > 0)) wide++;
    covered = Math.max(covered - 1, ...row.map((cell) => cell.rowspan - 1));
  }
  if (wide * 2 < tableRows.length) return false;
  let total = 0;
  let linked = 0;
  let single = true;
  for (const row of tableRows) {
    for (const cell of row) {
      if (cell.end - cell.first > MAX_CELL_BLOCKS) return false;
      if (cell.end - cell.first > 1) single = false;
      let size = 0;
      for (let at = cell.first; at < cell.end; at++) {
        const block = blocks[at] as HtmlBlock;
        if (block.region.removed !== null || block.region.rule?.strength === 'hard') return false;
        if (block.kind === 'heading' && (block.level ?? 6) <= 3) return false;
        if (block.kind === 'code' && block.text.split('\n', 4).length > 3) return false;
        size += block.text.length;
        linked += block.linked;
      }
      if (size > MAX_CELL_TEXT) return false;
      total += size;
    }
  }
  // One row is data when it is short and plain; else it is a page in columns, or a bar of links.
  return tableRows.length > 1 || (single && total < 600 && linked < 0.6 * total);
}
