import { AppError } from '../../../../base/appError.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import type { Pdfium } from './pdfium.ts';
import { readPage, type RawPage } from './pdfLines.ts';

export interface OutlineEntry {
  readonly title: string;
  readonly level: number;
  readonly page: number;
}

export interface RawPdf {
  readonly pages: (RawPage | null)[];
  readonly pageCount: number;
  readonly outline: OutlineEntry[];
  readonly metadata: Record<string, string>;
}

export const MAX_PAGES = 20_000;
const MAX_OUTLINE = 20_000;
/** FPDF_GetLastError's values (fpdfview.h). */
const ERROR_PASSWORD = 4;
const ERROR_SECURITY = 5;

/**
 * Reads every page's text with its places, the outline and the metadata. Scripts, actions, forms and embedded files are not touched.
 * @throws AppError DOCUMENT_ENCRYPTED, DOCUMENT_DAMAGED
 */
export function readPdf(pdfium: Pdfium, bytes: Uint8Array, name: string): RawPdf {
  const data = pdfium._malloc(bytes.length);
  if (data === 0) throw new AppError('DOCUMENT_TOO_LARGE', `${name} does not fit into the PDF reader's memory: ${bytes.length.toLocaleString('en')} bytes`);
  pdfium.HEAPU8.set(bytes, data);
  const document = pdfium._FPDF_LoadMemDocument(data, bytes.length, 0);
  if (document === 0) {
    const code = pdfium._FPDF_GetLastError();
    pdfium._free(data);
    throw openError(code, name);
  }
  try {
    const pageCount = pdfium._FPDF_GetPageCount(document);
    const pages: (RawPage | null)[] = [];
    for (let index = 0; index < Math.min(pageCount, MAX_PAGES); index++) pages.push(loadPage(pdfium, document, index));
    return { pages, pageCount, outline: readOutline(pdfium, document, pageCount), metadata: readMetadata(pdfium, document) };
  } finally {
    pdfium._FPDF_CloseDocument(document);
    pdfium._free(data);
  }
}

function openError(code: number, name: string): AppError {
  if (code === ERROR_PASSWORD) return new AppError('DOCUMENT_ENCRYPTED', `${name} is encrypted: it opens with a password only`, { hint: 'Save a copy without a password and add that.' });
  if (code === ERROR_SECURITY) return new AppError('DOCUMENT_ENCRYPTED', `${name} is encrypted in a way that cannot be read here`, { hint: 'Save a copy without encryption and add that.' });
  return new AppError('DOCUMENT_DAMAGED', `${name} starts like a PDF but its structure cannot be read (PDFium error ${code})`, { hint: 'It may be cut off: fetch or save it again.' });
}

function loadPage(pdfium: Pdfium, document: number, index: number): RawPage | null {
  const page = pdfium._FPDF_LoadPage(document, index);
  if (page === 0) return null;
  try {
    return readPage(pdfium, page);
  } finally {
    pdfium._FPDF_ClosePage(page);
  }
}

/** Walks the bookmarks depth first by a stack of its own; loops and absurd depths end by the count of entries. */
function readOutline(pdfium: Pdfium, document: number, pageCount: number): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  const seen = new Set<number>();
  const stack: { bookmark: number; level: number }[] = [{ bookmark: pdfium._FPDFBookmark_GetFirstChild(document, 0), level: 1 }];
  for (let next = stack.pop(); next && entries.length < MAX_OUTLINE; next = stack.pop()) {
    const { bookmark, level } = next;
    if (bookmark === 0 || seen.has(bookmark) || level > 32) continue;
    seen.add(bookmark);
    const title = cleanCharacters(readUtf16(pdfium, (buffer, size) => pdfium._FPDFBookmark_GetTitle(bookmark, buffer, size))).replaceAll(/\s+/g, ' ').trim();
    const page = destinationPage(pdfium, document, bookmark);
    if (title !== '' && page >= 0 && page < pageCount) entries.push({ title: title.slice(0, 300), level, page: page + 1 });
    stack.push({ bookmark: pdfium._FPDFBookmark_GetNextSibling(document, bookmark), level });
    stack.push({ bookmark: pdfium._FPDFBookmark_GetFirstChild(document, bookmark), level: level + 1 });
  }
  return entries;
}

function destinationPage(pdfium: Pdfium, document: number, bookmark: number): number {
  let destination = pdfium._FPDFBookmark_GetDest(document, bookmark);
  if (destination === 0) {
    const action = pdfium._FPDFBookmark_GetAction(bookmark);
    if (action !== 0) destination = pdfium._FPDFAction_GetDest(document, action);
  }
  return destination === 0 ? -1 : pdfium._FPDFDest_GetDestPageIndex(document, destination);
}

function readMetadata(pdfium: Pdfium, document: number): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const tag of ['Title', 'Author', 'Subject', 'Keywords', 'Creator', 'Producer', 'CreationDate', 'ModDate']) {
    const tagAt = pdfium._malloc(tag.length + 1);
    for (let at = 0; at < tag.length; at++) pdfium.HEAPU8[tagAt + at] = tag.charCodeAt(at);
    pdfium.HEAPU8[tagAt + tag.length] = 0;
    const value = cleanCharacters(readUtf16(pdfium, (buffer, size) => pdfium._FPDF_GetMetaText(document, tagAt, buffer, size))).trim();
    pdfium._free(tagAt);
    if (value !== '') metadata[tag.toLowerCase()] = value.slice(0, 500);
  }
  return metadata;
}

/** Calls one of PDFium's "bytes needed, then bytes" functions for UTF-16LE text that ends in a zero. */
function readUtf16(pdfium: Pdfium, call: (buffer: number, size: number) => number): string {
  const size = Math.min(call(0, 0), 65_536);
  if (size <= 2) return '';
  const buffer = pdfium._malloc(size);
  call(buffer, size);
  const text = new TextDecoder('utf-16le').decode(pdfium.HEAPU8.slice(buffer, buffer + size - 2));
  pdfium._free(buffer);
  return text;
}
