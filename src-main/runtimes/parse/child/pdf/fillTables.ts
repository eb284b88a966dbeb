import type { Segment } from './pdfLines.ts';
import { cellOf, type RuledTable } from './ruledTables.ts';

/** Rows of a table, top down, with the text lines of each cell; an empty cell has none. */
export interface FilledTable {
  readonly rows: readonly { readonly y0: number; readonly y1: number; readonly cells: readonly (readonly string[])[] }[];
}

type Band = Segment[][];

const MAX_CELL_TEXT = 2_000;
/** A word may reach so far over a drawn line, in points. */
const OVERHANG = 2;

/** Puts one segment in the place of all segments that stand in a table with drawn lines. A frame that holds no data is left as it is. */
export function fillTables(tables: readonly RuledTable[], segments: readonly Segment[]): Segment[] {
  let rest = [...segments];
  for (const table of tables) {
    const bands: Band[] = table.bands.slice(1).map(() => table.columns.slice(1).map(() => []));
    for (const segment of rest) {
      const cell = cellOf(table, Math.min(segment.x0 + OVERHANG, segment.x1), (segment.y0 + segment.y1) / 2);
      if (cell) bands[cell.band]?.[cell.column]?.push(segment);
    }
    for (const { from, to } of tableStretches(table, bands)) {
      const ruled = bands.slice(from, to);
      const part = ruled.length > 3 ? ruled : ruled.flatMap(splitBand);
      if (!holdsData(part)) continue;
      const used = new Set(part.flat(2));
      rest = rest.filter((segment) => !used.has(segment));
      rest.push(standIn(part));
    }
  }
  return rest;
}

/** Runs of rows that no text crosses from one column into the next: what does is a paragraph between two tables. */
function tableStretches(table: RuledTable, bands: readonly Band[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = 0;
  for (let band = 0; band <= bands.length; band++) {
    const crossed = bands[band]?.some((cell, column) => cell.some((segment) => crossesWall(table, band, column, segment)));
    if (band < bands.length && crossed !== true) continue;
    if (band - from >= 2) found.push({ from, to: band });
    from = band + 1;
  }
  return found;
}

function crossesWall({ columns, walls }: RuledTable, band: number, column: number, segment: Segment): boolean {
  return columns.slice(column + 1, -1).some((edge, at) => walls[band]?.[column + at] === true && segment.x1 > edge + OVERHANG);
}

function holdsData(bands: readonly Band[]): boolean {
  const filled = bands.filter((cells) => cells.some((cell) => cell.length > 0));
  const wide = filled.filter((cells) => cells.filter((cell) => cell.length > 0).length >= 2);
  if (wide.length < 2 || wide.length * 2 < filled.length) return false;
  if (filled.flat().some((cell) => cell.reduce((sum, segment) => sum + segment.text.length, 0) > MAX_CELL_TEXT)) return false;
  return true;
}

/** Where lines are drawn around the head and the whole only, each line of text that has a word in every column is a row. */
function splitBand(cells: Band): Band[] {
  const lines: Band[] = [];
  let bottom = Number.NEGATIVE_INFINITY;
  const sorted = cells.flatMap((cell, column) => cell.map((segment) => ({ segment, column }))).sort((a, b) => a.segment.y0 + a.segment.y1 - (b.segment.y0 + b.segment.y1));
  for (const { segment, column } of sorted) {
    if (bottom - segment.y0 < 0.5 * segment.size) lines.push(cells.map(() => []));
    lines.at(-1)?.[column]?.push(segment);
    bottom = segment.y1;
  }
  const filled = (line: Band): number => line.filter((cell) => cell.length > 0).length;
  const columns = filled(cells);
  return lines.length >= 4 && columns >= 2 && lines.filter((line) => filled(line) === columns).length > 0.7 * lines.length ? lines : [cells];
}

function linesOf(cell: readonly Segment[]): string[] {
  const lines: Segment[][] = [];
  for (const segment of [...cell].sort((a, b) => a.y0 + a.y1 - (b.y0 + b.y1))) {
    const line = lines.at(-1);
    const first = line?.[0];
    if (line && first && Math.min(first.y1, segment.y1) - Math.max(first.y0, segment.y0) > 0.5 * Math.min(first.size, segment.size)) line.push(segment);
    else lines.push([segment]);
  }
  return lines.map((line) => line.sort((a, b) => a.x0 - b.x0).map((segment) => segment.text).join(' '));
}

function standIn(bands: readonly Band[]): Segment {
  const all = bands.flat(2);
  const box = boxOf(all);
  const rows = bands.filter((cells) => cells.some((cell) => cell.length > 0)).map((cells) => {
    const { y0, y1 } = boxOf(cells.flat());
    return { y0, y1, cells: cells.map(linesOf) };
  });
  const size = [...all].sort((a, b) => a.size - b.size)[all.length >> 1]?.size ?? 10;
  const text = rows.map(({ cells }) => cells.map((lines) => lines.join(' ')).join('\t')).join('\n');
  return { text, ...box, size, mono: false, bold: false, hyphen: false, turned: false, table: { rows } };
}

function boxOf(segments: readonly Segment[]): { x0: number; y0: number; x1: number; y1: number } {
  const box = { x0: Number.POSITIVE_INFINITY, y0: Number.POSITIVE_INFINITY, x1: Number.NEGATIVE_INFINITY, y1: Number.NEGATIVE_INFINITY };
  for (const { x0, y0, x1, y1 } of segments) {
    box.x0 = Math.min(box.x0, x0);
    box.y0 = Math.min(box.y0, y0);
    box.x1 = Math.max(box.x1, x1);
    box.y1 = Math.max(box.y1, y1);
  }
  return box;
}
