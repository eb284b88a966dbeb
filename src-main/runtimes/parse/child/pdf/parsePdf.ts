import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument, type RawBlock } from '../assembleDocument.ts';
import { bodySize, headingLevels } from './headingRows.ts';
import { collectWords, LineJoiner } from './joinLines.ts';
import { linePitch, pageBlocks } from './pdfBlocks.ts';
import type { RawPage } from './pdfLines.ts';
import { PdfiumFault, usePdfium } from './pdfium.ts';
import { MAX_PAGES, readPdf, type RawPdf } from './readPdf.ts';
import { readingOrder } from './readingOrder.ts';
import { markRunningLines, type PageRows } from './runningLines.ts';

/**
 * Reads a PDF's text with page and position.
 * @throws AppError DOCUMENT_ENCRYPTED, DOCUMENT_DAMAGED, DOCUMENT_NO_TEXT
 */
export async function parsePdf(bytes: Uint8Array, name: string, warnings: ParseWarning[]): Promise<ParsedDocument> {
  const pdf = await readSafely(bytes, name);
  pageWarnings(pdf, name, warnings);
  const pages: PageRows[] = [];
  let stamps = 0;
  for (const [index, page] of pdf.pages.entries()) {
    if (!page) continue;
    for (const segment of page.segments) if (segment.turned) stamps += segment.text.length;
    pages.push({ page: index + 1, width: page.width, height: page.height, rows: readingOrder(page.segments, index + 1, page.tables) });
  }
  markRunningLines(pages, pdf.outline);
  const blocks = toBlocks(pages, pdf);
  if (blocks.every((block) => block.reason !== undefined)) throw noText(pdf, name);
  return assembleDocument(blocks, {
    format: 'pdf',
    title: chooseTitle(pdf, blocks, name),
    metadata: pdf.metadata,
    warnings,
    removed: stamps > 0 ? { watermark: stamps } : {},
    pages: pdf.pages.map((page) => ({ width: page?.width ?? 0, height: page?.height ?? 0, hasText: (page?.letters ?? 0) > 0 })),
    outline: pdf.outline,
  });
}

async function readSafely(bytes: Uint8Array, name: string): Promise<RawPdf> {
  try {
    return await usePdfium((pdfium) => readPdf(pdfium, bytes, name));
  } catch (error) {
    if (!(error instanceof PdfiumFault)) throw error;
    throw new AppError('DOCUMENT_DAMAGED', `${name} made the PDF reader fail: its structure is damaged or hostile`, { hint: 'Open it in another reader and save it again.', cause: error });
  }
}

function toBlocks(pages: PageRows[], pdf: RawPdf): RawBlock[] {
  const body = bodySize(pages);
  const style = {
    pitch: linePitch(pages),
    headings: headingLevels(pages, pdf.outline, body),
    joiner: new LineJoiner(() => collectWords(linesOf(pages))),
  };
  return pages.flatMap((page) => pageBlocks(page, style));
}

function* linesOf(pages: readonly PageRows[]): Generator<string> {
  for (const { rows } of pages) for (const row of rows) yield row.text;
}

const isScanned = (page: RawPage): boolean => page.letters < 20 && page.pictured > 0.3;

function pageWarnings(pdf: RawPdf, name: string, warnings: ParseWarning[]): void {
  const listed = (code: string, message: string, numbers: readonly number[]): void => {
    for (const page of numbers.slice(0, 50)) warnings.push({ code, message, page });
    if (numbers.length > 50) warnings.push({ code, message: `${message} (and ${numbers.length - 50} more pages)` });
  };
  const numbers = (test: (page: RawPage | null) => boolean): number[] => pdf.pages.flatMap((page, index) => (test(page) ? [index + 1] : []));
  listed('scanned-page', 'This page is a picture without text: it cannot be searched', numbers((page) => page !== null && isScanned(page)));
  listed('page-unreadable', 'This page is damaged and was left out', numbers((page) => page === null));
  listed('letters-unknown', 'Most letters of this page have no known meaning in its fonts: its text is unreliable', numbers((page) => page !== null && page.letters > 50 && page.unmapped > 0.5 * page.letters));
  if (pdf.pageCount > MAX_PAGES) warnings.push({ code: 'truncated', message: `Only the first ${MAX_PAGES.toLocaleString('en')} of ${pdf.pageCount.toLocaleString('en')} pages of ${name} were read` });
}

function noText(pdf: RawPdf, name: string): AppError {
  const count = pdf.pages.length;
  if (count === 0) return new AppError('DOCUMENT_DAMAGED', `${name} has no pages that can be read`, { hint: 'It may be cut off: fetch or save it again.' });
  const scanned = pdf.pages.filter((page) => page !== null && isScanned(page)).length;
  const unreadable = pdf.pages.filter((page) => page === null).length;
  if (unreadable === count) return new AppError('DOCUMENT_DAMAGED', `None of the ${count} pages of ${name} can be read`, { hint: 'It may be cut off: fetch or save it again.' });
  const why = scanned > 0 ? `${scanned} of its ${count} pages are scanned pictures` : `its ${count === 1 ? 'page is' : `${count} pages are`} empty or hold drawings only`;
  return new AppError('DOCUMENT_NO_TEXT', `${name} has no text: ${why}`, scanned > 0 ? { hint: 'Run it through text recognition (OCR) and add the result.' } : {});
}

const NO_TITLE = /^(?:name|synopsis|contents|table of contents|abstract|(?:\d+\.? )?introduction|preface|index)$/i;

/** The metadata's title unless a program left it there; else the largest line of the first pages; else the file's name. */
function chooseTitle(pdf: RawPdf, blocks: readonly RawBlock[], name: string): string {
  const given = (pdf.metadata['title'] ?? '').replaceAll(/\s+/g, ' ');
  if (given.length > 2 && !/^(?:untitled|unknown|microsoft word|powerpoint|document\d*|slide \d)|\.(?:docx?|tex|dvi|indd|fm|pmd|qxd|xlsx?|pptx?)$/i.test(given)) return given.slice(0, 300);
  let best: RawBlock | undefined;
  let size = 0;
  let alike = 0;
  for (const block of blocks) {
    if ((block.page ?? 0) > 2) break;
    if (block.reason !== undefined || block.kind !== 'heading' || block.text.length < 3 || NO_TITLE.test(block.text)) continue;
    const box = block.boxes?.[0];
    const height = box ? box.y1 - box.y0 : 0;
    if (height > size + 0.5) [best, size, alike] = [block, height, 0];
    else if (Math.abs(height - size) <= 0.5) alike++;
  }
  // A title is larger than the sections below it.
  return best && alike < 4 ? best.text.slice(0, 300) : name;
}
