import type { DocumentQuery } from '../../client/knowledgeQueries.ts';
import { DownIcon, UpIcon } from '../../ui/icons.ts';

export interface DocumentSort {
  readonly by: DocumentQuery['sort'];
  readonly descending: boolean;
}

const COLUMNS: readonly { readonly by: DocumentQuery['sort'] | null; readonly title: string; readonly className: string }[] = [
  { by: 'state', title: 'State', className: 'cell-state' },
  { by: 'file', title: 'File', className: 'cell-file' },
  { by: null, title: 'Author', className: 'cell-author' },
  { by: null, title: 'Format', className: 'cell-format' },
  { by: null, title: 'Lang', className: 'cell-language' },
  { by: 'pages', title: 'Pages', className: 'cell-num' },
  { by: 'chunks', title: 'Chunks', className: 'cell-num' },
  { by: null, title: 'Warnings', className: 'cell-num cell-warnings' },
  { by: 'bytes', title: 'Size', className: 'cell-num' },
  { by: null, title: 'Changed', className: 'cell-modified' },
  { by: 'indexedAtMs', title: 'Indexed', className: 'cell-indexed' },
];

/** Column heads; those the owner can sort by are buttons. */
export function DocumentsHead({ sort, onSort }: { sort: DocumentSort; onSort: (sort: DocumentSort) => void }) {
  return (
    <div role="rowgroup" className="documents-head">
      <div role="row" className="document-row" aria-rowindex={1}>
        <div role="columnheader" className="cell-check">
          <span className="hidden-text">Selected</span>
        </div>
        {COLUMNS.map(({ by, title, className }) => (
          <div key={title} role="columnheader" className={className} aria-sort={by === null || by !== sort.by ? undefined : sort.descending ? 'descending' : 'ascending'}>
            {by === null ? (
              title
            ) : (
              <button type="button" className="plain head-button" onClick={() => onSort({ by, descending: by === sort.by ? !sort.descending : by !== 'file' && by !== 'state' })}>
                {title}
                {by === sort.by ? sort.descending ? <DownIcon size={12} aria-hidden /> : <UpIcon size={12} aria-hidden /> : null}
              </button>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
