import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import type { DocumentView } from '#contract/knowledge.ts';
import { BlockLine } from './BlockLine.tsx';
import { blockAt, prepareBlocks, type Span } from './prepareBlocks.ts';

const BLOCK_PX = 60;

/** Extracted text as blocks, chunk borders and warnings in the margin; only what is in view is drawn. */
export function DocumentText({ view, marked }: { view: DocumentView; marked: Span | null }) {
  const start = marked?.start ?? null;
  const end = marked?.end ?? null;
  const blocks = useMemo(() => prepareBlocks(view, start === null || end === null ? null : { start, end }), [view, start, end]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: blocks.length, getScrollElement: () => scroller.current, estimateSize: () => BLOCK_PX, overscan: 8 });
  // Outside system: the scroll position. The marked block comes into view, now and when another span is opened.
  useEffect(() => {
    if (start !== null) virtual.scrollToIndex(blockAt(view.blocks, start), { align: 'center' });
  }, [start, view]);
  if (blocks.length === 0) return <p className="documents-none dim">No text was read from this file.</p>;
  return (
    <div ref={scroller} className="document-text" tabIndex={0} role="region" aria-label="Extracted text">
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
