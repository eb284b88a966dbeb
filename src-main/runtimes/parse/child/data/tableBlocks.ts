import type { RawBlock } from '../assembleDocument.ts';

const ROWS = 50;
/** A block is closed once it has this many characters. */
const BLOCK = 8_000;
/** A longer row has a line for each cell. */
const LONG_ROW = 240;
const LONGEST_NAME = 100;
const VALUE = /^[\s\d.,:/%€$£+-]*\d[\s\d.,:/%€$£+-]*$|^(?:true|false|null|nan)$/i;

/** Owns the writing of a table's rows into blocks. Lines above the table and the columns' names are told from its rows. */
export class TableBlocks {
  private readonly blocks: RawBlock[] = [];
  private names: readonly string[] | null = null;
  private waiting: string[][] = [];
  private begun = false;
  private text = '';
  private rows: number[] = [];
  private lastLong = false;

  /** Adds one row; gives the length of the text that it will take. */
  add(row: string[]): number {
    if (row.every((cell) => cell === '')) return 0;
    if (!this.begun) {
      this.waiting.push(row);
      if (this.waiting.length >= 20) this.begin();
      return row.reduce((sum, cell) => sum + cell.length, 0);
    }
    return this.write(row);
  }

  finish(): RawBlock[] {
    if (!this.begun) this.begin();
    this.close();
    return this.blocks;
  }

  private begin(): void {
    this.begun = true;
    const rows = this.waiting;
    this.waiting = [];
    const wide = (row: readonly string[]): boolean => row.filter((cell) => cell !== '').length > 1;
    while (rows.length > 2 && !wide(rows[0] ?? []) && rows.slice(1).some(wide)) this.blocks.push({ kind: 'paragraph', text: (rows.shift() ?? []).join(' ').trim() });
    if (rows.length > 1 && isHeader(rows[0] ?? [])) this.names = rows.shift() ?? null;
    for (const row of rows) this.write(row);
  }

  private write(row: readonly string[]): number {
    const { names } = this;
    const cells = names === null ? [row.join('\t').trim()] : row.flatMap((cell, at) => (cell === '' ? [] : [names[at] ? `${names[at]}: ${cell}` : cell]));
    const length = cells.reduce((sum, cell) => sum + cell.length + 2, 0);
    const long = names !== null && length > LONG_ROW;
    const line = cells.join(long ? '\n' : '; ');
    if (this.text !== '') this.text += long || this.lastLong ? '\n\n' : '\n';
    this.rows.push(this.text.length);
    this.text += line;
    this.lastLong = long;
    if (this.rows.length >= ROWS || this.text.length >= BLOCK) this.close();
    return line.length;
  }

  private close(): void {
    if (this.text.trim() !== '') this.blocks.push({ kind: 'table', text: this.text, rows: this.rows });
    this.text = '';
    this.rows = [];
  }
}

/** Names are filled, short, different from each other and no numbers or dates. */
function isHeader(row: readonly string[]): boolean {
  const filled = row.filter((cell) => cell !== '');
  if (filled.length < Math.max(1, row.length / 2)) return false;
  if (filled.some((cell) => cell.length > LONGEST_NAME || VALUE.test(cell))) return false;
  return new Set(filled).size > filled.length * 0.8;
}
