import { locateQuote } from '../../lib/locateQuote.ts';
import type { PdfDocument } from './openPdf.ts';

export interface DrawRequest {
  readonly pdf: PdfDocument;
  readonly page: number;
  readonly canvas: HTMLCanvasElement;
  /** In CSS pixels. */
  readonly width: number;
  readonly quote: string | null;
  readonly signal: AbortSignal;
}

export interface DrawnPage {
  /** CSS pixels per point. */
  readonly scale: number;
  readonly quotes: readonly { left: number; top: number; width: number; height: number }[];
}

/** Sharper than this costs memory that nobody sees. */
const MAX_PIXELS = 16_000_000;

/** Draws a page and says where the quote stands on it, in CSS pixels. Null when it was called off. */
export async function drawPdfPage({ pdf, page, canvas, width, quote, signal }: DrawRequest): Promise<DrawnPage | null> {
  const proxy = await pdf.getPage(page);
  if (signal.aborted) return null;
  const natural = proxy.getViewport({ scale: 1 });
  const scale = width / natural.width;
  const cap = Math.sqrt(MAX_PIXELS / (natural.width * scale * natural.height * scale));
  const density = Math.min(window.devicePixelRatio, Math.max(0.5, cap));
  const viewport = proxy.getViewport({ scale });
  // Drawn aside and copied in one step, so that turning a page never shows an empty sheet.
  const sheet = document.createElement('canvas');
  sheet.width = Math.floor(viewport.width * density);
  sheet.height = Math.floor(viewport.height * density);
  const task = proxy.render({ canvas: sheet, viewport: proxy.getViewport({ scale: scale * density }) });
  const cancel = (): void => task.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  await task.promise;
  signal.removeEventListener('abort', cancel);
  if (signal.aborted) return null;
  const quotes = quote === null ? [] : await locate(proxy, quote, viewport);
  if (signal.aborted) return null;
  canvas.width = sheet.width;
  canvas.height = sheet.height;
  canvas.style.width = `${viewport.width}px`;
  canvas.style.height = `${viewport.height}px`;
  canvas.getContext('2d')?.drawImage(sheet, 0, 0);
  return { scale, quotes };
}

type Page = Awaited<ReturnType<PdfDocument['getPage']>>;

async function locate(page: Page, quote: string, viewport: ReturnType<Page['getViewport']>): Promise<DrawnPage['quotes']> {
  const content = await page.getTextContent();
  const runs = content.items.flatMap((item) => ('str' in item && item.str !== '' ? [item] : []));
  const parts = locateQuote(runs.map(({ str }) => str), quote) ?? [];
  return parts.flatMap(({ run, from, to }) => {
    const item = runs[run];
    if (item === undefined) return [];
    const [, , , , x = 0, y = 0] = item.transform;
    const [x0, y0] = corner(viewport, x + item.width * from, y - item.height * 0.22);
    const [x1, y1] = corner(viewport, x + item.width * to, y + item.height * 0.86);
    return [{ left: Math.min(x0, x1), top: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) }];
  });
}

function corner(viewport: ReturnType<Page['getViewport']>, x: number, y: number): [number, number] {
  const [left, top] = viewport.convertToViewportPoint(x, y);
  return [Number(left), Number(top)];
}
