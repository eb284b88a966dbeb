import type { BlockKind, PageBox } from '#contract/document.ts';
import type { RawBlock } from '../assembleDocument.ts';
import type { FilledTable } from './fillTables.ts';
import type { LineJoiner } from './joinLines.ts';
import type { Row } from './readingOrder.ts';
import type { PageRows } from './runningLines.ts';
import { tableEnd, tableRows } from './tableLines.ts';

const BULLET = /^(?:[•◦▪▫●○■□‣⁃∙·*–—-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|\([ivx]+\))(?:\s|$)/u;

/** The usual distance from one line's top to the next one's, in font sizes. */
export function linePitch(pages: readonly PageRows[]): number {
  const pitches: number[] = [];
  for (const { rows } of pages.slice(0, 400)) {
    for (let at = 1; at < rows.length; at++) {
      const before = rows[at - 1] as Row;
      const row = rows[at] as Row;
      const pitch = (row.y1 - before.y1) / row.size;
      if (row.column === before.column && Math.abs(row.size - before.size) < 0.5 && pitch > 0.8 && pitch < 2.5) pitches.push(pitch);
    }
  }
  pitches.sort((a, b) => a - b);
  return pitches[Math.floor(pitches.length * 0.4)] ?? 1.2;
}

export interface PageStyle {
  readonly pitch: number;
  readonly headings: ReadonlyMap<Row, number>;
  readonly joiner: LineJoiner;
}

/** Gathers the rows of one page into blocks: headings, paragraphs, lists, tables, code. */
export function pageBlocks(page: PageRows, style: PageStyle): RawBlock[] {
  const blocks: RawBlock[] = [];
  const { rows } = page;
  let at = 0;
  while (at < rows.length) {
    const row = rows[at] as PageRows['rows'][number];
    if (row.reason !== undefined) {
      blocks.push({ kind: 'paragraph', text: row.text, page: page.page, reason: row.reason });
      at++;
      continue;
    }
    const kind = kindAt(rows, at, style);
    const end = blockEnd(rows, at, kind, style);
    blocks.push(makeBlock(rows.slice(at, end), kind, style));
    at = end;
  }
  return blocks;
}

type MarkedRow = PageRows['rows'][number];

function kindAt(rows: readonly MarkedRow[], at: number, style: PageStyle): BlockKind {
  const row = rows[at] as MarkedRow;
  if (row.table) return 'table';
  if (style.headings.has(row)) return 'heading';
  if (row.mono) return 'code';
  if (tableEnd(rows, at, style.headings) > at) return 'table';
  return BULLET.test(row.text) ? 'list' : 'paragraph';
}

function blockEnd(rows: readonly MarkedRow[], at: number, kind: BlockKind, style: PageStyle): number {
  if (rows[at]?.table) return at + 1;
  if (kind === 'table') return tableEnd(rows, at, style.headings);
  let end = at + 1;
  while (end < rows.length) {
    const before = rows[end - 1] as MarkedRow;
    const row = rows[end] as MarkedRow;
    if (row.reason !== undefined || row.column !== before.column || row.y1 < before.y0) break;
    if (kind === 'heading' ? !sameHeading(rows, at, end, style) : kind === 'code' ? !sameCode(before, row, style) : startsBlock(rows, at, end, style)) break;
    end++;
  }
  return end;
}

function sameHeading(rows: readonly MarkedRow[], at: number, end: number, { headings, pitch }: PageStyle): boolean {
  const before = rows[end - 1] as MarkedRow;
  const row = rows[end] as MarkedRow;
  return headings.get(row) === headings.get(rows[at] as MarkedRow) && Math.abs(row.size - before.size) < 0.6 && end - at < 4 && (row.y1 - before.y1) / row.size < 1.25 * Math.max(pitch, 1.15);
}

function sameCode(before: MarkedRow, row: MarkedRow, { headings }: PageStyle): boolean {
  return row.mono && !headings.has(row) && (row.y1 - before.y1) / row.size < 3.2;
}

/** Whether a row of running text begins a new block after the rows from `at`. */
function startsBlock(rows: readonly MarkedRow[], at: number, end: number, style: PageStyle): boolean {
  const before = rows[end - 1] as MarkedRow;
  const row = rows[end] as MarkedRow;
  const { size } = row;
  if (row.table || style.headings.has(row) || row.mono !== before.mono || Math.abs(size - before.size) > 0.12 * size) return true;
  if ((row.y1 - before.y1) / size > style.pitch * 1.3 + 0.05) return true;
  if (BULLET.test(row.text) && (row.x0 < before.x0 + 0.5 * size || !BULLET.test((rows[at] as MarkedRow).text) || row.x0 > before.x0)) return true;
  if (tableEnd(rows, end, style.headings) > end) return true;
  const next = rows[end + 1];
  const indent = row.x0 - before.x0;
  const following = next && next.column === row.column && (next.y1 - row.y1) / size < style.pitch * 1.3 ? next : undefined;
  const shortBefore = before.x1 < row.right - 3 * size && /[.!?:]$/.test(before.text);
  if (indent > 0.8 * size && (shortBefore || (following !== undefined && following.x0 < row.x0 - 0.8 * size))) return true;
  // Back to the margin after hanging lines: the next entry of a list or glossary.
  return indent < -0.8 * size && (end - at > 1 || before.x1 < row.right - 4 * size);
}

function makeBlock(rows: readonly MarkedRow[], kind: BlockKind, style: PageStyle): RawBlock {
  const first = rows[0] as MarkedRow;
  if (first.table) return tableBlock(first, first.table, style);
  const boxes: PageBox[] = rows.map((row) => ({ page: row.page, x0: round(row.x0), y0: round(row.y0), x1: round(row.x1), y1: round(row.y1) }));
  const base = { kind, page: first.page, boxes };
  if (kind === 'heading') return { ...base, level: style.headings.get(first) ?? 1, text: joinRows(rows, style.joiner) };
  if (kind === 'code') return { ...base, text: codeText(rows) };
  if (kind === 'table') return tableBlock(first, { rows: tableRows(rows) }, style);
  return { ...base, text: joinRows(rows, style.joiner) };
}

function tableBlock(row: MarkedRow, table: FilledTable, { joiner }: PageStyle): RawBlock {
  const starts: number[] = [];
  let text = '';
  for (const { cells } of table.rows) {
    if (text !== '') text += '\n';
    starts.push(text.length);
    text += cells.map((lines) => lines.reduce((joined, line) => (joined === '' ? line : joiner.join(joined, line)), '')).join('\t').trimEnd();
  }
  const boxes = table.rows.map((cells) => ({ page: row.page, x0: round(row.x0), y0: round(cells.y0), x1: round(row.x1), y1: round(cells.y1) }));
  return { kind: 'table', page: row.page, boxes, text, rows: starts };
}

const round = (value: number): number => Math.round(value * 10) / 10;

function joinRows(rows: readonly MarkedRow[], joiner: LineJoiner): string {
  let text = '';
  for (const row of rows) text = text === '' ? row.text : joiner.join(text, row.text);
  return text.trim();
}

/** Lines of code with their indentation, from where they stand. */
function codeText(rows: readonly MarkedRow[]): string {
  const left = Math.min(...rows.map((row) => row.x0));
  const lines: string[] = [];
  let before: MarkedRow | undefined;
  for (const row of rows) {
    if (before && (row.y1 - before.y1) / row.size > 1.8) lines.push('');
    before = row;
    let line = '';
    for (const cell of row.cells) {
      const width = cell.text.length > 1 ? (cell.x1 - cell.x0) / cell.text.length : 0.6 * cell.size;
      const column = Math.round((cell.x0 - left) / Math.max(1, width));
      const spaces = Math.min(200, Math.max(line === '' ? 0 : 1, column - line.length));
      line += ' '.repeat(spaces) + cell.text;
    }
    lines.push(line);
  }
  return lines.join('\n').replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}
