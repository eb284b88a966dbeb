import type { FilledTable } from './fillTables.ts';
import type { Segment } from './pdfLines.ts';
import type { Row } from './readingOrder.ts';
import type { PageRows } from './runningLines.ts';

type MarkedRow = PageRows['rows'][number];

const BULLET = /^(?:[•◦▪▫●○■□‣⁃∙·*–—-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|\([ivx]+\))(?:\s|$)/u;
/** Cells that begin within so many points stand under each other. */
const NEAR = 4;
/** In font sizes: rows are further apart than the lines of a cell by at least this. */
const ROW_GAP = 0.15;

/** The end of a run of at least three lines whose pieces stand under each other; `at` when there is none. */
export function tableEnd(rows: readonly MarkedRow[], at: number, headings: ReadonlyMap<Row, number>): number {
  const first = rows[at] as MarkedRow;
  const usable = (row: MarkedRow | undefined): row is MarkedRow => row !== undefined && row.reason === undefined && !row.table && !headings.has(row) && row.column === first.column;
  if (!usable(first) || first.mono || first.cells.length < 2 || BULLET.test(first.text)) return at;
  /** Where cells after the first one begin. */
  const known = first.cells.slice(1).map((cell) => cell.x0);
  const meets = (x: number): boolean => known.some((other) => Math.abs(other - x) < NEAR);
  const isWide = (row: MarkedRow, last: Row): boolean => {
    if (row.cells.length < 2) return row.cells[0]?.gaps?.some((gap) => meets(gap.x)) ?? false;
    return row.cells.some((cell) => meets(cell.x0) || sharesEdge(last, cell)) || (row.cells.length === last.cells.length && !row.mono);
  };
  let end = at + 1;
  let wide = 1;
  let last = first;
  while (end < rows.length) {
    const row = rows[end];
    if (!usable(row) || (row.y1 - last.y1) / row.size > 3.5) break;
    if (isWide(row, last)) {
      wide++;
      if (known.length < 50) known.push(...row.cells.slice(1).map((cell) => cell.x0));
    } else {
      const next = rows[end + 1];
      const begins = row.cells[0] as Segment;
      // A cell that stands beside several rows has a line of its own between them.
      const label = Math.abs(begins.x0 - first.x0) < NEAR && begins.x1 < Math.min(...known) && usable(next) && next.y0 - row.y1 < row.size && isWide(next, last);
      if (row.cells.length !== 1 || !(label || (row.x0 > first.x0 + row.size && (meets(begins.x0) || sharesEdge(last, begins))))) break;
    }
    last = row;
    end++;
  }
  return wide >= 3 ? end : at;
}

function sharesEdge(row: Row, cell: { x0: number; x1: number }): boolean {
  return row.cells.some((other, column) => column > 0 && (Math.abs(other.x0 - cell.x0) < NEAR || Math.abs(other.x1 - cell.x1) < NEAR));
}

interface Piece {
  readonly x0: number;
  readonly x1: number;
  readonly text: string;
}

interface Line {
  readonly y0: number;
  readonly y1: number;
  readonly size: number;
  readonly pieces: readonly { readonly column: number; readonly text: string }[];
}

/** Puts the lines of a table into its rows: a row of several lines has less room between these than it has to the next row. */
export function tableRows(rows: readonly MarkedRow[]): FilledTable['rows'] {
  const starts = columnStarts(rows);
  const parted = rows.map((row) => row.cells.flatMap((cell) => splitCell(cell, starts)));
  const edges = columnEdges(parted);
  const columns = edges ?? starts;
  const lines: Line[] = rows.map((row, at) => ({ y0: row.y0, y1: row.y1, size: row.size, pieces: (parted[at] ?? []).map(({ x0, text }) => ({ column: columnOf(x0, columns), text })) }));
  return groupLines(lines).map((group) => {
    const pieces = group.flatMap((line) => line.pieces);
    const width = Math.max(...pieces.map((piece) => piece.column)) + 1;
    const all = Array.from({ length: width }, (_, column) => pieces.filter((piece) => piece.column === column).map((piece) => piece.text));
    // Where columns run into each other their number says nothing.
    const cells = edges === null ? all.filter((cell) => cell.length > 0) : all;
    return { y0: Math.min(...group.map((line) => line.y0)), y1: Math.max(...group.map((line) => line.y1)), cells };
  });
}

/** Where at least two cells begin, left to right; cells that stand apart from every other one begin a column of their own. */
function columnStarts(rows: readonly MarkedRow[]): number[] {
  const begins = rows.flatMap((row) => row.cells.flatMap((cell) => [cell.x0, ...(cell.gaps ?? []).map((gap) => gap.x)])).sort((a, b) => a - b);
  const clusters: number[][] = [];
  for (const x of begins) {
    const cluster = clusters.at(-1);
    if (cluster && x - (cluster[0] ?? 0) < NEAR) cluster.push(x);
    else clusters.push([x]);
  }
  return clusters.filter((cluster) => cluster.length >= Math.max(2, 0.25 * rows.length)).map((cluster) => (cluster[0] ?? 0) - 1);
}

function columnOf(x: number, starts: readonly number[]): number {
  return Math.max(0, starts.findLastIndex((start) => start <= x));
}

/** Where columns begin that no text reaches out of, whichever way their cells are set; null where a cell stands over several. */
function columnEdges(lines: readonly (readonly Piece[])[]): number[] | null {
  const edges: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { x0, x1 } of lines.flat().sort((a, b) => a.x0 - b.x0)) {
    if (x0 > end) edges.push(x0 - 1);
    end = Math.max(end, x1);
  }
  const apart = lines.every((pieces) => new Set(pieces.map((piece) => columnOf(piece.x0, edges))).size === pieces.length);
  return apart ? edges : null;
}

/** A cell that runs up to the next one is parted from it where a column begins. */
function splitCell(cell: Segment, starts: readonly number[]): Piece[] {
  const parts: Piece[] = [];
  let at = 0;
  let x0 = cell.x0;
  for (const gap of cell.gaps ?? []) {
    if (!starts.some((start) => gap.x >= start && gap.x < start + NEAR + 1)) continue;
    parts.push({ x0, x1: gap.from, text: cell.text.slice(at, gap.at).trim() });
    [at, x0] = [gap.at, gap.x];
  }
  parts.push({ x0, x1: cell.x1, text: cell.text.slice(at).trim() });
  return parts.filter((part) => part.text !== '');
}

function groupLines(lines: readonly Line[]): Line[][] {
  const gaps = lines.slice(1).map((line, at) => (line.y0 - Math.max(...lines.slice(Math.max(0, at - 2), at + 1).map((before) => before.y1))) / line.size);
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)];
  const limit = most - least > ROW_GAP ? (least + most) / 2 : Number.NEGATIVE_INFINITY;
  const tight = lines.filter((_, at) => at > 0 && (gaps[at - 1] ?? 0) < limit);
  // Rows that fill every column are rows, however near they are: then the wide gaps part groups of rows.
  const fullest = Math.max(...lines.map(filledColumns));
  const merging = limit > Number.NEGATIVE_INFINITY && tight.filter((line) => filledColumns(line) === fullest).length < 0.5 * tight.length;
  const groups: Line[][] = [];
  for (const [at, line] of lines.entries()) {
    const group = groups.at(-1);
    const continued = line.pieces.length === 1 && (line.pieces[0]?.column ?? 0) > 0;
    if (group && at > 0 && ((merging && (gaps[at - 1] ?? 0) < limit) || (!merging && continued))) group.push(line);
    else groups.push([line]);
  }
  return groups;
}

const filledColumns = (line: Line): number => new Set(line.pieces.map((piece) => piece.column)).size;
