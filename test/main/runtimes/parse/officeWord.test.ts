import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { docxPart, docxProperties, docxTable, makeDocx, paragraph, relations } from '../../../helpers/officeFiles.ts';
import { documentFaults } from './documentFaults.ts';
import { shown } from './shownBlocks.ts';

const parse = (body: string, parts: Record<string, string> = {}) => parseBytes(makeDocx(body, parts), 'made.docx');

describe('reading a Word document', () => {
  test('headings are told by outline level, base style and title, whatever the language of their names', async () => {
    const document = await parse([
      paragraph('Das Handbuch', '<w:pStyle w:val="Titel"/>'), paragraph('Erstens', '<w:pStyle w:val="berschrift1"/>'), paragraph('Darunter', '<w:pStyle w:val="Eigene"/>'),
      paragraph('Text dazu.'), paragraph('Im Kreis', '<w:pStyle w:val="Kreis"/>'), paragraph('Tief', '<w:outlineLvl w:val="2"/>'),
    ].join(''));
    expect(shown(document)).toEqual(['heading1: Das Handbuch', 'heading1: Erstens', 'heading2: Darunter', 'paragraph: Text dazu.', 'paragraph: Im Kreis', 'heading3: Tief']);
    expect(document).toMatchObject({ format: 'docx', title: 'Das Handbuch', language: 'de-AT', warnings: [] });
    expect(documentFaults(document)).toEqual([]);
  });

  test('properties give title, author, dates and language; a title that a program left is none', async () => {
    const properties = '<dc:title>The &amp; title</dc:title><dc:creator>Ada</dc:creator><dcterms:created>2020-01-02T03:04:05Z</dcterms:created><cp:keywords>a, b</cp:keywords><dc:language>en-GB</dc:language>';
    const document = await parse(paragraph('Words'), { 'docProps/core.xml': docxProperties(properties) });
    expect(document).toMatchObject({ title: 'The & title', language: 'en-GB', metadata: { author: 'Ada', created: '2020-01-02T03:04:05Z', keywords: 'a, b' } });
    expect((await parse(paragraph('Words'), { 'docProps/core.xml': docxProperties('<dc:title>Microsoft Word - x.doc</dc:title>') })).title).toBe('made.docx');
  });

  test('lists are lists, a table is one block by rows with nested tables in its cells, one that arranges the page is not', async () => {
    const inner = docxTable([[paragraph('in'), paragraph('ner')], [paragraph('c'), paragraph('d')]]);
    const long = paragraph('Words of a column. '.repeat(150));
    const document = await parse([
      paragraph('One', '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'), paragraph('Not', '<w:numPr><w:numId w:val="0"/></w:numPr>'),
      docxTable([[paragraph('Name'), paragraph('Price')], [paragraph('Bolt') + paragraph('M6'), inner]]), docxTable([[long, long]]),
    ].join(''));
    expect(shown(document).slice(0, 3)).toEqual(['list: One', 'paragraph: Not', 'table: Name\tPrice\nBolt M6\tin ner c d']);
    const table = document.blocks[2];
    expect(table?.rows?.map((row) => row - table.start)).toEqual([0, 11]);
    expect(document.blocks.slice(3).map((block) => block.kind)).toEqual(['paragraph', 'paragraph']);
    expect(documentFaults(document)).toEqual([]);
  });

  test('insertions are kept, deletions, moved text and hidden letters are left out, counted, and no quote crosses them', async () => {
    const run = (text: string, properties = '') => `<w:r>${properties === '' ? '' : `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${text}</w:t></w:r>`;
    const document = await parse(`<w:p>${run('Pay ')}<w:del><w:r><w:delText>100</w:delText></w:r></w:del><w:ins>${run('90')}</w:ins>${run(' euros')}${run('secret', '<w:vanish/>')}${run('styled', '<w:rStyle w:val="Geheim"/>')}${run(' seen', '<w:vanish w:val="0"/>')}<w:moveFrom>${run('gone')}</w:moveFrom></w:p>`);
    expect(document.text).toBe('Pay 90 euros seen');
    expect(document.removed).toEqual({ deleted: 7, hidden: 12 });
    expect(document.cuts).toEqual([4, 12, 17]);
  });

  test('fields give their result and not their code, links their text, alternatives come once', async () => {
    const field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText><w:t>code</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>';
    const box = (text: string) => `<w:txbxContent>${paragraph(text)}</w:txbxContent>`;
    const document = await parse(`<w:p>${field}<w:hyperlink r:id="x"><w:r><w:t xml:space="preserve"> a link</w:t></w:r></w:hyperlink><w:r><mc:AlternateContent><mc:Choice Requires="wps">${box('In a box')}</mc:Choice><mc:Fallback>${box('In a box')}</mc:Fallback></mc:AlternateContent></w:r></w:p>`);
    expect(shown(document)).toEqual(['paragraph: In a box', 'paragraph: 7 a link']);
  });

  test('notes and comments follow the paragraph or table that they belong to; margins and tables of contents are left out', async () => {
    const notes = docxPart('footnotes', `<w:footnote w:type="separator" w:id="0">${paragraph('line')}</w:footnote><w:footnote w:id="2">${paragraph('The note.')}</w:footnote>`);
    const comments = docxPart('comments', `<w:comment w:id="5">${paragraph('A comment.')}</w:comment>`);
    const body = [
      paragraph('Contents ... 3', '<w:pStyle w:val="Verzeichnis1"/>'), `<w:p><w:r><w:t>Claim</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>`,
      docxTable([[`<w:p><w:r><w:t>a</w:t></w:r><w:r><w:commentReference w:id="5"/></w:r></w:p>`, paragraph('b')], [paragraph('c'), paragraph('d')]]), paragraph('After'),
    ].join('');
    const document = await parse(body, {
      'word/_rels/document.xml.rels': relations([['r1', 'footnotes', 'footnotes.xml'], ['r2', 'comments', 'comments.xml'], ['r3', 'header', 'header1.xml'], ['r4', 'footer', 'missing.xml']]),
      'word/footnotes.xml': notes, 'word/comments.xml': comments, 'word/header1.xml': docxPart('hdr', paragraph('ACME')),
    });
    expect(shown(document)).toEqual(['paragraph: Claim', 'quote: The note.', 'table: a\tb\nc\td', 'quote: A comment.', 'paragraph: After']);
    expect(document.removed).toEqual({ 'page-header': 4, 'table-of-contents': 14 });
  });

  test('in a document without headings, a line that is bold from end to end is one', async () => {
    const bold = (text: string) => `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>${text}</w:t></w:r></w:p>`;
    expect(shown(await parse(bold('Safety') + paragraph('Wear gloves.') + bold('Never do that!')))).toEqual(['heading3: Safety', 'paragraph: Wear gloves.', 'paragraph: Never do that!']);
  });

  test('strict names, other prefixes, a byte-order mark and names in capitals are read alike', async () => {
    const strict = '\ufeff<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:pPr><x:pStyle x:val="berschrift1"/></x:pPr><x:r><x:t><![CDATA[A <b>]]> &#228;</x:t></x:r></x:p></x:body></x:document>';
    expect(shown(await parse('', { 'word/document.xml': strict }))).toEqual(['heading1: A <b> ä']);
    expect(shown(await parse('', { '_rels/.rels': '<x', 'WORD\\Document.xml': docxPart('document', paragraph('Words')) }))).toEqual(['paragraph: Words']);
  });

  test('a document of pictures only, or of nothing, says so', async () => {
    await expect(parse('<w:p/>', { 'word/media/image1.png': 'png' })).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT', message: expect.stringContaining('a picture and nothing else') as string });
    await expect(parse('')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT' });
  });

  test('a part that breaks off is read as far as it goes, with a warning', async () => {
    const document = await parse('', { 'word/document.xml': docxPart('document', `<w:body>${paragraph('Whole')}<w:p><w:r><w:t>Half`) });
    expect(document.text).toBe('Whole\n\nHalf');
    expect(document.warnings.map((warning) => warning.code)).toEqual(['damaged-part']);
  });
});
