import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { listKeyHandler } from '../../../ui/listKeyHandler.ts';
import { offerFocus } from '../../../ui/offerFocus.ts';
import type { QuestionRow } from './prepareQuestions.ts';
import { QuestionLine, type QuestionLineDoes } from './QuestionLine.tsx';

export interface QuestionsTableProps {
  readonly label: string;
  readonly rows: readonly QuestionRow[];
  readonly taken: ReadonlySet<string>;
  readonly onTake: (taken: ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
  readonly onRemove: (ids: readonly string[]) => void;
}

const ROW_PX = 28;

export function QuestionsTable({ label, rows, taken, onTake, onOpen, onRemove }: QuestionsTableProps) {
  const [at, setAt] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 });
  // Outside system: keyboard focus. J and K work as soon as the list is there.
  useEffect(() => offerFocus(scroller.current, { idle: true }), []);
  const toggle = (id: string): void => {
    const next = new Set(taken);
    if (!next.delete(id)) next.add(id);
    onTake(next);
  };
  const open = (index: number): void => {
    const row = rows[index];
    if (row !== undefined) onOpen(row.id);
  };
  // One object for all lines and all renders, so that scrolling draws only the lines that come into view.
  const newest = useRef<QuestionLineDoes | null>(null);
  newest.current = { select: setAt, toggle, open };
  const does = useMemo((): QuestionLineDoes => ({ select: (index) => newest.current?.select(index), toggle: (id) => newest.current?.toggle(id), open: (index) => newest.current?.open(index) }), []);
  const current = rows[at];
  const removeSelected = (): void => {
    if (taken.size > 0) onRemove([...taken]);
    else if (current !== undefined) onRemove([current.id]);
  };
  return (
    <div
      ref={scroller}
      className="documents-scroll"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable
      aria-activedescendant={current === undefined ? undefined : `question-row-${at}`}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key === ' ') {
          event.preventDefault();
          if (current !== undefined) toggle(current.id);
        } else listKeyHandler({ count: rows.length, at, onMove: (index) => { setAt(index); virtual.scrollToIndex(index); }, onOpen: open, onBack: () => onTake(new Set()), onDelete: removeSelected })(event);
      }}
    >
      <div role="rowgroup" className="documents-head">
        <div role="row" className="question-row" aria-rowindex={1}>
          <div role="columnheader" className="cell-check"><span className="hidden-text">Selected</span></div>
          <div role="columnheader">Outcome</div>
          <div role="columnheader" className="cell-num">Rank</div>
          <div role="columnheader">Question</div>
          <div role="columnheader" className="question-expected">Expected in</div>
          <div role="columnheader">Change</div>
          <div role="columnheader" className="cell-num question-confidence">Confidence</div>
        </div>
      </div>
      {rows.length === 0 ? <p className="documents-none dim">No saved question matches. Clear the filter to see all.</p> : null}
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row === undefined ? null : <QuestionLine key={row.id} row={row} index={index} start={start} current={index === at} taken={taken.has(row.id)} does={does} />;
        })}
      </div>
    </div>
  );
}
