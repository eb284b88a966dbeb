import { Button, NativeSelect, TextInput } from '@mantine/core';
import { CloseIcon, FilterIcon } from '../../ui/icons.ts';
import { type FilterDraft, filterChips, FORMAT_CHOICES, NO_FILTER } from './prepareFilter.ts';

export interface AskFilterProps {
  readonly draft: FilterDraft;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly onChange: (draft: FilterDraft) => void;
}

/** Which documents a question is asked of, or a list shows: what narrows them stands in sight, each to be taken away with one press. */
export function AskFilter({ draft, open, onOpen, onChange }: AskFilterProps) {
  const chips = filterChips(draft);
  const change = (next: Partial<FilterDraft>): void => onChange({ ...draft, ...next });
  return (
    <div className="ask-filter" role="group" aria-label="Only these documents">
      <div className="row ask-chips">
        <Button leftSection={<FilterIcon size={14} />} aria-expanded={open} onClick={() => onOpen(!open)}>Filter</Button>
        {chips.length === 0 ? <span className="faint">All documents</span> : null}
        {chips.map(({ field, text }) => (
          <button key={field} type="button" className="plain chip" onClick={() => change({ [field]: '' })} aria-label={`Take away ${text}`}>
            <span className="clip">{text}</span>
            <CloseIcon size={12} aria-hidden />
          </button>
        ))}
        {chips.length < 2 ? null : <button type="button" className="link" onClick={() => onChange(NO_FILTER)}>Clear all</button>}
      </div>
      {open ? (
        <div className="ask-fields" onKeyDown={(event) => { if (event.key === 'Escape') onOpen(false); }}>
          <NativeSelect label="Format" data={[...FORMAT_CHOICES]} value={draft.format} onChange={(event) => change({ format: event.currentTarget.value })} />
          <TextInput label="Language" placeholder="en, de" value={draft.language} onChange={(event) => change({ language: event.currentTarget.value })} />
          <TextInput label="Author" placeholder="part of the name" value={draft.author} onChange={(event) => change({ author: event.currentTarget.value })} />
          <TextInput label="Path" placeholder="manuals/ or *.pdf" value={draft.path} onChange={(event) => change({ path: event.currentTarget.value })} className="mono-input" />
          <TextInput type="date" label="Changed since" value={draft.after} onChange={(event) => change({ after: event.currentTarget.value })} />
          <TextInput type="date" label="Changed before" value={draft.before} onChange={(event) => change({ before: event.currentTarget.value })} />
        </div>
      ) : null}
    </div>
  );
}
