import type { OutlineEntry } from './readPdf.ts';
import type { PageRows } from './runningLines.ts';
import type { Row } from './readingOrder.ts';

const squash = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
const NUMBERED = /^(?:chapter\s+|appendix\s+|section\s+|part\s+)?(?:\d{1,3}(?:\.\d{1,3})*\.?|[A-Z](?:\.\d{1,3})+)\s+\p{L}/iu;
const MAX_HEADING = 220;
/** An item of a list, however large or bold its bullet is set. */
const BULLET_ITEM = /^[•◦▪▫●○■□‣⁃∙·]/u;

/** Labels in drawings are short lines: they say nothing of the size of prose. */
const SHORT_ROW = 30;
/** A size that more of the text has than this is prose, however large. */
const MAX_HEADING_SHARE = 0.15;

/** Fonts of one size have boxes of different heights: below this many body sizes a line may still be as large as the body. */
const NEAR_BODY = 1.3;

const sizeKey = (row: Row): number => Math.round(row.size * 2);

function lettersBySize(pages: readonly PageRows[], shortest: number): Map<number, number> {
  const letters = new Map<number, number>();
  for (const { rows } of pages) {
    for (const row of rows) {
      if (row.reason === undefined && row.text.length >= shortest) letters.set(sizeKey(row), (letters.get(sizeKey(row)) ?? 0) + row.text.length);
    }
  }
  return letters;
}

/** The size of most letters of the document's prose, in points. */
export function bodySize(pages: readonly PageRows[]): number {
  let letters = lettersBySize(pages, SHORT_ROW);
  if (letters.size === 0) letters = lettersBySize(pages, 1);
  let best = 20;
  let most = 0;
  for (const [size, count] of letters) if (count > most) [best, most] = [size, count];
  return best / 2;
}

/**
 * Tells which lines are headings, and their levels: lines that the outline names on their page, lines larger than the body,
 * and numbered or lone bold lines. Levels come from the outline where it has the size, else from the rank of the size.
 */
export function headingLevels(pages: readonly PageRows[], outline: readonly OutlineEntry[], body: number): Map<Row, number> {
  const byPage = new Map<number, Map<string, number>>();
  for (const entry of outline) {
    const titles = byPage.get(entry.page) ?? new Map<string, number>();
    titles.set(squash(entry.title), entry.level);
    byPage.set(entry.page, titles);
  }
  const levels = new Map<Row, number>();
  const letters = lettersBySize(pages, 1);
  const prose = MAX_HEADING_SHARE * [...letters.values()].reduce((sum, count) => sum + count, 2_000);
  const large: Row[] = [];
  const bold: Row[] = [];
  const outlineLevels = new Map<number, Map<number, number>>();
  for (const { rows, page } of pages) {
    const titles = byPage.get(page);
    for (const [at, row] of rows.entries()) {
      if (row.reason !== undefined || row.table || row.text.length > MAX_HEADING || !/[\p{L}\p{N}]/u.test(row.text)) continue;
      const named = titles ? titleLevel(row.text, titles) : undefined;
      const key = sizeKey(row);
      if (named !== undefined && (row.size >= 0.98 * body || row.bold)) {
        levels.set(row, Math.min(6, named));
        const counts = outlineLevels.get(key) ?? new Map<number, number>();
        counts.set(named, (counts.get(named) ?? 0) + 1);
        outlineLevels.set(key, counts);
      } else if (BULLET_ITEM.test(row.text) || (row.size < NEAR_BODY * body && headsColumns(row, rows[at + 1]))) continue;
      else if ((letters.get(key) ?? 0) < prose && row.size >= (row.bold ? 1.07 : 1.12) * body && !row.mono && row.text.trim().length > 1) large.push(row);
      else if (isBoldHeading(row, rows[at - 1], rows[at + 1], body)) bold.push(row);
    }
  }
  const sizes = [...new Set(large.map(sizeKey))].sort((a, b) => b - a);
  for (const row of large) {
    const key = sizeKey(row);
    levels.set(row, commonLevel(outlineLevels.get(key)) ?? Math.min(5, sizes.indexOf(key) + 1));
  }
  const lowest = Math.min(6, Math.max(2, sizes.length + 1));
  for (const row of bold) levels.set(row, lowest);
  return levels;
}

function titleLevel(text: string, titles: ReadonlyMap<string, number>): number | undefined {
  const own = squash(text);
  if (own === '') return undefined;
  return titles.get(own) ?? titles.get(own.replace(/^(?:chapter |appendix |section |part )?(?:[a-z0-9] )?(?:\d+ )*/, ''));
}

function commonLevel(counts: ReadonlyMap<number, number> | undefined): number | undefined {
  if (!counts) return undefined;
  let best: number | undefined;
  let most = 0;
  for (const [level, count] of counts) if (count > most) [best, most] = [level, count];
  return best === undefined ? undefined : Math.min(6, best);
}

function isBoldHeading(row: Row, before: Row | undefined, after: Row | undefined, body: number): boolean {
  if (!row.bold || row.mono || row.cells.length > 2 || row.text.length > 120 || row.size < 0.95 * body) return false;
  if (/[.,;:]$/.test(row.text) && !NUMBERED.test(row.text)) return false;
  if (row.x1 - row.x0 > 0.9 * (row.right - row.left) && !NUMBERED.test(row.text)) return false;
  const apart = !before || before.column !== row.column || row.y0 - before.y1 > 0.35 * row.size;
  return apart && (!after || !after.bold || after.column !== row.column);
}

/** The names of a table's columns, with its first row right below them. */
function headsColumns(row: Row, after: Row | undefined): boolean {
  const [, second] = row.cells;
  return second !== undefined && after !== undefined && after.column === row.column && !after.bold && after.y0 - row.y1 < row.size && after.cells.slice(1).some((cell) => Math.abs(cell.x0 - second.x0) < 4);
}
