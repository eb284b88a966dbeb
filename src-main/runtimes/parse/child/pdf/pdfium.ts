import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PDFiumModule } from '@hyzyla/pdfium';

/** The part of PDFium's C interface that reading text needs (fpdfview.h, fpdf_text.h, fpdf_doc.h); pointers are numbers. */
export interface Pdfium {
  readonly HEAPU8: Uint8Array;
  readonly HEAPF32: Float32Array;
  readonly HEAP32: Int32Array;
  _malloc(size: number): number;
  _free(pointer: number): void;
  _FPDF_InitLibrary(): void;
  _FPDF_LoadMemDocument(data: number, size: number, password: number): number;
  _FPDF_CloseDocument(document: number): void;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  _FPDF_GetMetaText(document: number, tag: number, buffer: number, size: number): number;
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDF_GetPageWidthF(page: number): number;
  _FPDF_GetPageHeightF(page: number): number;
  _FPDF_PageToDevice(page: number, x: number, y: number, width: number, height: number, rotate: number, pageX: number, pageY: number, outX: number, outY: number): number;
  _FPDFPage_CountObjects(page: number): number;
  _FPDFPage_GetObject(page: number, index: number): number;
  _FPDFPageObj_GetType(object: number): number;
  _FPDFPageObj_GetBounds(object: number, left: number, bottom: number, right: number, top: number): number;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_GetLooseCharBox(text: number, index: number, rectangle: number): number;
  _FPDFText_GetCharAngle(text: number, index: number): number;
  _FPDFText_GetFontInfo(text: number, index: number, buffer: number, size: number, flags: number): number;
  _FPDFText_HasUnicodeMapError(text: number, index: number): number;
  _FPDFBookmark_GetFirstChild(document: number, bookmark: number): number;
  _FPDFBookmark_GetNextSibling(document: number, bookmark: number): number;
  _FPDFBookmark_GetTitle(bookmark: number, buffer: number, size: number): number;
  _FPDFBookmark_GetDest(document: number, bookmark: number): number;
  _FPDFBookmark_GetAction(bookmark: number): number;
  _FPDFAction_GetDest(document: number, action: number): number;
  _FPDFDest_GetDestPageIndex(document: number, destination: number): number;
}

/** WASM memory only grows: past this the instance is given up after the document, so that memory comes back. */
export const MAX_IDLE_HEAP = 96 * 1024 * 1024;

let instance: Promise<Pdfium> | null = null;

async function instantiate(): Promise<Pdfium> {
  const wasm = await readFile(createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm'));
  const quiet = { print: () => undefined, printErr: () => undefined };
  const module = await PDFiumModule({ wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength), ...quiet });
  if (!isPdfium(module)) throw new Error('The PDFium module lacks functions that reading text needs');
  module._FPDF_InitLibrary();
  return module;
}

function isPdfium(module: object): module is Pdfium {
  return '_FPDFText_GetLooseCharBox' in module && '_FPDFBookmark_GetFirstChild' in module && '_malloc' in module && 'HEAPF32' in module;
}

/** PDFium gave up inside WASM (a trap, an abort, no memory): the document is at fault and the instance is lost. */
export class PdfiumFault extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'PdfiumFault';
  }
}

/**
 * Runs synchronous work on the one PDFium instance. After a fault the instance is thrown away: the next document gets a fresh one.
 * @throws PdfiumFault when PDFium itself failed; errors of `work` pass through.
 */
export async function usePdfium<T>(work: (pdfium: Pdfium) => T): Promise<T> {
  instance ??= instantiate();
  const pdfium = await instance;
  try {
    const result = work(pdfium);
    if (pdfium.HEAPU8.byteLength > MAX_IDLE_HEAP) instance = null;
    return result;
  } catch (error) {
    instance = null;
    throw isFault(error) ? new PdfiumFault(error) : error;
  }
}

function isFault(error: unknown): boolean {
  if (error instanceof RangeError) return /call stack|memory/i.test(error.message);
  // Emscripten throws C++ exceptions and exit codes as plain values or as its own classes.
  return !(error instanceof Error) || error.name === 'RuntimeError' || error.name === 'ExitStatus' || error.name === 'CppException';
}
