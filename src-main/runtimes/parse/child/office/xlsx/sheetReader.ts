import type { XmlAttributes, XmlSink } from '../../xml/readXml.ts';
import { TableWriter, type FlowBlock } from '../blockFlow.ts';
import { showNumber, type NumberFormat } from './numberFormats.ts';
import { cellText } from './workbook.ts';

export interface SheetContext {
  readonly strings: readonly string[];
  readonly formats: readonly NumberFormat[];
  readonly epoch1904: boolean;
  /** Cells that may still be read in this workbook. */
  readonly budget: { cells: number };
}

const MAX_COLUMNS = 16_384;
const GENERAL: NumberFormat = { kind: 'general' };

/**
 * Owns the reading of one sheet, row by row: what a cell shows, its formula's last result included. Empty columns at
 * the left are left out, an empty row ends a table.
 */
export class SheetReader implements XmlSink {
  private readonly context: SheetContext;
  private readonly rows: string[][] = [];
  private tables: string[][][] = [];
  private row: string[] = [];
  private rowNumber = 0;
  private lastRow = 0;
  private column = 0;
  private type = 'n';
  private style = 0;
  private value = '';
  private inValue = false;
  private phonetic = 0;
  private inCell = false;
  truncated = false;

  constructor(context: SheetContext) {
    this.context = context;
  }

  open(tag: string, attributes: XmlAttributes): void {
    if (tag === 'c') this.openCell(attributes);
    else if (tag === 'v' || tag === 't') this.inValue = this.inCell && this.phonetic === 0;
    else if (tag === 'row') {
      this.rowNumber = Number(attributes['r']) || this.rowNumber + 1;
      this.column = 0;
      this.row = [];
    } else if (tag === 'rPh') this.phonetic++;
  }

  close(tag: string): void {
    if (tag === 'c') this.endCell();
    else if (tag === 'v' || tag === 't') this.inValue = false;
    else if (tag === 'row') this.endRow();
    else if (tag === 'rPh') this.phonetic--;
  }

  text(piece: string): void {
    if (this.inValue) this.value += piece;
  }

  blocks(): FlowBlock[] {
    this.endTable();
    return this.tables.flatMap(writeTable);
  }

  private openCell(attributes: XmlAttributes): void {
    this.inCell = true;
    this.value = '';
    this.type = attributes['t'] ?? 'n';
    this.style = Number(attributes['s'] ?? 0);
    this.column = columnOf(attributes['r']) ?? this.column + 1;
  }

  private endCell(): void {
    this.inCell = false;
    if (this.value === '' || this.column > MAX_COLUMNS) return;
    const shown = this.show();
    if (shown === '') return;
    if (this.context.budget.cells <= 0) {
      this.truncated = true;
      return;
    }
    this.context.budget.cells--;
    while (this.row.length < this.column - 1) this.row.push('');
    this.row[this.column - 1] = shown;
  }

  private show(): string {
    switch (this.type) {
      case 's': return this.context.strings[Number(this.value)] ?? '';
      case 'b': return this.value.trim() === '1' ? 'TRUE' : 'FALSE';
      case 'str':
      case 'inlineStr': return cellText(this.value);
      case 'e': return this.value.trim();
      case 'd': return this.value.trim().replace(/T00:00:00(?:\.0+)?$/, '').replace('T', ' ');
      default: return showNumber(this.value, this.context.formats[this.style] ?? GENERAL, this.context.epoch1904);
    }
  }

  private endRow(): void {
    if (this.row.length === 0) return;
    if (this.rowNumber > this.lastRow + 1) this.endTable();
    this.lastRow = this.rowNumber;
    this.rows.push(this.row);
    this.row = [];
  }

  private endTable(): void {
    if (this.rows.length > 0) this.tables.push(this.rows.splice(0));
  }
}

function writeTable(rows: readonly (readonly string[])[]): FlowBlock[] {
  let left = MAX_COLUMNS;
  for (const row of rows) left = Math.min(left, Math.max(0, row.findIndex((cell) => cell !== '')));
  // One cell alone is a line of text above or below a table.
  const [only] = rows;
  if (rows.length === 1 && only && only.length - left === 1) return [{ kind: 'paragraph', text: only[left] ?? '' }];
  const writer = new TableWriter();
  for (const row of rows) writer.textRow(row.slice(left).join('\t'));
  return writer.finish();
}

/** `BC12` is column 55. */
function columnOf(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined;
  let column = 0;
  for (let at = 0; at < 3; at++) {
    const code = reference.charCodeAt(at) & ~0x20;
    if (!(code >= 65 && code <= 90)) break;
    column = column * 26 + code - 64;
  }
  return column > 0 ? column : undefined;
}
