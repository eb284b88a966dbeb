import { describe, expect, test } from 'vitest';
import { chunkDocument } from '../../../../src-main/runtimes/parse/child/chunkDocument.ts';
import { numberFormat, showNumber } from '../../../../src-main/runtimes/parse/child/office/xlsx/numberFormats.ts';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { makePptx, makeXlsx, shape } from '../../../helpers/officeFiles.ts';
import { documentFaults } from './documentFaults.ts';
import { shown } from './shownBlocks.ts';

describe('reading a workbook', () => {
  test('a sheet is a heading and its tables: shared and inline strings, dates, per cent, formulas by their result', async () => {
    const document = await parseBytes(makeXlsx([{
      name: 'Stock &amp; more',
      rows: `<row r="1"><c r="B1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Since</t></is></c><c r="D1" t="str"><f>A1&amp;B1</f><v>Share</v></c></row>
<row r="2"><c r="B2" t="s"><v>1</v></c><c r="C2" s="1"><v>43861</v></c><c r="D2" s="2"><f>1/8</f><v>0.125</v></c></row>
<row r="3"><c r="B3" t="b"><v>1</v></c><c r="D3" t="e"><v>#DIV/0!</v></c></row>
<row r="5"><c r="A5" s="3"><v>1234.5</v></c><c r="B5"><v>0.30000000000000004</v></c></row><row r="7"><c r="A7" t="s"><v>2</v></c></row><row r="8"><c r="A8" s="1"/></row>`,
    }], ['<t>Part</t>', '<r><t>Bo</t></r><r><t>lt_x000D_</t></r><rPh><t>aid</t></rPh>', '<t>A line alone</t>']), 'made.xlsx');
    expect(shown(document)).toEqual(['heading2: Stock & more', 'table: Part\tSince\tShare\nBolt\t2020-01-31\t12.50%\nTRUE\t\t#DIV/0!', 'table: 1,234.50 kg\t0.3', 'paragraph: A line alone']);
    expect(document.blocks[1]?.rows).toHaveLength(3);
    expect(documentFaults(document)).toEqual([]);
  });

  test('hidden sheets are read with a warning, empty ones have no heading, a workbook without text says so', async () => {
    const row = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>';
    const document = await parseBytes(makeXlsx([{ name: 'Empty', rows: '' }, { name: 'Secret', rows: row, hidden: true }]), 'made.xlsx');
    expect(shown(document)).toEqual(['heading2: Secret', 'table: 1\t2']);
    expect(document.warnings).toEqual([{ code: 'hidden-sheet', message: 'The sheet "Secret" is hidden in the workbook; it was read' }]);
    await expect(parseBytes(makeXlsx([{ name: 'Empty', rows: '' }]), 'made.xlsx')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT', message: 'made.xlsx has no text: its sheet is empty or holds charts and pictures only' });
  });

  test('a long sheet is cut between rows into chunks, none of them too long', async () => {
    const rows = Array.from({ length: 3_000 }, (_, at) => `<row r="${at + 1}"><c r="A${at + 1}"><v>${at}</v></c><c r="B${at + 1}" t="inlineStr"><is><t>part number ${at}</t></is></c></row>`).join('');
    const document = await parseBytes(makeXlsx([{ name: 'Parts', rows }]), 'made.xlsx');
    const chunks = chunkDocument(document, { version: 1, maxTokens: 100 }, (text) => text.split(/\s+/).filter(Boolean).length);
    expect(Math.max(...chunks.map((chunk) => chunk.tokens))).toBeLessThanOrEqual(100);
    expect(chunks.every((chunk) => /^(?:Parts\s*)?(?:\d+\tpart number \d+\n|$)/.test(chunk.text))).toBe(true);
  });

  test('a million cells are read whole, in tables that are small enough to be cut up', { timeout: 120_000 }, async () => {
    const columns = Array.from('BCDEFGHIJK');
    const rows = Array.from({ length: 100_000 }, (_, at) => `<row r="${at + 1}">${columns.map((column, index) => `<c r="${column}${at + 1}"><v>${at * index}</v></c>`).join('')}</row>`).join('');
    const document = await parseBytes(makeXlsx([{ name: 'Big', rows }]), 'made.xlsx');
    const tables = document.blocks.filter((block) => block.kind === 'table');
    expect(tables.reduce((sum, table) => sum + (table.rows?.length ?? 0), 0)).toBe(100_000);
    expect(Math.max(...tables.map((table) => table.end - table.start))).toBeLessThan(201_000);
    expect(document.text.endsWith('\t899991')).toBe(true);
    expect(document.warnings).toEqual([]);
  });

  test.each([
    [0, undefined, '44561.5', '44561.5'], [14, undefined, '60', '1900-02-28'], [14, undefined, '61', '1900-03-01'], [22, undefined, '44561.75', '2021-12-31 18:00'], [20, undefined, '0.25', '06:00'], [46, undefined, '1.5', '36:00'],
    [9, undefined, '0.256', '26%'], [3, undefined, '-1234567', '-1,234,567'], [2, undefined, '1.005', '1.01'], [164, '"Total: "0.0', '7', 'Total:7.0'], [165, '[$€-407] #,##0.00', '5', '€5.00'], [166, '[Red]yyyy"m"', '44561', '2021-12-31'], [167, 'mmm', '44561', '2021-12-31'],
    [168, '0.00E+00', '12345', '12345'], [49, '@', '12', '12'], [0, undefined, '1e300', '1e+300'], [14, undefined, '-5', '-5'], [14, undefined, '9e99', '9e+99'], [0, undefined, 'abc', 'abc'],
  ])('format %i (%s) shows %s as %s', (id, code, stored, expected) => {
    expect(showNumber(stored, numberFormat(id, code), false)).toBe(expected);
  });

  test('days are counted from 1904 where the workbook says so', () => {
    expect(showNumber('0', numberFormat(14, undefined), true)).toBe('1904-01-01');
  });
});

describe('reading a presentation', () => {
  test('slides come in their order as pages: title, shapes, tables, notes; margins are left out, hidden ones told', async () => {
    const table = '<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>a</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>b</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>';
    const document = await parseBytes(makePptx([
      { shapes: shape('body', ['First point', 'Second point']) + shape('title', ['The start']) + shape('ftr', ['ACME 2020']), notes: 'Say hello' },
      { shapes: `<p:grpSp>${shape('', ['Grouped'])}</p:grpSp>${table}`, hidden: true }, { shapes: '' },
    ]), 'made.pptx');
    expect(shown(document)).toEqual(['1 heading2: The start', '1 list: First point', '1 list: Second point', '1 quote: Say hello', '2 paragraph: Grouped', '2 table: a\tb']);
    expect(document).toMatchObject({
      format: 'pptx', title: 'The start', removed: { 'page-footer': 10 }, warnings: [{ code: 'hidden-slide', page: 2 }],
      pages: [{ width: 960, height: 540, hasText: true }, { width: 960, height: 540, hasText: true }, { width: 960, height: 540, hasText: false }],
    });
    expect(documentFaults(document)).toEqual([]);
  });

  test('slides of pictures only have no text, and the file says so', async () => {
    await expect(parseBytes(makePptx([{ shapes: '<p:pic/>' }, { shapes: '<p:pic/>' }]), 'made.pptx')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT', message: 'made.pptx has no text: its 2 slides hold pictures only' });
  });
});
