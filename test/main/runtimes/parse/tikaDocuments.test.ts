import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { MAX_IDLE_HEAP } from '../../../../src-main/runtimes/parse/child/pdf/pdfium.ts';
import { because } from '../../../helpers/because.ts';
import { tikaDocuments } from '../../../helpers/tikaDocuments.ts';
import { documentFaults } from './documentFaults.ts';

const AGAIN = fileURLToPath(new URL('./parseAgainChild.ts', import.meta.url));
const found = tikaDocuments();
const paths = 'paths' in found ? found.paths : [];
const pathOf = (name: string): string => paths.find((path) => basename(path) === name) ?? name;
const read = (name: string) => parseBytes(readFileSync(pathOf(name)), name);

describe.skipIf('reason' in found)(`the 816 documents of Apache Tika${because(found)}`, () => {
  test('each gives a sound document or a refusal by its reason', { timeout: 300_000 }, async () => {
    expect(paths).toHaveLength(816);
    const faults: string[] = [];
    const counts: Record<string, number> = {};
    for (const path of paths) {
      try {
        const document = await parseBytes(readFileSync(path), path);
        counts[document.format] = (counts[document.format] ?? 0) + 1;
        faults.push(...documentFaults(document).map((fault) => `${path}: ${fault}`));
      } catch (error) {
        const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
        counts[code] = (counts[code] ?? 0) + 1;
        if (!/^DOCUMENT_(?:EMPTY|UNSUPPORTED|ENCRYPTED|DAMAGED|TOO_LARGE|NO_TEXT)$/.test(code)) faults.push(`${path}: ${error instanceof Error ? error.stack : code}`);
      }
    }
    expect(faults).toEqual([]);
    // At least so many had text when this was written.
    for (const [format, least] of Object.entries({ docx: 40, pptx: 26, xlsx: 22, odt: 12, ods: 2, rtf: 35, epub: 3 })) expect(counts[format], format).toBeGreaterThanOrEqual(least);
  });

  test('read again and again by one process, they leave within 10 % of the memory taken that they left at first, one PDFium instance aside', { timeout: 300_000 }, () => {
    const printed = execFileSync(process.execPath, ['--expose-gc', AGAIN, '3'], { input: paths.join('\n'), encoding: 'utf8' });
    const [first = 0, ...later] = JSON.parse(printed) as number[];
    // `rest()` ends the process and gives back all of it; one that works on keeps an instance until it has grown past 96 MB.
    expect(Math.min(...later.slice(1)), printed).toBeLessThan(1.1 * first + MAX_IDLE_HEAP);
    // The child's cap is 1 GB.
    expect(Math.max(first, ...later), printed).toBeLessThan(600_000_000);
  });

  test.each([
    ['testWORD.docx', ['Sample Word Document Title', 'Heading Level 3', 'Apache POI']], ['testWORD_2006ml.docx', ['My Document Title', 'And this is the footnote', 'R1c1\tR1c2\tR1c3', 'Rich text content control']],
    ['footnotes.docx', ['Eto ochen prostoy text', 'snoska']], ['testWORD_text_box.docx', ['This text is inside of a text box']], ['testPPT_various.pptx', ['Row 1 Col 1\tRow 1 Col 2\tRow 1 Col 3', 'Bullet 2', 'ゾルゲと尾崎、淡々と最期']],
    ['testPPT_groups.pptx', ['MyTitle']], ['testEXCEL-formats.xlsx', ['1,599.99\t-1,599.99', '2007-05-17', '2.50%']], ['testEXCEL.strict.xlsx', ['Test spreadsheet\n2nd row\t2nd row 2nd column', 'cb=1\tcb=10\tcb=2\tcb=sum']], ['testODFwithOOo3.odt', ['Apache Tika Test Document', 'This is of course a simple footnote']],
    ['testRTFWindowsCodepage1250.rtf', ['zażółć gęślą jaźń']], ['testRTFTableCellSeparation.rtf', ['a\tb\nc\td\nä\të\nö\tü']], ['testRTFUnicodeGothic.rtf', ['𐌲𐌿𐍄𐌹𐍃𐌺']], ['testRTFJapanese.rtf', ['ゾルゲの処刑記録、']], ['testEPUB.epub', ['This is the text for chapter One', 'Table header\tTable data']],
  ])('%s has the text that is known of it', async (name, texts) => {
    const { text } = await read(name);
    for (const known of texts) expect(text).toContain(known);
  });

  test.each([
    ['testWORD_protected_passtika.docx', 'DOCUMENT_ENCRYPTED'], ['protect.xlsx', 'DOCUMENT_ENCRYPTED'], ['testPPT_protected_passtika.pptx', 'DOCUMENT_ENCRYPTED'], ['testODTEncrypted.odt', 'DOCUMENT_ENCRYPTED'],
    ['testWORD_truncated.docx', 'DOCUMENT_DAMAGED'], ['headerPic.docx', 'DOCUMENT_NO_TEXT'], ['testPPT_embeddedMP3.pptx', 'DOCUMENT_NO_TEXT'],
  ])('%s is refused as %s', async (name, code) => {
    await expect(read(name)).rejects.toMatchObject({ code });
  });

  test.each([['testWORD.doc', 'DOC'], ['testEXCEL.xls', 'XLS'], ['testPPT.ppt', 'PPT'], ['testVISIO.vsd', 'VSD'], ['testEXCEL_WORKBOOK_in_capitals.xls', 'XLS']])('%s is refused with its format and what to save it as', async (name, format) => {
    await expect(read(name)).rejects.toMatchObject({ code: 'DOCUMENT_UNSUPPORTED', message: expect.stringMatching(new RegExp(`\\(${format}\\): save it as`)) as string });
  });
});
