import type { OoxmlPackage } from '../ooxmlPackage.ts';
import { cleanCharacters } from '../../cleanCharacters.ts';
import { numberFormat, type NumberFormat } from './numberFormats.ts';

export interface SheetEntry {
  readonly name: string;
  readonly relation: string | undefined;
  readonly hidden: boolean;
}

export interface Workbook {
  readonly sheets: SheetEntry[];
  /** Days are counted from 1904, as old Macintosh files do. */
  epoch1904: boolean;
}

export function readWorkbook(source: OoxmlPackage, part: string): Workbook {
  const workbook: Workbook = { sheets: [], epoch1904: false };
  source.read(part, {
    open: (tag, attributes) => {
      if (tag === 'workbookPr') workbook.epoch1904 = attributes['date1904'] === '1' || attributes['date1904'] === 'true';
      else if (tag === 'sheet') workbook.sheets.push({ name: cleanCharacters(attributes['name'] ?? '').trim(), relation: attributes['r:id'], hidden: (attributes['state'] ?? 'visible') !== 'visible' });
    },
    close: () => {},
    text: () => {},
  });
  return workbook;
}

/** The number format of each cell style. */
export function readFormats(source: OoxmlPackage, part: string): NumberFormat[] {
  const codes = new Map<number, string>();
  const ids: number[] = [];
  let inCells = false;
  source.readIfSound(part, {
    open: (tag, attributes) => {
      if (tag === 'numFmt') codes.set(Number(attributes['numFmtId']), (attributes['formatCode'] ?? '').slice(0, 300));
      else if (tag === 'cellXfs') inCells = true;
      else if (tag === 'xf' && inCells) ids.push(Number(attributes['numFmtId'] ?? 0));
    },
    close: (tag) => {
      if (tag === 'cellXfs') inCells = false;
    },
    text: () => {},
  });
  const known = new Map<number, NumberFormat>();
  return ids.map((id) => {
    let format = known.get(id);
    if (!format) known.set(id, (format = numberFormat(id, codes.get(id))));
    return format;
  });
}

/** The strings that cells share, cleaned; phonetic aids are left out. */
export function readSharedStrings(source: OoxmlPackage, part: string): string[] {
  const strings: string[] = [];
  let pieces = '';
  let inText = false;
  let phonetic = 0;
  source.readIfSound(part, {
    open: (tag) => {
      if (tag === 'si') pieces = '';
      else if (tag === 'rPh') phonetic++;
      else if (tag === 't') inText = phonetic === 0;
    },
    close: (tag) => {
      if (tag === 'si') strings.push(cellText(pieces));
      else if (tag === 'rPh') phonetic--;
      else if (tag === 't') inText = false;
    },
    text: (piece) => {
      if (inText) pieces += piece;
    },
  });
  return strings;
}

/** Text of a cell on one line; `_x000D_` is how OOXML writes characters that XML has not. */
export function cellText(text: string): string {
  const decoded = text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text;
  return cleanCharacters(decoded).replace(/\s+/g, ' ').trim();
}
