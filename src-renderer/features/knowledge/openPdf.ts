import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist';
import PdfWorker from 'pdfjs-dist/build/pdf.worker.min.mjs?worker';

export type PdfDocument = PDFDocumentProxy;

const folder = (name: string): string => new URL(`pdf/${name}/`, document.baseURI).href;

/** Opens a PDF from bytes in the bundled worker. No scripts, no forms, no WebAssembly; fonts and character maps come from the bundle. */
export function openPdf(bytes: Uint8Array): { promise: Promise<PdfDocument>; destroy: () => Promise<void> } {
  GlobalWorkerOptions.workerPort ??= new PdfWorker();
  const task = getDocument({
    // pdf.js takes the buffer away; the cache keeps its own.
    data: bytes.slice(),
    enableXfa: false,
    useWasm: false,
    useWorkerFetch: false,
    useSystemFonts: false,
    stopAtErrors: false,
    maxImageSize: 64_000_000,
    cMapUrl: folder('cmaps'),
    cMapPacked: true,
    standardFontDataUrl: folder('standard_fonts'),
    wasmUrl: folder('wasm'),
  });
  return { promise: task.promise, destroy: () => task.destroy() };
}
