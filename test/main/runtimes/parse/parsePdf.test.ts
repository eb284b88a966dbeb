import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { PdfiumFault, usePdfium } from '../../../../src-main/runtimes/parse/child/pdf/pdfium.ts';
import { documentFaults } from './documentFaults.ts';
import { column, makePdf, type PdfPage, type PlacedText } from './makePdf.ts';

const parse = (pages: readonly PdfPage[], outline: { title: string; page: number }[] = []) => parseBytes(makePdf(pages, outline), 'made.pdf');
type Parsed = Awaited<ReturnType<typeof parseBytes>>;
const shown = (document: Parsed) => document.blocks.map((block) => `${block.page} ${block.kind}${block.level ?? ''}: ${document.text.slice(block.start, block.end)}`);

const PROSE = ['A queue holds at most as many items as it was told to hold', 'when it was made. Putting one more waits until there is room', 'for it, and taking one from an empty queue waits as well.'];

describe('reading a PDF', () => {
  test('headings, paragraphs, code and lists come with page, level and place', async () => {
    const document = await parse([
      {
        texts: [
          { x: 72, y: 90, size: 20, text: 'Queues' },
          ...column(PROSE, 72, 130),
          { x: 72, y: 190, size: 14, text: 'Filling one' },
          { x: 72, y: 215, size: 10, text: 'q = Queue(2)', font: 'mono' },
          { x: 84, y: 227, size: 10, text: 'q.put(1)', font: 'mono' },
          ...column(['1. The first step of all of them.', '2. The second step after the first.'], 72, 260),
        ],
      },
    ]);
    expect(shown(document)).toEqual([
      '1 heading1: Queues', `1 paragraph: ${PROSE.join(' ')}`, '1 heading2: Filling one', '1 code: q = Queue(2)\n  q.put(1)',
      '1 list: 1. The first step of all of them.', '1 list: 2. The second step after the first.',
    ]);
    expect(document).toMatchObject({ title: 'Queues', pages: [{ width: 612, height: 792, hasText: true }] });
    const box = document.blocks[0]?.boxes?.[0];
    expect(box?.page).toBe(1);
    expect(box?.x0).toBeCloseTo(72, 0);
    expect(box?.y0).toBeGreaterThan(65);
    expect(box?.y1).toBeLessThan(100);
    expect(document.blocks[1]?.boxes).toHaveLength(3);
    expect(documentFaults(document)).toEqual([]);
  });

  test('items of a list whose bullet is set larger or bold are no headings, and their lines stay apart', async () => {
    const item = (text: string, y: number, bullet: Pick<PlacedText, 'size' | 'font'>): PlacedText[] => [{ x: 84, y, text: '•', ...bullet }, { x: 98, y, size: 10, text }];
    const document = await parse([
      {
        texts: [
          { x: 72, y: 90, size: 16, text: 'Features' },
          ...column(PROSE, 72, 120),
          ...item('Anybody can use, modify and hand on the library under the', 170, { size: 26 }),
          { x: 98, y: 182, size: 10, text: 'terms of its licence.' },
          ...item('No global variables are used.', 200, { size: 26 }),
          ...item('It works on all systems.', 218, { size: 10, font: 'bold' }),
          { x: 84, y: 240, size: 10, font: 'bold', text: '• Bold from its bullet on' },
        ],
      },
    ]);
    expect(shown(document).slice(2)).toEqual([
      '1 list: • Anybody can use, modify and hand on the library under the terms of its licence.', '1 list: • No global variables are used.', '1 list: • It works on all systems.', '1 list: • Bold from its bullet on',
    ]);
    expect(shown(document).filter((line) => line.includes('heading'))).toEqual(['1 heading1: Features']);
  });

  test('a word that a hyphen breaks over two lines is one word; a hyphen of its own stays', async () => {
    const document = await parse([{ texts: column(['The configu-', 'ration of a well-', 'known server. A well-known one needs no configuration.'], 72, 100) }]);
    expect(document.text).toBe('The configuration of a well-known server. A well-known one needs no configuration.');
  });

  test('two columns are read one after the other, below what spans both', async () => {
    const left = Array.from({ length: 12 }, (_, at) => `Left column line ${at} with enough words in it`);
    const right = Array.from({ length: 12 }, (_, at) => `Right column line ${at} with enough words in it`);
    const rows: PlacedText[] = left.flatMap((text, at) => [{ x: 60, y: 150 + at * 12, size: 10, text }, { x: 330, y: 150 + at * 12, size: 10, text: right[at] ?? '' }]);
    const document = await parse([{ texts: [{ x: 60, y: 100, size: 16, text: 'A title that goes over both of the columns of the page here' }, ...rows] }]);
    expect(document.text.indexOf('Left column line 11')).toBeLessThan(document.text.indexOf('Right column line 0 '));
    expect(document.text.startsWith('A title that goes over both')).toBe(true);
  });

  test('lines with pieces under each other are a table', async () => {
    const rows = [['Signal', 'Effect'], ['HUP', 'reads the settings'], ['TERM', 'ends at once'], ['USR1', 'writes its state']];
    const document = await parse([{ texts: [...column(PROSE, 72, 100), ...rows.flatMap(([one, two], at) => [{ x: 72, y: 160 + at * 12, size: 10, text: one ?? '' }, { x: 180, y: 160 + at * 12, size: 10, text: two ?? '' }])] }]);
    const table = document.blocks.find((block) => block.kind === 'table');
    expect(document.text.slice(table?.start, table?.end)).toBe('Signal\tEffect\nHUP\treads the settings\nTERM\tends at once\nUSR1\twrites its state');
    expect(table?.rows).toHaveLength(4);
  });

  test('running headers, footers and page numbers go and leave a cut', async () => {
    const pages = Array.from({ length: 5 }, (_, at) => ({ texts: [{ x: 72, y: 40, size: 9, text: `The Tally Manual, chapter ${at}` }, ...column([`Text of page ${at} begins here`, 'and goes on for one more line.'], 72, 100), { x: 300, y: 760, size: 9, text: `${at + 1}` }] }));
    const document = await parse(pages);
    expect(document.text).not.toContain('Tally Manual');
    expect(document.blocks).toHaveLength(5);
    expect(document.removed).toMatchObject({ 'running-header': expect.any(Number), 'page-number': 5 });
    expect(document.cuts.length).toBeGreaterThanOrEqual(5);
  });

  test('a large line at the top that differs by its number on each page is a heading', async () => {
    const pages = Array.from({ length: 5 }, (_, at) => ({ texts: [{ x: 72, y: 70, size: 16, text: `Chapter ${at + 1}` }, ...column(PROSE, 72, 110)] }));
    expect(shown(await parse(pages)).filter((line) => line.includes('heading'))).toHaveLength(5);
  });

  test('the outline gives headings their levels', async () => {
    const document = await parse([{ texts: [{ x: 72, y: 90, size: 12, text: '1 Start', font: 'bold' }, ...column(PROSE, 72, 120)] }, { texts: [{ x: 72, y: 90, size: 12, text: '2 End', font: 'bold' }, ...column(PROSE, 72, 120)] }], [{ title: 'Start', page: 1 }, { title: 'End', page: 2 }]);
    expect(document.outline).toEqual([{ title: 'Start', level: 1, page: 1 }, { title: 'End', level: 1, page: 2 }]);
    expect(shown(document).filter((line) => line.includes('heading'))).toEqual(['1 heading1: 1 Start', '2 heading1: 2 End']);
  });

  test('on a turned page the boxes are where a reader sees the text', async () => {
    const document = await parse([{ rotate: 90, texts: [{ x: 72, y: 100, size: 12, text: 'Turned page' }] }]);
    expect(document.pages).toEqual([{ width: 792, height: 612, hasText: true }]);
    const box = document.blocks[0]?.boxes?.[0];
    expect(box?.x1).toBeLessThanOrEqual(792);
    expect(box?.y1).toBeLessThanOrEqual(612);
    expect((box?.x0 ?? 0) + (box?.x1 ?? 0)).toBeGreaterThan(1_300);
  });
});

describe('PDFs that cannot be read whole', () => {
  test('a scanned page among others is named with its number', async () => {
    const document = await parse([{ texts: column(PROSE, 72, 100) }, { texts: [], scan: true }]);
    expect(document.warnings).toEqual([{ code: 'scanned-page', message: expect.any(String), page: 2 }]);
    expect(document.pages?.[1]?.hasText).toBe(false);
  });

  test('scans only, and empty pages only, have no text, each with its reason', async () => {
    await expect(parse([{ texts: [], scan: true }, { texts: [], scan: true }])).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT', message: expect.stringContaining('2 of its 2 pages are scanned') });
    await expect(parse([{ texts: [] }])).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT', message: expect.stringContaining('empty') });
  });

  test('a password is asked for by name, never tried', async () => {
    const bytes = readFileSync(new URL('../../../fixtures/documents/encrypted.pdf', import.meta.url));
    await expect(parseBytes(bytes, 'encrypted.pdf')).rejects.toMatchObject({ code: 'DOCUMENT_ENCRYPTED' });
  });

  test('cut off at any tenth, a PDF is read in part or named as damaged, and the next one is read', async () => {
    const whole = makePdf(Array.from({ length: 4 }, () => ({ texts: column(PROSE, 72, 100) })));
    for (let tenth = 1; tenth < 10; tenth++) {
      const result = await parseBytes(whole.subarray(0, Math.floor((whole.length * tenth) / 10)), 'cut.pdf').then((document) => documentFaults(document), (error: { code: string }) => [error.code]);
      expect(['DOCUMENT_DAMAGED', 'DOCUMENT_NO_TEXT', undefined]).toContain(result[0]);
    }
    expect((await parseBytes(whole, 'whole.pdf')).pages).toHaveLength(4);
  });

  test('after a fault inside the reader the next document gets a fresh one', async () => {
    let broken: unknown;
    const fault = usePdfium((pdfium) => {
      broken = pdfium;
      throw new WebAssembly.RuntimeError('unreachable');
    });
    await expect(fault).rejects.toBeInstanceOf(PdfiumFault);
    expect(await usePdfium((pdfium) => pdfium === broken)).toBe(false);
    expect((await parse([{ texts: column(PROSE, 72, 100) }])).text).toBe(PROSE.join(' '));
  });

  test.each([
    ['a page tree that holds itself', '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj'],
    ['a cross-reference table that leads to itself', '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 2/Root 1 0 R/Prev 60>>\nstartxref\n60\n%%EOF'],
    ['an outline that leads to itself', '1 0 obj<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj 3 0 obj<</First 3 0 R/Title(x)/Next 3 0 R>>endobj'],
    ['a million pages that are not there', '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 1000000>>endobj'],
    ['no objects at all', ''],
  ])('%s is one error', async (_name, body) => {
    const bytes = new TextEncoder().encode(`%PDF-1.4\n${body}\ntrailer<</Root 1 0 R>>\n%%EOF`);
    await expect(parseBytes(bytes, 'loop.pdf')).rejects.toMatchObject({ code: expect.stringMatching(/^DOCUMENT_(?:DAMAGED|NO_TEXT)$/) });
  });
});
