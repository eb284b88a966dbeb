import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { makeZip } from '../../../helpers/makeZip.ts';
import { docxPart, docxProperties, makeDocx, makeEpub, makeOdf, makePptx, makeXlsx, paragraph, relations } from '../../../helpers/officeFiles.ts';
import { documentFaults } from './documentFaults.ts';

const outcome = async (bytes: Uint8Array, name: string): Promise<string> => {
  try {
    const document = await parseBytes(bytes, name);
    return documentFaults(document).join('; ') || document.text;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
  }
};

describe('outside references in office documents', () => {
  let asked = 0;
  const server = createServer((_, answer) => {
    asked++;
    answer.end('<!ENTITY got "FETCHED">');
  });
  let folder = '';
  beforeEach(async () => {
    asked = 0;
    folder = mkdtempSync(join(tmpdir(), 'lathe-xxe-'));
    writeFileSync(join(folder, 'secret.txt'), 'TOP SECRET');
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await new Promise((resolve) => server.close(resolve));
  });

  test('no entity is expanded and nothing is fetched or opened, in any part of any format', async () => {
    const web = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.dtd`;
    const types = [
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file://${folder}/secret.txt">]>`, `<!DOCTYPE x [<!ENTITY e SYSTEM "${web}">]>`, `<!DOCTYPE x SYSTEM "${web}">`, `<!DOCTYPE x PUBLIC "-//X//Y" "${web}">`,
      `<!DOCTYPE x [<!ENTITY % p SYSTEM "${web}"> %p; %got;]>`, '<!DOCTYPE x [<!ENTITY e "INTERNAL">]>',
    ];
    const word = (type: string, text: string) => `<?xml version="1.0"?>${type}${docxPart('document', `<w:body>${paragraph(text)}</w:body>`).replace(/^<\?xml[^>]*\?>\s*/, '')}`;
    for (const type of types) {
      const put = (xml: string): string => xml.replace(/(<\?xml[^>]*\?>)?/, (head) => `${head}${type}`);
      const documents: [Uint8Array, string][] = [
        [makeDocx('', { 'word/document.xml': word(type, 'Seen &e; end') }), 'a.docx'], [makeDocx(paragraph('Seen'), { 'docProps/core.xml': put(docxProperties('<dc:title>Seen &e;</dc:title>')) }), 'b.docx'],
        [makeDocx(paragraph('Seen'), { 'word/_rels/document.xml.rels': put(relations([['a', 'styles', web], ['b', 'header', `file://${folder}/secret.txt`], ['c', 'footnotes', `../../../../..${folder}/secret.txt`]])) }), 'c.docx'],
        [makeXlsx([{ name: 'S', rows: '<row r="1"><c r="A1" t="inlineStr"><is><t>Seen</t></is></c></row>' }], [], { 'xl/sharedStrings.xml': `${type}<sst><si><t>&e;</t></si></sst>` }), 'd.xlsx'],
        [makeOdf('text', '<text:p>Seen</text:p>', { parts: { 'meta.xml': `${type}<m><dc:title>&e;</dc:title></m>` } }), 'e.odt'], [makeEpub([`<p>Seen &e; <img src="${web}"/></p>`], { 'OEBPS/toc.ncx': `${type}<ncx><text>&e;</text></ncx>` }), 'f.epub'],
        [makePptx([{ shapes: '<p:sp><p:txBody><a:p><a:r><a:t>Seen &e;</a:t></a:r></a:p></p:txBody></p:sp>' }]), 'g.pptx'], [Buffer.from(`{\\rtf1 Seen {\\field{\\*\\fldinst INCLUDETEXT "${web}"}}{\\*\\template ${web}}}`), 'h.rtf'],
      ];
      for (const [bytes, name] of documents) {
        const text = await outcome(bytes, name);
        expect(text, `${name} ${type}`).toContain('Seen');
        expect(text).not.toMatch(/SECRET|FETCHED|INTERNAL/);
      }
    }
    expect(asked).toBe(0);
    expect(readdirSync(folder)).toEqual(['secret.txt']);
  });
});

describe('documents made to harm', () => {
  test('a billion laughs stay what they are written as', async () => {
    const laughs = Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('');
    const xml = `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs}]><w:document xmlns:w="x"><w:body>${paragraph('Seen &l10;')}</w:body></w:document>`;
    expect((await outcome(makeDocx('', { 'word/document.xml': xml }), 'a.docx')).length).toBeLessThan(100);
  });

  test('a part that unpacks without end is refused, in whichever part it is', async () => {
    const bomb = Buffer.concat([Buffer.from('<a>'), Buffer.alloc(30_000_000, ' ')]);
    expect(await outcome(makeDocx('', { 'word/document.xml': bomb }), 'a.docx')).toBe('DOCUMENT_TOO_LARGE');
    expect(await outcome(makeOdf('text', '', { parts: { 'content.xml': bomb } }), 'a.odt')).toBe('DOCUMENT_TOO_LARGE');
    const document = await parseBytes(makeDocx(paragraph('Words'), { 'word/styles.xml': bomb }), 'a.docx');
    expect(document.warnings).toMatchObject([{ code: 'damaged-part', message: expect.stringContaining('200 to 1') as string }]);
  });

  test('elements, tables and groups in one another without end give their text', async () => {
    const deep = (open: string, close: string, inside: string) => `${open.repeat(50_000)}${inside}${close.repeat(50_000)}`;
    expect(await outcome(makeDocx(`${deep('<w:sdt>', '</w:sdt>', '')}${paragraph('After')}`), 'a.docx')).toBe('After');
    expect(await outcome(makeDocx(deep('<w:tbl><w:tr><w:tc>', '</w:tc></w:tr></w:tbl>', paragraph('In')) + paragraph('After')), 'a.docx')).toContain('After');
    expect(await outcome(makeDocx(`<w:p><w:r>${'<w:txbxContent><w:p><w:r>'.repeat(50_000)}<w:t>x</w:t>`), 'a.docx')).toMatch(/^x?$|^DOCUMENT_NO_TEXT$/);
    expect(await outcome(makeOdf('text', deep('<text:list><text:list-item>', '</text:list-item></text:list>', '<text:p>In</text:p>') + '<text:p>After</text:p>'), 'a.odt')).toContain('After');
    expect(await outcome(makePptx([{ shapes: deep('<p:grpSp>', '</p:grpSp>', '') + '<p:sp><p:txBody><a:p><a:r><a:t>After</a:t></a:r></a:p></p:txBody></p:sp>' }]), 'a.pptx')).toContain('After');
  });

  test('names that lead out of the archive write nothing, a part that comes twice is told', async () => {
    expect(await outcome(makeDocx(paragraph('Words'), { '../../../../tmp/evil': 'x', '/etc/evil': 'x', 'C:\\evil': 'x' }), 'a.docx')).toBe('Words');
    const entry = (text: string) => ({ name: 'word/document.xml', data: docxPart('document', `<w:body>${paragraph(text)}</w:body>`) });
    const document = await parseBytes(makeZip([entry('First'), entry('Second')]), 'a.docx');
    expect(document.text).toBe('Second');
    expect(document.warnings.map((warning) => warning.code)).toEqual(['duplicate-part']);
  });

  test('lying numbers of cells, rows, columns and styles stay within bounds', async () => {
    const rows = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c><c r="ZZZZZZ1"><v>1</v></c><c r="A1" s="4000000000" t="s"><v>99999999999</v></c><c r="-1"><v>1e999</v></c></row><row r="-5"><c><v>NaN</v></c></row>';
    expect(await outcome(makeXlsx([{ name: 'S', rows }]), 'a.xlsx')).toContain('far');
  });

  test('an old Office container is named by what it holds, an encrypted one as encrypted', async () => {
    const container = (stream: string): Buffer => {
      const bytes = Buffer.alloc(2_048);
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).copy(bytes);
      bytes.write(stream, 1_024, 'utf16le');
      bytes.writeUInt16LE(2 * stream.length + 2, 1_024 + 64);
      bytes.writeUInt8(2, 1_024 + 66);
      return bytes;
    };
    await expect(parseBytes(container('EncryptedPackage'), 'a.docx')).rejects.toMatchObject({ code: 'DOCUMENT_ENCRYPTED' });
    await expect(parseBytes(container('WordDocument'), 'a.docx')).rejects.toMatchObject({ code: 'DOCUMENT_UNSUPPORTED', message: expect.stringContaining('save it as DOCX or PDF') as string });
  });
});
