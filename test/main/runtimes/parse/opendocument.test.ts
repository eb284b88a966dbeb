import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { makeOdf } from '../../../helpers/officeFiles.ts';
import { documentFaults } from './documentFaults.ts';
import { shown } from './shownBlocks.ts';

describe('reading OpenDocument files', () => {
  test('a text: headings, lists, tables, notes after their paragraph, spaces and breaks', async () => {
    const document = await parseBytes(makeOdf('text', `<text:tracked-changes><text:p>old words</text:p></text:tracked-changes><text:h text:outline-level="2">Part  <text:s text:c="3"/>one</text:h>
<text:p>Line<text:line-break/>break<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>The note.</text:p></text:note-body></text:note> end
of it</text:p><text:list><text:list-item><text:p>Item</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>
<text:p text:style-name="P1">never seen</text:p><text:p>Seen<text:span text:style-name="T1">hid</text:span></text:p>`, {
      automatic: '<style:style style:name="P1" style:parent-style-name="P0"/><style:style style:name="P0"><style:text-properties text:display="none"/></style:style><style:style style:name="T1"><style:text-properties text:display="none"/></style:style>',
    }), 'made.odt');
    expect(shown(document)).toEqual(['heading2: Part one', 'paragraph: Line\nbreak end of it', 'quote: The note.', 'list: Item', 'table: a\tb', 'paragraph: Seen']);
    expect(document).toMatchObject({ format: 'odt', title: 'Made', language: 'en-GB', metadata: { author: 'Ada', keywords: 'one, two' }, removed: { deleted: 9, hidden: 13 } });
    expect(documentFaults(document)).toEqual([]);
  });

  test('a table whose first cells stand over several rows keeps its rows, though no cell is said to be covered', async () => {
    const cell = (text: string, rows = 1) => `<table:table-cell table:number-rows-spanned="${rows}"><text:p>${text}</text:p></table:table-cell>`;
    const row = (...cells: string[]) => `<table:table-row>${cells.join('')}</table:table-row>`;
    const document = await parseBytes(makeOdf('text', `<table:table>${row(cell('bit_ops', 3), cell('='))}${row(cell('less'))}${row(cell('more'))}${row(cell('box_ops', 2), cell('@'))}${row(cell('~'))}</table:table>`), 'made.odt');
    expect(shown(document)).toEqual(['table: bit_ops\t=\nless\nmore\nbox_ops\t@\n~']);
  });

  test('a spreadsheet: cells as they are shown, repeated ones within bounds, hidden sheets told', async () => {
    const cell = (text: string, repeat = 1) => `<table:table-cell table:number-columns-repeated="${repeat}">${text === '' ? '' : `<text:p>${text}</text:p>`}</table:table-cell>`;
    const document = await parseBytes(makeOdf('spreadsheet', `<table:table table:name="One"><table:table-row>${cell('x', 3)}${cell('', 1_000_000)}</table:table-row><table:table-row table:number-rows-repeated="1048576">${cell('', 1_024)}</table:table-row><table:table-row>${cell('1,5')}${cell('y', 2_000_000_000)}</table:table-row></table:table>
<table:table table:name="Two" table:style-name="ta1"><table:table-row>${cell('alone')}</table:table-row></table:table>`, { automatic: '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>' }), 'made.ods');
    expect(shown(document).map((line) => line.slice(0, 30))).toEqual(['heading2: One', 'table: x\tx\tx', 'table: 1,5\ty\ty\ty\ty\ty\ty\ty\ty\ty\ty', 'heading2: Two', 'paragraph: alone']);
    expect(document.text.length).toBeLessThan(2_100);
    expect(document.warnings.map((warning) => warning.code)).toEqual(['hidden-sheet', 'truncated']);
    expect(documentFaults(document)).toEqual([]);
  });

  test('a presentation: pages in order, the title first, notes after', async () => {
    const frame = (role: string, text: string) => `<draw:frame presentation:class="${role}"><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>`;
    const document = await parseBytes(makeOdf('presentation', `<draw:page>${frame('outline', 'A point')}${frame('title', 'The title')}<presentation:notes>${frame('notes', 'A note')}${frame('page-number', '1')}</presentation:notes></draw:page><draw:page/>`), 'made.odp');
    expect(shown(document)).toEqual(['1 heading2: The title', '1 list: A point', '1 quote: A note']);
    expect(document.pages?.map((page) => page.hasText)).toEqual([true, false]);
    expect(documentFaults(document)).toEqual([]);
  });

  test('one that is encrypted and one without its content are refused by their reason', async () => {
    const manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>';
    await expect(parseBytes(makeOdf('text', '<text:p>x</text:p>', { parts: { 'META-INF/manifest.xml': manifest } }), 'made.odt')).rejects.toMatchObject({ code: 'DOCUMENT_ENCRYPTED' });
    await expect(parseBytes(makeOdf('text', ''), 'made.odt')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT' });
  });
});
