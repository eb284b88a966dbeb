import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { toProblem } from '../client/problem.ts';
import { useLog } from '../client/systemQueries.ts';
import { formatClock, formatExact } from '../lib/formatTime.ts';
import { ErrorState } from '../ui/ErrorState.tsx';
import { LoadingRows } from '../ui/Loading.tsx';

const ROW_PX = 20;

/** The owner's log, following its end while one is there. */
export function LogTab() {
  const log = useLog();
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lines = log.data ?? [];
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 20 });
  // Outside system: the scroll position of the list.
  useEffect(() => {
    if (atEnd.current && scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [lines.length]);
  if (log.error !== null) return <ErrorState title="The log could not be read" {...toProblem(log.error)} />;
  if (log.data === undefined) return <LoadingRows rows={4} label="Loading the log" />;
  return (
    <div
      ref={scroller}
      className="log"
      role="log"
      aria-label="Log"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < ROW_PX * 2;
      }}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          return line === undefined ? null : (
            <div key={line.sequence} className={`log-line log-${line.level}`} style={{ transform: `translateY(${start}px)` }}>
              <span className="faint" title={formatExact(line.atMs)}>
                {formatClock(line.atMs)}
              </span>
              <span className="log-level">{line.level}</span>
              <span className="dim">{line.area}</span>
              <span className="clip" title={line.message}>
                {line.message}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
