import type { Pdfium } from './pdfium.ts';

/** A table that lines are drawn around the cells of, in points from the page's top left. */
export interface RuledTable {
  /** Edges of columns, left to right, and of rows, downwards; one more than there are. */
  readonly columns: readonly number[];
  readonly bands: readonly number[];
  /** Whether a line is drawn at an inner edge of columns in a row; a cell over several columns has none. */
  readonly walls: readonly (readonly boolean[])[];
}

interface Line {
  /** Its place across its direction. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

type Place = (x: number, y: number) => { x: number; y: number };

const PATH = 2;
const MAX_OBJECTS = 20_000;
const MAX_LINES = 8_000;
const THICKEST = 2.5;
const SHORTEST = 5;
/** Lines within this distance are one, and touch. */
const NEAR = 2;

/** Finds the tables of a page by the lines between their cells: at least two columns and two rows. `scratch` holds 16 bytes. */
export function ruledTables(pdfium: Pdfium, page: number, place: Place, scratch: number): RuledTable[] {
  const across: Line[] = [];
  const down: Line[] = [];
  const count = Math.min(pdfium._FPDFPage_CountObjects(page), MAX_OBJECTS);
  for (let at = 0; at < count && across.length + down.length < MAX_LINES; at++) {
    const object = pdfium._FPDFPage_GetObject(page, at);
    if (object === 0 || pdfium._FPDFPageObj_GetType(object) !== PATH) continue;
    if (!pdfium._FPDFPageObj_GetBounds(object, scratch, scratch + 4, scratch + 8, scratch + 12)) continue;
    const base = scratch >> 2;
    const heap = pdfium.HEAPF32;
    const one = place(heap[base] ?? 0, heap[base + 1] ?? 0);
    const two = place(heap[base + 2] ?? 0, heap[base + 3] ?? 0);
    const [x0, x1, y0, y1] = [Math.min(one.x, two.x), Math.max(one.x, two.x), Math.min(one.y, two.y), Math.max(one.y, two.y)];
    if (y1 - y0 <= THICKEST && x1 - x0 >= SHORTEST) across.push({ at: (y0 + y1) / 2, from: x0, to: x1 });
    else if (x1 - x0 <= THICKEST && y1 - y0 >= SHORTEST) down.push({ at: (x0 + x1) / 2, from: y0, to: y1 });
  }
  return across.length < 3 ? [] : groups(across).flatMap((lines) => toTables(lines, down));
}

/** Lines across the page in groups that stand under each other with the same left and right end, top down. */
function groups(lines: readonly Line[]): Line[][] {
  const done: { from: number; to: number; edges: number[]; lines: Line[] }[] = [];
  for (const row of levels(lines)) {
    for (const run of runs(row)) {
      const from = Math.min(...run.map((line) => line.from));
      const to = Math.max(...run.map((line) => line.to));
      const edges = run.flatMap((line) => [line.from, line.to]);
      const same = done.findLast((group) => Math.abs(group.from - from) < 2 * NEAR && Math.abs(group.to - to) < 2 * NEAR);
      // A line over some of the columns only: a cell beside it stands over several rows. Other short lines underline words.
      const group = same ?? done.findLast(({ edges: known }) => [from, to].every((end) => known.some((edge) => Math.abs(edge - end) <= NEAR)));
      if (!group) done.push({ from, to, edges, lines: run });
      else {
        group.lines.push(...run);
        if (group.edges.length < 200) group.edges.push(...edges);
      }
    }
  }
  return done.map((group) => group.lines);
}

/** Lines at one height each, top down. */
function levels(lines: readonly Line[]): Line[][] {
  const rows: Line[][] = [];
  for (const line of [...lines].sort((a, b) => a.at - b.at)) {
    const row = rows.at(-1);
    if (row && line.at - (row[0] as Line).at < NEAR) row.push(line);
    else rows.push([line]);
  }
  return rows;
}

/** Lines of one height that touch each other. */
function runs(row: readonly Line[]): Line[][] {
  const found: Line[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const line of [...row].sort((a, b) => a.from - b.from)) {
    if (line.from - end < NEAR) found.at(-1)?.push(line);
    else found.push([line]);
    end = Math.max(end, line.to);
  }
  return found;
}

/** The tables of one group: where no line goes down beside a stretch of it, one table ends and the next begins. */
function toTables(across: readonly Line[], allDown: readonly Line[]): RuledTable[] {
  const edges = levels(across).map((row) => (row[0] as Line).at);
  const left = Math.min(...across.map((line) => line.from)) - NEAR;
  const right = Math.max(...across.map((line) => line.to)) + NEAR;
  const down = allDown.filter((line) => line.at > left && line.at < right && line.from < (edges.at(-1) ?? 0) && line.to > (edges[0] ?? 0));
  const tables: RuledTable[] = [];
  let bands: number[] = [];
  const close = (): void => {
    const table = bands.length < 3 ? null : toTable(bands, across, down);
    if (table) tables.push(table);
    bands = [];
  };
  for (const [at, edge] of edges.entries()) {
    const before = bands.at(-1);
    const middle = before === undefined ? 0 : (before + edge) / 2;
    if (before !== undefined && at > 0 && down.length > 0 && !down.some((line) => line.from < middle && line.to > middle)) close();
    bands.push(edge);
  }
  close();
  return tables;
}

function toTable(bands: readonly number[], across: readonly Line[], allDown: readonly Line[]): RuledTable | null {
  const [top, bottom] = [(bands[0] ?? 0) - NEAR, (bands.at(-1) ?? 0) + NEAR];
  const lines = across.filter((line) => line.at >= top && line.at <= bottom);
  const down = allDown.filter((line) => line.from < bottom && line.to > top);
  // Where no lines go down, the pieces of the lines across still tell the columns.
  const places = [...lines.flatMap((line) => (down.length > 0 ? [] : [line.from, line.to])), ...down.map((line) => line.at)];
  places.push(Math.min(...lines.map((line) => line.from)), Math.max(...lines.map((line) => line.to)));
  const columns: number[] = [];
  for (const place of places.sort((a, b) => a - b)) if (columns.length === 0 || place - (columns.at(-1) ?? 0) > 2 * NEAR) columns.push(place);
  if (columns.length < 3) return null;
  const walls = bands.slice(1).map((end, band) => {
    const middle = (end + (bands[band] ?? 0)) / 2;
    const isWall = (edge: number): boolean =>
      down.length > 0 ? down.some((line) => Math.abs(line.at - edge) <= 2 * NEAR && line.from < middle && line.to > middle) : lines.some((line) => Math.abs(line.at - end) < NEAR && Math.abs(line.from - edge) <= 2 * NEAR);
    return columns.slice(1, -1).map(isWall);
  });
  return { columns, bands, walls };
}

/** Where a point is in a table; null outside of it. Columns without a line between them are one cell. */
export function cellOf({ columns, bands, walls }: RuledTable, x: number, y: number): { readonly band: number; readonly column: number } | null {
  if (x < (columns[0] ?? 0) || x > (columns.at(-1) ?? 0) || y < (bands[0] ?? 0) || y > (bands.at(-1) ?? 0)) return null;
  const band = Math.min(bands.findLastIndex((edge) => edge <= y), bands.length - 2);
  let column = Math.min(columns.findLastIndex((edge) => edge <= x), columns.length - 2);
  while (column > 0 && walls[band]?.[column - 1] === false) column--;
  return { band, column };
}

/** Whether a line is drawn between two points of one height. */
export function isWalled(tables: readonly RuledTable[], from: number, to: number, y: number): boolean {
  for (const table of tables) {
    const one = cellOf(table, from, y);
    const two = one && cellOf(table, to, y);
    if (one && two && one.column !== two.column) return true;
  }
  return false;
}
