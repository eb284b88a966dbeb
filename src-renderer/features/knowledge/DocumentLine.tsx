import { Skeleton } from '@mantine/core';
import { memo } from 'react';
import type { KnowledgeDocument } from '#contract/knowledge.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import { prepareDocumentRow } from './prepareDocuments.ts';

export interface DocumentLineDoes {
  readonly select: (index: number) => void;
  readonly toggle: (index: number) => void;
  readonly open: (index: number) => void;
}

export interface DocumentLineProps {
  readonly index: number;
  readonly start: number;
  /** Null while the owner has not sent this page yet. */
  readonly document: KnowledgeDocument | null;
  readonly current: boolean;
  readonly taken: boolean;
  readonly does: DocumentLineDoes;
}

/** One of up to tens of thousands of rows: drawn again only when something of its own changes. */
export const DocumentLine = memo(function DocumentLine({ index, start, document, current, taken, does }: DocumentLineProps) {
  const row = document === null ? null : prepareDocumentRow(document, Date.now());
  // What has no figures has a reason: it takes their room.
  const wide = row !== null && row.reason !== '' && row.chunks === '' && row.pages === '';
  const place = { transform: `translateY(${start}px)` };
  if (row === null) {
    return (
      <div role="row" className="document-row document-line" style={place} aria-rowindex={index + 2}>
        <div role="gridcell" className="cell-wide">
          <Skeleton height={10} width="60%" radius={2} />
        </div>
      </div>
    );
  }
  return (
    <div role="row" id={`document-row-${index}`} className="document-row document-line" style={place} aria-rowindex={index + 2} aria-selected={current || taken} data-current={current || undefined} onClick={() => does.select(index)} onDoubleClick={() => does.open(index)}>
      <div role="gridcell" className="cell-check">
        <input type="checkbox" className="check" checked={taken} onChange={() => does.toggle(index)} onClick={(event) => event.stopPropagation()} aria-label={`Select ${row.file}`} tabIndex={-1} />
      </div>
      <div role="gridcell" className="cell-state">
        <StateMark meaning={row.meaning} word={row.word} />
      </div>
      <div role="gridcell" className={wide ? 'cell-file cell-file-wide' : 'cell-file'}>
        {row.container === '' ? null : <span className="clip document-container" title={`In ${row.container}`}>{row.container}</span>}
        <button type="button" className="plain clip document-name" title={row.file} tabIndex={-1} onClick={(event) => { event.stopPropagation(); does.select(index); does.open(index); }}>
          {row.name}
        </button>
        {row.reason === '' ? null : (
          <span className="document-reason clip" title={row.reason}>
            {row.reason}
          </span>
        )}
      </div>
      {wide ? null : (
        <>
          <div role="gridcell" className="clip cell-author" title={row.author}>{row.author}</div>
          <div role="gridcell" className="cell-format">{row.format}</div>
          <div role="gridcell" className="cell-language">{row.language}</div>
          <div role="gridcell" className="cell-num">{row.pages}</div>
          <div role="gridcell" className="cell-num">{row.chunks}</div>
          <div role="gridcell" className="cell-num cell-warnings" title={row.warningsTitle}>{row.warnings === '' ? null : <StateMark meaning="warning" word={row.warnings} />}</div>
        </>
      )}
      <div role="gridcell" className="cell-num">{row.size}</div>
      <div role="gridcell" className="cell-modified" title={row.modifiedTitle}>{row.modified}</div>
      <div role="gridcell" className="cell-indexed" title={row.indexedTitle}>{row.indexed}</div>
    </div>
  );
});
