import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import type { DocumentView } from '#contract/knowledge.ts';
import { offerFocus } from '../../ui/offerFocus.ts';
import { BlockLine } from './BlockLine.tsx';
import { blockAt, prepareBlocks, type Span } from './prepareBlocks.ts';

const BLOCK_PX = 60;
const QUIET_MS = 700;

export interface DocumentTextProps {
  readonly view: DocumentView;
  readonly marked: Span | null;
  /** The page that was turned to beside the text. */
  readonly turned: number | null;
  readonly onPage: (page: number) => void;
}

/** Extracted text as blocks, chunk borders and warnings in the margin; only what is in view is drawn. */
export function DocumentText({ view, marked, turned, onPage }: DocumentTextProps) {
  const start = marked?.start ?? null;
  const end = marked?.end ?? null;
  const blocks = useMemo(() => prepareBlocks(view, start === null || end === null ? null : { start, end }), [view, start, end]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: blocks.length, getScrollElement: () => scroller.current, estimateSize: () => BLOCK_PX, overscan: 8 });
  // Scrolling done here must not turn the page again.
  const quietUntilMs = useRef(performance.now() + QUIET_MS);
  // Outside system: the scroll position.
  useEffect(() => {
    const index = turned === null ? -1 : view.blocks.findIndex(({ page }) => page !== undefined && page >= turned);
    if (index < 0) return;
    quietUntilMs.current = performance.now() + QUIET_MS;
    virtual.scrollToIndex(index, { align: 'start' });
  }, [turned, view]);
  const follow = (): void => {
    const page = view.blocks[virtual.range?.startIndex ?? 0]?.page;
    if (page !== undefined && performance.now() > quietUntilMs.current) onPage(page);
  };
  // Outside system: the scroll position. The marked block comes into view, now and when another span is opened.
  useEffect(() => {
    if (start !== null) virtual.scrollToIndex(blockAt(view.blocks, start), { align: 'center' });
  }, [start, view]);
  // Outside system: keyboard focus. The keys scroll what was opened, not the tab above it.
  useEffect(() => offerFocus(scroller.current, { idle: true }), []);
  if (blocks.length === 0) return <p className="documents-none dim">No text was read from this file.</p>;
  return (
    <div ref={scroller} className="document-text" onScroll={follow} tabIndex={0} role="region" aria-label="Extracted text">
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start: top, key }) => {
          const block = blocks[index];
          return block === undefined ? null : (
            <div key={key} ref={virtual.measureElement} data-index={index} className="block-place" style={{ transform: `translateY(${top}px)` }}>
              <BlockLine block={block} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
