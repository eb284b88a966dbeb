import Papa from 'papaparse';
import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument, MAX_TEXT, type RawBlock } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import { parsePlainText } from '../plain/parsePlainText.ts';
import { TableBlocks } from './tableBlocks.ts';

/** No quote character: for files whose quotes are plain letters. */
const NO_QUOTES = '\u0000';
/** A field this long that quotes opened is more likely a quote that nothing closes. */
const LONGEST_QUOTED = 1_000_000;
const DELIMITERS = [',', ';', '\t', '|'];
const LEAD = 30;

/**
 * Reads a table kept as text: delimiter and quotes are found, the first row gives the columns' names where it looks like
 * names. A row becomes `column: value; column: value`, so that each stands for itself in an answer.
 */
export function parseCsv(source: string, name: string, warnings: ParseWarning[]): ParsedDocument {
  const { text, delimiter } = withoutPreamble(source.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n'), name);
  if (delimiter === null) return parsePlainText(text, name, warnings);
  let blocks = readRows(text, { delimiter, quoteChar: '"' });
  if (blocks === null) {
    warnings.push({ code: 'quotes-open', message: 'A quotation mark is opened and never closed: quotation marks were read as ordinary letters' });
    blocks = readRows(text, { delimiter, quoteChar: NO_QUOTES });
  }
  if (!blocks || blocks.length === 0) throw new AppError('DOCUMENT_NO_TEXT', `${name} has no text: its cells are empty`);
  return assembleDocument(blocks, { format: 'csv', title: name, metadata: {}, warnings });
}

/** The rows of a table as text, quotes read; for exports that are tables. At most `most` rows. */
export function csvRows(source: string, most: number): string[][] {
  const { text, delimiter } = withoutPreamble(source.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n'), '');
  return Papa.parse<string[]>(text, { delimiter: delimiter ?? ',', newline: '\n', skipEmptyLines: true, preview: most }).data;
}

/** Excel's first line `sep=;` says the delimiter; else the one that splits the first rows most evenly. */
function withoutPreamble(text: string, name: string): { text: string; delimiter: string | null } {
  const stated = /^sep=(.)\n/i.exec(text);
  if (stated?.[1]) return { text: text.slice(stated[0].length), delimiter: stated[1] };
  const lead = text.slice(0, 200_000);
  if (/\.(?:tsv|tab)$/i.test(name) && lead.includes('\t')) return { text, delimiter: '\t' };
  let best: string | null = null;
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const rows = Papa.parse<string[]>(lead, { delimiter, newline: '\n', skipEmptyLines: true, preview: LEAD }).data;
    const widths = new Map<number, number>();
    for (const row of rows) if (row.length > 1) widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
    const [width = 0, count = 0] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [];
    const score = count === 0 ? 0 : count / Math.max(1, rows.length) + Math.min(width, 50) / 1_000;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return { text, delimiter: bestScore >= 0.5 ? best : null };
}

/** Null = a quotation mark is never closed. */
function readRows(text: string, { delimiter, quoteChar }: { readonly delimiter: string; readonly quoteChar: string }): RawBlock[] | null {
  const table = new TableBlocks();
  let size = 0;
  let open = false;
  Papa.parse<string[]>(text, {
    delimiter, quoteChar, newline: '\n', skipEmptyLines: true,
    step: ({ data, errors }, parser) => {
      const row = data.map((cell) => cleanCharacters(cell).replaceAll(/[\t\n]+/g, ' ').trim());
      open ||= quoteChar !== NO_QUOTES && (errors.some((error) => error.code === 'MissingQuotes') || data.some((cell) => cell.length > LONGEST_QUOTED && cell.includes('\n')));
      size += table.add(row);
      if (open || size > MAX_TEXT) parser.abort();
    },
  });
  return open ? null : table.finish();
}
