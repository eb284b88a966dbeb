import { ActionIcon } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { DocumentView } from '#contract/knowledge.ts';
import { toProblem } from '../../client/problem.ts';
import { useSourceBytes } from '../../client/knowledgeQueries.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { NextIcon, PreviousIcon, ZoomInIcon, ZoomOutIcon } from '../../ui/icons.ts';
import { LoadingRows } from '../../ui/Loading.tsx';
import { openPdf, type PdfDocument } from './openPdf.ts';
import { PdfPage } from './PdfPage.tsx';
import type { Span } from './prepareBlocks.ts';
import { blockAt } from './prepareBlocks.ts';

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;

export interface PdfViewProps {
  readonly view: DocumentView;
  readonly marked: Span | null;
  readonly page: number;
  readonly onTurn: (page: number) => void;
}

/** The original's pages, one at a time, with the cited span drawn over them. */
export function PdfView({ view, marked, page, onTurn }: PdfViewProps) {
  const bytes = useSourceBytes(view.document.id, view.source !== 'missing');
  const [pdf, setPdf] = useState<PdfDocument | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  // Outside system: the pdf.js worker.
  useEffect(() => {
    if (bytes.data === undefined) return undefined;
    const opening = openPdf(bytes.data);
    opening.promise.then(setPdf, setFailure);
    return () => {
      setPdf(null);
      void opening.destroy();
    };
  }, [bytes.data]);
  const error = bytes.error ?? failure;
  if (view.source === 'missing') return <ErrorState title="The page cannot be drawn" message={`${view.document.root}/${view.document.file} is no longer there.`} hint="The text that was read from it is kept: choose Text above." />;
  if (error !== null) return <ErrorState title="The page cannot be drawn" {...toProblem(error)} hint="The text that was read from it is kept: choose Text above." />;
  if (pdf === null) return <LoadingRows rows={10} label="Loading the page" />;
  return <Pages pdf={pdf} view={view} marked={marked} page={Math.min(page, pdf.numPages)} onTurn={onTurn} />;
}

function Pages({ pdf, view, marked, page, onTurn }: PdfViewProps & { pdf: PdfDocument }) {
  const cited = marked === null ? 1 : (view.blocks[blockAt(view.blocks, marked.start)]?.page ?? 1);
  const [zoom, setZoom] = useState(1);
  const turn = (by: number): void => onTurn(Math.min(pdf.numPages, Math.max(1, page + by)));
  const scale = (by: number): void => setZoom(ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, ZOOMS.indexOf(nearest(zoom)) + by))] ?? 1);
  const scanned = view.pages?.[page - 1]?.hasText === false;
  return (
    <section className="pdf" aria-label="Page" onKeyDown={(event) => {
      if (event.key === 'PageDown' || event.key === 'ArrowRight') turn(1);
      else if (event.key === 'PageUp' || event.key === 'ArrowLeft') turn(-1);
    }}>
      <div className="pdf-bar">
        <ActionIcon aria-label="Previous page" disabled={page === 1} onClick={() => turn(-1)}><PreviousIcon size={16} /></ActionIcon>
        <span className="mono" aria-live="polite">{page} / {pdf.numPages}</span>
        <ActionIcon aria-label="Next page" disabled={page === pdf.numPages} onClick={() => turn(1)}><NextIcon size={16} /></ActionIcon>
        {marked !== null && page !== cited ? <button type="button" className="link" onClick={() => onTurn(cited)}>Back to the cited page</button> : null}
        <span className="grow" />
        {scanned ? <span className="state state-warning">This page is a picture without text</span> : null}
        <ActionIcon aria-label="Smaller" onClick={() => scale(-1)}><ZoomOutIcon size={16} /></ActionIcon>
        <span className="mono">{Math.round(zoom * 100)} %</span>
        <ActionIcon aria-label="Larger" onClick={() => scale(1)}><ZoomInIcon size={16} /></ActionIcon>
      </div>
      <PdfPage pdf={pdf} view={view} marked={marked} page={page} zoom={zoom} />
    </section>
  );
}

function nearest(zoom: number): (typeof ZOOMS)[number] {
  return ZOOMS.reduce((best, step) => (Math.abs(step - zoom) < Math.abs(best - zoom) ? step : best));
}
