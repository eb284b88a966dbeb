import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { DocumentView } from '#contract/knowledge.ts';
import { toProblem } from '../../client/problem.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { offerFocus } from '../../ui/offerFocus.ts';
import { drawPdfPage } from './drawPdfPage.ts';
import type { PdfDocument } from './openPdf.ts';
import { boxesOf, type Span } from './prepareBlocks.ts';

export interface PdfPageProps {
  readonly pdf: PdfDocument;
  readonly view: DocumentView;
  readonly marked: Span | null;
  readonly page: number;
  readonly zoom: number;
}

interface Overlay {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const MARGIN_PX = 32;

/** Draws one page to fit the width. Over it: the cited blocks faintly, the exact quote strongly where it was found. */
export function PdfPage({ pdf, view, marked, page, zoom }: PdfPageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [drawn, setDrawn] = useState<{ scale: number; quotes: readonly Overlay[] } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  // Outside system: the size of the frame, and keyboard focus: the keys turn the pages of what was opened.
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    offerFocus(element, { idle: true });
    const observer = new ResizeObserver(() => setWidth(Math.round(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const quote = marked === null ? null : view.text.slice(marked.start, marked.end);
  // Outside system: the canvas that pdf.js draws on.
  useEffect(() => {
    if (canvas.current === null || width === 0) return undefined;
    const stop = new AbortController();
    setFailure(null);
    drawPdfPage({ pdf, page, canvas: canvas.current, width: Math.max(200, width - MARGIN_PX) * zoom, quote, signal: stop.signal }).then(
      (result) => {
        if (result !== null) setDrawn(result);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setFailure(error);
      },
    );
    return () => stop.abort();
  }, [pdf, page, width, zoom, quote]);
  // Outside system: the scroll position; the cited span comes into view once it is drawn.
  useEffect(() => {
    overlay.current?.querySelector('.pdf-quote, .pdf-box')?.scrollIntoView({ block: 'center', inline: 'nearest' });
  }, [drawn]);
  const boxes = boxesOf(view, marked, page);
  return (
    <div ref={frame} className="pdf-frame" tabIndex={0} role="region" aria-label={`Page ${page}`}>
      {failure === null ? null : <ErrorState title={`Page ${page} cannot be drawn`} {...toProblem(failure)} hint="The text that was read from it is kept: choose Text above." />}
      <div className="pdf-sheet">
        <canvas ref={canvas} role="img" aria-label={`Page ${page} of ${view.document.file}`} />
        <div ref={overlay} className="pdf-overlay" aria-hidden>
          {drawn === null ? null : boxes.map((box) => <div key={`${box.x0}-${box.y0}`} className={drawn.quotes.length === 0 ? 'pdf-quote' : 'pdf-box'} style={{ left: box.x0 * drawn.scale, top: box.y0 * drawn.scale, width: (box.x1 - box.x0) * drawn.scale, height: (box.y1 - box.y0) * drawn.scale }} />)}
          {drawn?.quotes.map((rect) => <div key={`${rect.left}-${rect.top}`} className="pdf-quote" style={rect} />)}
        </div>
      </div>
    </div>
  );
}
