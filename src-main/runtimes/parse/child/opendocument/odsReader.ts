import type { ParseWarning } from '#contract/document.ts';
import { TableWriter, type FlowBlock } from '../office/blockFlow.ts';
import { cellText } from '../office/xlsx/workbook.ts';
import type { XmlAttributes, XmlSink } from '../xml/readXml.ts';
import type { OdfStyles } from './odfStyles.ts';

/** A file may say in a few bytes that a cell or row comes a million times: so often it is read. */
const MOST_REPEATS = 1_000;
const MAX_COLUMNS = 16_384;
const MAX_CELLS = 5_000_000;
const LEFT_OUT = new Set(['office:forms', 'table:tracked-changes', 'svg:title', 'svg:desc', 'dc:creator', 'dc:date', 'text:ruby-text', 'draw:object']);

/** Owns the reading of an OpenDocument spreadsheet: each sheet a heading and its tables; an empty row ends a table. */
export class OdsReader implements XmlSink {
  readonly blocks: FlowBlock[] = [];
  readonly warnings: ParseWarning[] = [];
  sheets = 0;
  private readonly styles: OdfStyles;
  private readonly tables: string[] = [];
  private rows: string[][] = [];
  private row: string[] = [];
  private rowRepeat = 1;
  private cellRepeat = 1;
  private cell: string[] = [];
  private value = '';
  private readonly comments: FlowBlock[] = [];
  private inComment = 0;
  private paragraph = '';
  private inParagraph = 0;
  private skip = 0;
  private sheetStart = 0;
  private cells = 0;
  private shortened = false;

  constructor(styles: OdfStyles) {
    this.styles = styles;
  }

  open(tag: string, attributes: XmlAttributes): void {
    if (this.skip > 0 || LEFT_OUT.has(tag)) {
      this.skip++;
      return;
    }
    if (tag === 'table:table') this.openSheet(attributes);
    else if (tag === 'table:table-row') [this.row, this.rowRepeat] = [[], this.repeats(attributes['table:number-rows-repeated'])];
    else if (tag === 'table:table-cell' || tag === 'table:covered-table-cell') {
      this.cell = [];
      this.value = attributes['office:value-type'] === 'string' ? (attributes['office:string-value'] ?? '') : (attributes['office:value'] ?? attributes['office:date-value'] ?? '');
      this.cellRepeat = this.repeats(attributes['table:number-columns-repeated']);
    } else if (tag === 'office:annotation') this.inComment++;
    else if (tag === 'text:p') {
      this.inParagraph++;
      this.paragraph = '';
    } else if (tag === 'text:s' || tag === 'text:tab' || tag === 'text:line-break') this.paragraph += ' ';
  }

  close(tag: string): void {
    if (this.skip > 0) {
      this.skip--;
      return;
    }
    if (tag === 'table:table') this.endSheet();
    else if (tag === 'table:table-row') this.endRow();
    else if (tag === 'table:table-cell' || tag === 'table:covered-table-cell') this.endCell();
    else if (tag === 'office:annotation') this.inComment--;
    else if (tag === 'text:p') this.endParagraph();
  }

  text(piece: string): void {
    if (this.skip === 0 && this.inParagraph > 0) this.paragraph += piece;
  }

  finish(): void {
    while (this.tables.length > 0) this.endSheet();
    if (this.shortened) this.warnings.push({ code: 'truncated', message: `Cells or rows that come more than ${MOST_REPEATS.toLocaleString('en')} times in a row were read so often only, and ${MAX_CELLS.toLocaleString('en')} cells in all` });
  }

  private repeats(written: string | undefined): number {
    return Math.max(1, Math.floor(Number(written ?? 1)) || 1);
  }

  private openSheet(attributes: XmlAttributes): void {
    this.tables.push(attributes['table:name'] ?? '');
    if (this.tables.length > 1) return;
    this.sheets++;
    this.sheetStart = this.blocks.length;
    if (this.styles.isHidden(attributes['table:style-name'])) this.warnings.push({ code: 'hidden-sheet', message: `The sheet "${attributes['table:name'] ?? ''}" is hidden in the workbook; it was read` });
  }

  private endParagraph(): void {
    this.inParagraph = Math.max(0, this.inParagraph - 1);
    const text = cellText(this.paragraph);
    this.paragraph = '';
    if (text === '') return;
    if (this.inComment > 0) this.comments.push({ kind: 'quote', text });
    else this.cell.push(text);
  }

  private endCell(): void {
    const text = this.cell.length > 0 ? this.cell.join(' ') : cellText(this.value);
    [this.cell, this.value] = [[], ''];
    const room = MAX_COLUMNS - this.row.length;
    const count = Math.min(this.cellRepeat, text === '' ? room : Math.min(room, MOST_REPEATS));
    if (text !== '' && count < this.cellRepeat) this.shortened = true;
    for (let copy = 0; copy < count; copy++) this.row.push(text);
  }

  private endRow(): void {
    while (this.row.length > 0 && this.row.at(-1) === '') this.row.pop();
    if (this.row.length === 0) return this.endTable();
    const count = Math.min(this.rowRepeat, MOST_REPEATS);
    if (count < this.rowRepeat) this.shortened = true;
    for (let copy = 0; copy < count; copy++) {
      this.cells += this.row.length;
      if (this.cells > MAX_CELLS) {
        this.shortened = true;
        return;
      }
      this.rows.push(this.row);
    }
  }

  private endTable(): void {
    const rows = this.rows.splice(0);
    if (rows.length === 0) return;
    const left = rows.reduce((least, row) => Math.min(least, row.findIndex((cell) => cell !== '')), MAX_COLUMNS);
    const [only] = rows;
    if (rows.length === 1 && only && only.length - left === 1) {
      this.blocks.push({ kind: 'paragraph', text: only[left] ?? '' });
      return;
    }
    const writer = new TableWriter();
    for (const row of rows) writer.textRow(row.slice(left).join('\t'));
    this.blocks.push(...writer.finish());
  }

  private endSheet(): void {
    const name = cellText(this.tables.pop() ?? '');
    if (this.tables.length > 0) return;
    this.endTable();
    this.blocks.push(...this.comments.splice(0));
    const found = this.blocks.splice(this.sheetStart);
    if (found.length === 0) return;
    if (name !== '') this.blocks.push({ kind: 'heading', level: 2, text: name });
    for (const block of found) this.blocks.push(block);
    this.sheetStart = this.blocks.length;
  }
}
