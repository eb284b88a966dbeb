import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { documentFaults } from './documentFaults.ts';
import { shown } from './shownBlocks.ts';

const parse = (inner: string) => parseBytes(Buffer.from(`{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 MS Gothic;}}{\\colortbl;\\red0;}{\\stylesheet{\\s0 Normal;}{\\s7\\outlinelevel1 Kapitel;}{\\s8 heading 3;}}${inner}}`, 'latin1'), 'made.rtf');

describe('reading Rich Text', () => {
  test('letters of every code page, Unicode with its stand-ins, and marks by name', async () => {
    const document = await parse(String.raw`\pard Gr\'fc\'dfe, {\f1\'cf\'f0\'e8} {\f2\'93\'fa\'96\'7b} \uc1\u8364? \uc2\u26085\'93\'fa{\uc0\u-10187\u-8910 ok}\emdash\~\{x\}\_y\-z\par`);
    expect(document.text).toBe('Grüße, При 日本 € 日𝔲ok— {x}-yz');
  });

  test('headings by outline level and style, lists, tables with one inside, notes', async () => {
    const document = await parse([
      String.raw`\pard\s7 Chapter\par\pard\s8 Third\par\pard\outlinelevel0 First\par`,
      String.raw`\pard Claim{\footnote\pard The note.\par}\par\pard\ls1{\listtext 1.\tab}Item\par`,
      String.raw`\trowd\cellx1\cellx2\pard\intbl Name\cell Price\cell\row\trowd\pard\intbl Bolt\par M6\cell{\nestcell in}\cell\row\pard After\par`,
    ].join('\n'));
    expect(shown(document)).toEqual(['heading2: Chapter', 'heading3: Third', 'heading1: First', 'paragraph: Claim', 'quote: The note.', 'list: Item', 'table: Name\tPrice\nBolt M6\tin', 'paragraph: After']);
    expect(documentFaults(document)).toEqual([]);
  });

  test('hidden and deleted text, headers, field codes, pictures and data are left out; fields give their result', async () => {
    const document = await parse(String.raw`{\info{\title The {\b title}}{\author Ada}{\creatim\yr2020\mo2\dy3}}{\header ACME}\pard Seen{\v hidden}{\deleted gone} {\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}}{\pict\wmetafile8 0102ff}{\*\unknown words}{\pict\bin5 }{}\\x} end\par`);
    expect(document.text).toBe('Seen link end');
    expect(document).toMatchObject({ title: 'The title', metadata: { author: 'Ada', created: '2020-02-03' }, removed: { hidden: 6, deleted: 4, 'page-header': 4 } });
  });

  test('what breaks off, closes too much or is nested without end is read as far as it goes', async () => {
    expect((await parseBytes(Buffer.from('{\\rtf1 half {\\b of'), 'made.rtf')).text).toBe('half of');
    expect((await parseBytes(Buffer.from('{\\rtf1 a}}}} b'), 'made.rtf')).text).toBe('a b');
    await expect(parseBytes(Buffer.from(`{\\rtf1${'{'.repeat(1_000_000)}`), 'made.rtf')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT' });
    await expect(parseBytes(Buffer.from('{\\rtf1{\\pict\\bin999999999999 x}}'), 'made.rtf')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT', message: expect.stringContaining('pictures') as string });
  });
});
