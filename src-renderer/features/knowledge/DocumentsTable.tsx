import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { DocumentState, type KnowledgeBase } from '#contract/knowledge.ts';
import { type DocumentQuery, DOCUMENTS_PAGE, useDocuments } from '../../client/knowledgeQueries.ts';
import { toProblem } from '../../client/problem.ts';
import type { Route } from '../../lib/route.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { listKeyHandler } from '../../ui/listKeyHandler.ts';
import { LoadingRows } from '../../ui/Loading.tsx';
import { offerFocus } from '../../ui/offerFocus.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { AskFilter } from './AskFilter.tsx';
import { DocumentFacts } from './DocumentFacts.tsx';
import { DocumentLine, type DocumentLineDoes } from './DocumentLine.tsx';
import { DocumentsHead, type DocumentSort } from './DocumentsHead.tsx';
import { DocumentsToolbar } from './DocumentsToolbar.tsx';
import { pagesInView } from './prepareDocuments.ts';
import { draftFilter, draftOf, narrowingOf } from './prepareFilter.ts';
import { useRemoveDocuments } from './useRemoveDocuments.ts';

const ROW_PX = 28;

export interface DocumentsTableProps {
  readonly base: KnowledgeBase;
  readonly route: Extract<Route, { place: 'knowledge' }>;
}

/** Documents of a knowledge base: sorted, filtered and paged by the owner, only the rows in view are drawn. */
export function DocumentsTable({ base, route }: DocumentsTableProps) {
  const port = useWindow();
  const { filter = '', state = '' } = route;
  const draft = useMemo(() => draftOf(route), [route]);
  const [sort, setSort] = useState<DocumentSort>({ by: 'file', descending: false });
  const [at, setAt] = useState(0);
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const [known, setKnown] = useState(0);
  const [filtering, setFiltering] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const wanted = DocumentState.safeParse(state);
  const narrow = draftFilter(useDeferredValue(draft));
  const query: DocumentQuery = { state: wanted.success ? wanted.data : null, filter: useDeferredValue(filter), narrow, sort: sort.by, descending: sort.descending };
  const virtual = useVirtualizer({ count: known, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 });
  const items = virtual.getVirtualItems();
  const { total, rows, error } = useDocuments(base.id, query, pagesInView(items[0]?.index ?? 0, items.at(-1)?.index ?? 0, DOCUMENTS_PAGE));
  if (total !== null && total !== known) setKnown(total);
  const { remove } = useRemoveDocuments(base);
  const show = (next: Partial<DocumentsTableProps['route']>): void => port.replace({ place: 'knowledge', knowledgeId: base.id, filter, state, ...narrowingOf(draft), ...next });
  // Outside system: keyboard focus. J and K work as soon as the list is there.
  useEffect(() => offerFocus(scroller.current, { idle: true }), []);

  const inspect = (index: number): void => {
    const document = rows.get(index);
    if (document !== undefined) port.inspect({ key: document.id, title: 'Document', content: <DocumentFacts document={document} onRemove={() => remove([document.id])} /> });
  };
  const move = (index: number): void => {
    setAt(index);
    virtual.scrollToIndex(index);
    inspect(index);
  };
  const sortBy = (next: DocumentSort): void => {
    setSort(next);
    setAt(0);
    virtual.scrollToOffset(0);
  };
  const open = (index: number): void => {
    const document = rows.get(index);
    if (document?.parsedDigest != null) port.open({ place: 'document', documentId: document.id, name: document.file });
    else inspect(index);
  };
  // One object for all lines and all renders, so that scrolling draws only the lines that come into view.
  const newest = useRef<DocumentLineDoes | null>(null);
  newest.current = { select: (index) => { setAt(index); inspect(index); }, toggle: (index) => toggle(rows.get(index)?.id), open };
  const does = useMemo((): DocumentLineDoes => ({ select: (index) => newest.current?.select(index), toggle: (index) => newest.current?.toggle(index), open: (index) => newest.current?.open(index) }), []);
  const selected = [...taken].flatMap((id) => [...rows.values()].filter((document) => document.id === id).map((document) => document.id));
  const removeSelected = (): void => {
    const current = rows.get(at);
    const ids = selected.length > 0 ? selected : current === undefined ? [] : [current.id];
    if (ids.length > 0) remove(ids);
    setTaken(new Set());
  };
  return (
    <div className="documents">
      <DocumentsToolbar base={base} filter={filter} state={state} total={total} narrowed={narrow !== null} selected={selected.length} onShow={show} onRemove={removeSelected} />
      <AskFilter draft={draft} open={filtering} onOpen={setFiltering} onChange={(next) => port.replace({ place: 'knowledge', knowledgeId: base.id, filter, state, ...narrowingOf(next) })} />
      {error === null ? null : <ErrorState title="The documents could not be listed" {...toProblem(error)} />}
      <div
        ref={scroller}
        className="documents-scroll"
        role="grid"
        aria-label={`Documents of ${base.name}`}
        aria-rowcount={known + 1}
        aria-multiselectable
        aria-activedescendant={rows.has(at) ? `document-row-${at}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === ' ') {
            event.preventDefault();
            toggle(rows.get(at)?.id);
          } else listKeyHandler({ count: known, at, onMove: move, onOpen: open, onBack: () => setTaken(new Set()), onDelete: removeSelected })(event);
        }}
      >
        <DocumentsHead sort={sort} onSort={sortBy} />
        {total === null && error === null ? <LoadingRows rows={12} label="Loading documents" /> : null}
        {total === 0 ? <p className="documents-none dim">{filter === '' && state === '' && narrow === null ? 'The first documents appear here as they are read.' : 'No document matches. Clear the filter to see all.'}</p> : null}
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, start }) => {
            const document = rows.get(index);
            return (
              <DocumentLine
                key={index}
                index={index}
                start={start}
                document={document ?? null}
                current={index === at}
                taken={document !== undefined && taken.has(document.id)}
                does={does}
              />
            );
          })}
        </div>
      </div>
    </div>
  );

  function toggle(id: string | undefined): void {
    if (id === undefined) return;
    const next = new Set(taken);
    if (!next.delete(id)) next.add(id);
    setTaken(next);
  }
}
