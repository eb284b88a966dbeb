import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { formatCount, formatThings } from '../../lib/formatCount.ts';
import { DeleteIcon, FilterIcon } from '../../ui/icons.ts';
import { DOCUMENT_STATES } from './prepareDocuments.ts';

export interface DocumentsToolbarProps {
  readonly base: KnowledgeBase;
  readonly filter: string;
  readonly state: string;
  readonly total: number | null;
  /** By more than name and state: by the fields beside them. */
  readonly narrowed: boolean;
  readonly selected: number;
  readonly onShow: (next: { filter?: string; state?: string }) => void;
  readonly onRemove: () => void;
}

const STATES = [{ value: '', label: 'All states' }, ...Object.entries(DOCUMENT_STATES).map(([value, { word }]) => ({ value, label: word }))];

/** Filter and state live in the route, so a link shows the same rows. */
export function DocumentsToolbar({ base, filter, state, total, narrowed, selected, onShow, onRemove }: DocumentsToolbarProps) {
  const all = filter === '' && state === '' && !narrowed;
  return (
    <div className="documents-toolbar">
      <TextInput aria-label="Filter by file name or title" placeholder="Filter by file name or title" leftSection={<FilterIcon size={14} />} value={filter} onChange={(event) => onShow({ filter: event.currentTarget.value })} onKeyDown={(event) => { if (event.key === 'Escape') onShow({ filter: '' }); }} className="documents-filter" />
      <NativeSelect aria-label="State" data={STATES} value={state} onChange={(event) => onShow({ state: event.currentTarget.value })} />
      <span className="dim" aria-live="polite">
        {total === null ? '' : all ? formatThings(total, 'document') : `${formatCount(total)} of ${formatCount(base.documents.total)}`}
      </span>
      <span className="grow" />
      {selected === 0 ? null : (
        <Button leftSection={<DeleteIcon size={14} />} onClick={onRemove}>
          Remove {formatThings(selected, 'document')}
        </Button>
      )}
    </div>
  );
}
