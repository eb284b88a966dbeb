import type { RawBlock } from '../assembleDocument.ts';

/** A block of an office document; `bold`: every letter of it. */
export interface FlowBlock extends RawBlock {
  bold?: boolean;
}

interface FlowTable {
  readonly rows: FlowBlock[][][];
  /** For each row, how many rows below it one of its cells reaches. */
  readonly reaches: number[];
  /** Notes to what stands in its cells: they follow the table. */
  readonly notes: FlowBlock[];
}

const MAX_CELL_BLOCKS = 8;
const MAX_CELL_TEXT = 2_000;
/** A table is cut into blocks of about so many characters, between rows. */
const TABLE_PART = 200_000;
const MAX_COLUMNS = 16_384;

/** Owns the blocks of an office document in reading order: folds tables into one block each, a table inside a cell into that cell's text. */
export class BlockFlow {
  readonly blocks: FlowBlock[] = [];
  /** Characters that were left out, by reason. */
  readonly removed: Record<string, number> = {};
  /** The slide that blocks stand on. */
  page: number | undefined;
  private readonly tables: FlowTable[] = [];

  add(block: FlowBlock): void {
    if (block.text === '') return;
    const placed = this.page === undefined ? block : { ...block, page: this.page };
    const table = this.tables.at(-1);
    const cell = table?.rows.at(-1)?.at(-1);
    if (cell) cell.push(placed);
    else (table?.notes ?? this.blocks).push(placed);
  }

  /** A note: it stands after the table that it belongs to. */
  addNote(block: FlowBlock): void {
    const table = this.tables[0];
    if (table) table.notes.push(this.page === undefined ? block : { ...block, page: this.page });
    else this.add(block);
  }

  remove(reason: string, characters: number): void {
    if (characters > 0) this.removed[reason] = (this.removed[reason] ?? 0) + characters;
  }

  openTable(): void {
    this.tables.push({ rows: [], reaches: [], notes: [] });
  }

  openRow(): void {
    this.tables.at(-1)?.rows.push([]);
  }

  openCell(rowspan = 1): void {
    const table = this.tables.at(-1);
    if (!table) return;
    if (table.rows.length === 0) table.rows.push([]);
    const row = table.rows.at(-1);
    const at = table.rows.length - 1;
    table.reaches[at] = Math.max(table.reaches[at] ?? 0, rowspan - 1);
    if (row && row.length < MAX_COLUMNS) row.push([]);
  }

  closeTable(): void {
    const table = this.tables.pop();
    if (!table) return;
    const folded = holdsData(table) ? foldRows(table.rows) : table.rows.flat(2);
    for (const block of folded) this.add(block);
    for (const note of table.notes) this.addNote(note);
  }

  /** Folds what a damaged file left open. */
  finish(): void {
    while (this.tables.length > 0) this.closeTable();
  }
}

/** A table that only arranges the page (long cells, headings in them, one column) keeps its blocks. */
function holdsData({ rows, reaches }: FlowTable): boolean {
  const filled = rows.filter((row) => row.some((cell) => cell.length > 0));
  if (filled.length === 0) return false;
  let covered = 0;
  let wide = 0;
  for (const [at, row] of rows.entries()) {
    if (row.some((cell) => cell.length > 0) && (row.length >= 2 || covered > 0)) wide++;
    covered = Math.max(covered - 1, reaches[at] ?? 0);
  }
  if (wide * 2 < filled.length) return false;
  let total = 0;
  let single = true;
  for (const cell of filled.flat()) {
    if (cell.length > MAX_CELL_BLOCKS) return false;
    if (cell.length > 1) single = false;
    let size = 0;
    for (const block of cell) {
      if (block.kind === 'heading' && (block.level ?? 6) <= 2) return false;
      size += block.text.length;
    }
    if (size > MAX_CELL_TEXT) return false;
    total += size;
  }
  return filled.length > 1 || (single && total < 600);
}

function foldRows(rows: readonly FlowBlock[][][]): FlowBlock[] {
  const writer = new TableWriter();
  for (const row of rows) {
    writer.row(row.map((cell) => ({ text: cell.map((block) => block.text.replaceAll(/[\n\t]/g, ' ')).join(' '), cuts: cellCuts(cell) })));
  }
  const page = rows.flat(2)[0]?.page;
  return writer.finish().map((block) => (page === undefined ? block : { ...block, page }));
}

function cellCuts(cell: readonly FlowBlock[]): number[] {
  const cuts: number[] = [];
  let at = 0;
  for (const block of cell) {
    for (const cut of block.cuts ?? []) cuts.push(at + cut);
    at += block.text.length + 1;
  }
  return cuts;
}

/** Owns one table that becomes text: cells by a tab, rows by a newline; long ones become several blocks. */
export class TableWriter {
  private readonly done: FlowBlock[] = [];
  private parts: string[] = [];
  private rows: number[] = [];
  private cuts: number[] = [];
  private length = 0;

  row(cells: readonly { readonly text: string; readonly cuts: readonly number[] }[]): void {
    if (cells.every((cell) => cell.text === '')) return;
    if (this.length >= TABLE_PART) this.endPart();
    if (this.parts.length > 0) this.push('\n');
    this.rows.push(this.length);
    for (const [column, cell] of cells.entries()) {
      if (column > 0) this.push('\t');
      for (const cut of cell.cuts) this.cuts.push(this.length + cut);
      this.push(cell.text);
    }
  }

  /** A row whose text is ready. */
  textRow(text: string): void {
    if (this.length >= TABLE_PART) this.endPart();
    if (this.parts.length > 0) this.push('\n');
    this.rows.push(this.length);
    this.push(text);
  }

  finish(): FlowBlock[] {
    this.endPart();
    return this.done;
  }

  private push(piece: string): void {
    this.parts.push(piece);
    this.length += piece.length;
  }

  private endPart(): void {
    const text = this.parts.join('').trimEnd();
    if (text !== '') this.done.push({ kind: 'table', text, rows: this.rows.filter((row) => row < text.length), ...(this.cuts.length > 0 ? { cuts: this.cuts } : {}) });
    [this.parts, this.rows, this.cuts, this.length] = [[], [], [], 0];
  }
}
