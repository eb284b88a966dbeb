import type { OutlineEntry } from './readPdf.ts';
import { bodySize } from './headingRows.ts';
import type { Row } from './readingOrder.ts';

export interface PageRows {
  readonly page: number;
  readonly width: number;
  readonly height: number;
  rows: (Row & { reason?: string })[];
}

const EDGE_ROWS = 3;
const PAGE_NUMBER = /^[\s\-–—[(|]*(?:page\s+)?(?:\d{1,4}|[ivxlcdm]{1,7}|[A-Z]-?\d{1,3}|\d{1,3}[-–]\d{1,3})(?:\s*(?:of|\/)\s*\d{1,4})?[\s\-–—\])|]*$/i;
const LEADERS = /(?:\.\s?){4,}\s*\S{0,8}\s*$/;
const squash = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** Marks lines that repeat at the edge of pages (running headers and footers, page numbers) and the printed table of contents. */
export function markRunningLines(pages: readonly PageRows[], outline: readonly OutlineEntry[]): void {
  const large = 1.15 * bodySize(pages);
  markRepeated(pages, { reason: 'running-header', edge: topRows, large });
  markRepeated(pages, { reason: 'running-footer', edge: bottomRows, large });
  markContents(pages, outline);
}

type EdgeRow = PageRows['rows'][number] & {
  /** White space parts it from the text: lines that are set like the text repeat only when they are equal. */
  apart?: boolean;
};

function topRows({ rows, height }: PageRows): EdgeRow[] {
  const sorted = [...rows].sort((a, b) => a.y0 - b.y0).slice(0, EDGE_ROWS + 1);
  return edgeRows(sorted, (outer, inner) => inner.y0 - outer.y1).filter((row) => row.y1 < 0.14 * height);
}

function bottomRows({ rows, height }: PageRows): EdgeRow[] {
  const sorted = [...rows].sort((a, b) => b.y1 - a.y1).slice(0, EDGE_ROWS + 1);
  return edgeRows(sorted, (outer, inner) => outer.y0 - inner.y1).filter((row) => row.y0 > 0.86 * height);
}

/** Rows from the page's edge inward, with what stands before the last gap marked as apart. */
function edgeRows(rows: readonly EdgeRow[], gap: (outer: EdgeRow, inner: EdgeRow) => number): EdgeRow[] {
  const edge = rows.slice(0, EDGE_ROWS);
  const lastGap = edge.findLastIndex((row, at) => {
    const inner = rows[at + 1];
    return inner === undefined || gap(row, inner) > 0.6 * row.size;
  });
  for (const [at, row] of edge.entries()) row.apart = at <= lastGap;
  return edge;
}

interface EdgeRule {
  readonly reason: string;
  readonly edge: (page: PageRows) => EdgeRow[];
  /** From this size on, lines that differ by a number only are headings ("Chapter 3"), not repetitions. */
  readonly large: number;
}

function markRepeated(pages: readonly PageRows[], { reason, edge, large }: EdgeRule): void {
  if (pages.length < 3) return;
  const seen = new Map<string, EdgeRow[]>();
  const places = new Map<number, number>();
  const edges = pages.map(edge);
  for (const rows of edges) {
    for (const row of rows) {
      const lower = row.text.toLowerCase();
      const same = row.size >= large || !row.apart ? lower : lower.replaceAll(/\d+|\b[ivxlcdm]+\b/g, '#');
      const key = `${same.replaceAll(/\s+/g, ' ').trim()}@${Math.round(row.y0 / 6)}`;
      const list = seen.get(key);
      if (list) list.push(row);
      else seen.set(key, [row]);
    }
  }
  const mark = (row: EdgeRow): void => {
    row.reason = PAGE_NUMBER.test(row.text) ? 'page-number' : reason;
    const place = Math.round(row.y0 / 3);
    places.set(place, (places.get(place) ?? 0) + 1);
  };
  for (const rows of seen.values()) {
    const onPages = new Set(rows.map((row) => row.page)).size;
    if (onPages >= 3 || (onPages >= 2 && onPages >= 0.6 * pages.length)) rows.forEach(mark);
  }
  // A header's place is known now: what stands there with a page number is one too, though its chapter is short.
  for (const rows of edges) {
    for (const row of rows) {
      if (row.reason !== undefined) continue;
      const place = Math.round(row.y0 / 3);
      const count = (places.get(place) ?? 0) + (places.get(place - 1) ?? 0) + (places.get(place + 1) ?? 0);
      if (count < 3 || count < 0.05 * pages.length) continue;
      if (row.size >= large || !row.apart) continue;
      if (PAGE_NUMBER.test(row.text) || (row.cells.length > 1 && row.cells.some((cell) => PAGE_NUMBER.test(cell.text)))) mark(row);
    }
  }
}

/** Lines that lead to a page: dot leaders, or a title of the outline with a number after it. */
function markContents(pages: readonly PageRows[], outline: readonly OutlineEntry[]): void {
  const titles = new Set(outline.map((entry) => squash(entry.title)));
  for (const { rows, page } of pages) {
    const found = rows.filter((row) => row.reason === undefined && (LEADERS.test(row.text) || leadsTo(row.text, titles)));
    if (found.length < 5 || found.length < 0.5 * rows.length || page > 80) continue;
    for (const row of found) row.reason = 'table-of-contents';
  }
}

function leadsTo(text: string, titles: ReadonlySet<string>): boolean {
  const match = /^(.{3,200}?)[\s.]+(?:\d{1,4}|[ivxlc]{1,6})$/.exec(text);
  if (!match?.[1] || titles.size === 0) return false;
  const title = squash(match[1]);
  return titles.has(title) || titles.has(title.replace(/^[\d ]+/, ''));
}
