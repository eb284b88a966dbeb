import { fillTables, type FilledTable } from './fillTables.ts';
import { CELL_GAP, type Segment } from './pdfLines.ts';
import type { RuledTable } from './ruledTables.ts';

/** Segments that share a line, left to right. */
export interface Row {
  readonly page: number;
  readonly cells: Segment[];
  text: string;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  readonly size: number;
  readonly mono: boolean;
  readonly bold: boolean;
  readonly hyphen: boolean;
  /** Left and right edge of the column that the row stands in. */
  left: number;
  right: number;
  /** Rows of one column on one page share a number. */
  column: number;
  /** The row is a whole table with lines around its cells. */
  readonly table?: FilledTable;
}

const MIN_COLUMN_ROWS = 6;
/** A column of prose is wider than a column of labels. */
const MIN_COLUMN_EMS = 15;

/** Puts a page's segments into rows in reading order: columns of prose one after the other, between what spans them. */
export function readingOrder(segments: readonly Segment[], page: number, tables: readonly RuledTable[] = []): Row[] {
  const straight = fillTables(tables, segments.filter((segment) => !segment.turned));
  const rows: Row[] = [];
  const columns = { count: 0 };
  arrange(straight, page, rows, columns, 0);
  return rows;
}

function arrange(segments: readonly Segment[], page: number, out: Row[], columns: { count: number }, depth: number): void {
  const gutter = depth < 3 ? findGutter(segments) : null;
  if (gutter === null) {
    pushColumn(segments, page, out, columns);
    return;
  }
  // What crosses the gutter cuts the page into bands; in each the left column comes first.
  const spanning = segments.filter((segment) => segment.x0 < gutter - 2 && segment.x1 > gutter + 2).sort((a, b) => a.y0 - b.y0);
  const rest = segments.filter((segment) => !(segment.x0 < gutter - 2 && segment.x1 > gutter + 2)).sort((a, b) => a.y0 - b.y0);
  let at = 0;
  const flushBand = (until: number): void => {
    const band: Segment[] = [];
    while (at < rest.length && (rest[at] as Segment).y0 < until) band.push(rest[at++] as Segment);
    const left = band.filter((segment) => segment.x0 < gutter - 1);
    const right = band.filter((segment) => segment.x0 >= gutter - 1);
    if (left.length > 0) arrange(left, page, out, columns, depth + 1);
    if (right.length > 0) arrange(right, page, out, columns, depth + 1);
  };
  let wide: Segment[] = [];
  for (const segment of spanning) {
    const before = rest[at];
    if (before && before.y0 < segment.y0 - 0.5 * segment.size) {
      if (wide.length > 0) pushColumn(wide, page, out, columns);
      wide = [];
      flushBand(segment.y0 - 0.5 * segment.size);
    }
    wide.push(segment);
  }
  if (wide.length > 0) pushColumn(wide, page, out, columns);
  flushBand(Number.POSITIVE_INFINITY);
}

/** The middle of a vertical strip that hardly any line crosses and that has prose on both sides. */
function findGutter(segments: readonly Segment[]): number | null {
  if (segments.length < 2 * MIN_COLUMN_ROWS) return null;
  let x0 = Number.POSITIVE_INFINITY;
  let x1 = Number.NEGATIVE_INFINITY;
  for (const segment of segments) {
    x0 = Math.min(x0, segment.x0);
    x1 = Math.max(x1, segment.x1);
  }
  const width = x1 - x0;
  if (width < 200) return null;
  const step = 2;
  const bins = new Float64Array(Math.ceil(width / step) + 1);
  for (const segment of segments) {
    const from = Math.max(0, Math.ceil((segment.x0 + 1 - x0) / step));
    const to = Math.min(bins.length - 1, Math.floor((segment.x1 - 1 - x0) / step));
    for (let bin = from; bin <= to; bin++) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const limit = 0.15 * segments.length;
  let best: { middle: number; width: number } | null = null;
  let runStart = -1;
  for (let bin = Math.floor(bins.length * 0.2); bin <= Math.ceil(bins.length * 0.8); bin++) {
    const clear = (bins[bin] ?? 0) <= limit;
    if (clear && runStart < 0) runStart = bin;
    if (!clear && runStart >= 0) {
      const run = (bin - runStart) * step;
      const middle = x0 + ((runStart + bin) / 2) * step;
      if (run >= 6 && (!best || run > best.width) && isProse(segments, middle, x0, x1)) best = { middle, width: run };
      runStart = -1;
    }
  }
  return best?.middle ?? null;
}

/** Cells of a table stand beside a gap as well, but do not fill the width on both sides of it. */
function isProse(segments: readonly Segment[], gutter: number, x0: number, x1: number): boolean {
  const left = segments.filter((segment) => segment.x1 <= gutter + 1);
  const right = segments.filter((segment) => segment.x0 >= gutter - 1);
  if (left.length < MIN_COLUMN_ROWS || right.length < MIN_COLUMN_ROWS) return false;
  const size = [...segments].sort((a, b) => a.size - b.size)[segments.length >> 1]?.size ?? 10;
  if (Math.min(gutter - x0, x1 - gutter) < MIN_COLUMN_EMS * size) return false;
  const [leftTop, leftBottom] = extent(left);
  const [rightTop, rightBottom] = extent(right);
  const overlap = Math.min(leftBottom, rightBottom) - Math.max(leftTop, rightTop);
  if (overlap < 0.4 * Math.min(leftBottom - leftTop, rightBottom - rightTop)) return false;
  return fill(left, x0, gutter) > 0.55 && fill(right, gutter, x1) > 0.55;
}

function extent(segments: readonly Segment[]): [number, number] {
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const segment of segments) {
    top = Math.min(top, segment.y0);
    bottom = Math.max(bottom, segment.y1);
  }
  return [top, bottom];
}

function fill(segments: readonly Segment[], from: number, to: number): number {
  const widths = toRows(segments, 0).map((row) => (row.x1 - row.x0) / (to - from)).sort((a, b) => a - b);
  return widths[Math.floor(widths.length * 0.6)] ?? 0;
}

function pushColumn(segments: readonly Segment[], page: number, out: Row[], columns: { count: number }): void {
  const rows = toRows(segments, page);
  const column = columns.count++;
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    left = Math.min(left, row.x0);
    right = Math.max(right, row.x1);
  }
  for (const row of rows) {
    row.left = left;
    row.right = right;
    row.column = column;
    out.push(row);
  }
}

function toRows(segments: readonly Segment[], page: number): Row[] {
  const sorted = segments.filter((segment) => !segment.table).sort((a, b) => a.y0 + a.y1 - (b.y0 + b.y1));
  const groups: Segment[][] = [];
  let top = 0;
  let bottom = 0;
  for (const segment of sorted) {
    const group = groups.at(-1);
    const overlap = Math.min(bottom, segment.y1) - Math.max(top, segment.y0);
    if (group && overlap > 0.5 * Math.min(bottom - top, segment.y1 - segment.y0)) {
      group.push(segment);
      // The tallest piece gives the line its place: a superscript does not widen it.
      if (segment.y1 - segment.y0 > bottom - top) [top, bottom] = [segment.y0, segment.y1];
    } else {
      groups.push([segment]);
      [top, bottom] = [segment.y0, segment.y1];
    }
  }
  const rows = groups.map((group) => toRow(group, page));
  const tables = segments.flatMap((segment) => (segment.table ? [tableRow(segment, segment.table, page)] : []));
  return tables.length === 0 ? rows : [...rows, ...tables].sort((a, b) => a.y0 - b.y0);
}

function tableRow(segment: Segment, table: FilledTable, page: number): Row {
  const { text, x0, y0, x1, y1, size } = segment;
  return { page, cells: [segment], text, x0, y0, x1, y1, size, mono: false, bold: false, hyphen: false, left: 0, right: 0, column: 0, table };
}

function toRow(group: Segment[], page: number): Row {
  group.sort((a, b) => a.x0 - b.x0);
  const cells: Segment[] = [];
  let letters = 0;
  let mono = 0;
  let bold = 0;
  let size = 0;
  let sizeLetters = 0;
  for (const segment of group) {
    const { length } = segment.text;
    letters += length;
    if (segment.mono) mono += length;
    if (segment.bold) bold += length;
    if (length > sizeLetters) [size, sizeLetters] = [segment.size, length];
    const last = cells.at(-1);
    if (last && segment.x0 - last.x1 < 1.5 * Math.max(segment.size, last.size)) cells[cells.length - 1] = join(last, segment);
    else cells.push(segment);
  }
  const boxes = { x0: Number.POSITIVE_INFINITY, y0: Number.POSITIVE_INFINITY, x1: Number.NEGATIVE_INFINITY, y1: Number.NEGATIVE_INFINITY };
  for (const cell of cells) {
    boxes.x0 = Math.min(boxes.x0, cell.x0);
    boxes.y0 = Math.min(boxes.y0, cell.y0);
    boxes.x1 = Math.max(boxes.x1, cell.x1);
    boxes.y1 = Math.max(boxes.y1, cell.y1);
  }
  return {
    page, cells, text: cells.map((cell) => cell.text).join('\t'), ...boxes, size,
    mono: mono >= 0.8 * letters, bold: bold >= 0.95 * letters, hyphen: cells.at(-1)?.hyphen ?? false, left: 0, right: 0, column: 0,
  };
}

function join(one: Segment, two: Segment): Segment {
  const gap = two.x0 - one.x1;
  const raised = Math.min(one.size, two.size) < 0.8 * Math.max(one.size, two.size);
  // Pieces that overlap by more than a letter were not written as one word.
  const apart = gap > 0.12 * Math.max(one.size, two.size) || gap < -two.size;
  const space = apart && !(raised && gap < 0.3 * two.size);
  const gaps = [...(one.gaps ?? []), { at: one.text.length, from: one.x1, x: two.x0 }, ...(two.gaps ?? []).map((inner) => ({ ...inner, at: one.text.length + (space ? 1 : 0) + inner.at }))];
  return {
    ...(gap > CELL_GAP * one.size || gaps.length > 1 ? { gaps } : {}),
    text: `${one.text}${space ? ' ' : ''}${two.text}`, x0: one.x0, y0: Math.min(one.y0, two.y0), x1: Math.max(one.x1, two.x1), y1: Math.max(one.y1, two.y1),
    size: Math.max(one.size, two.size), mono: one.mono && two.mono, bold: one.bold && two.bold, hyphen: two.hyphen, turned: false,
  };
}
