import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { KnowledgeSource } from '#contract/sources.ts';
import { offerFocus } from '../../../ui/offerFocus.ts';
import { useWindow } from '../../../ui/windowPort.tsx';
import { contactedOrigin, draftSource, EMPTY_DRAFT, liesNearby, SOURCE_KINDS, type SourceDraft } from './prepareSources.ts';

export interface SourceFormProps {
  readonly allowed: readonly string[];
  readonly saving: boolean;
  readonly problem: string | null;
  readonly onAdd: (source: KnowledgeSource, origin: string | null) => void;
  readonly onBack: () => void;
}

const PLACES: Record<SourceDraft['kind'], { readonly label: string; readonly placeholder: string }> = {
  files: { label: 'File or folder', placeholder: '/home/you/papers' },
  watch: { label: 'Folder', placeholder: '/home/you/notes' },
  site: { label: 'Start page', placeholder: 'https://docs.example.org/guide/' },
  git: { label: 'Repository', placeholder: '/home/you/project or https://example.org/project.git' },
  api: { label: 'Address of the first page', placeholder: 'https://example.org/api/tickets' },
};

/** Where more documents come from. What is fetched says whom Lathe will contact before it does. */
export function SourceForm({ allowed, saving, problem, onAdd, onBack }: SourceFormProps) {
  const port = useWindow();
  const [draft, setDraft] = useState<SourceDraft>(EMPTY_DRAFT);
  const [offer] = useState(() => (element: HTMLElement | null) => offerFocus(element));
  const change = (next: Partial<SourceDraft>): void => setDraft({ ...draft, ...next });
  const source = draftSource(draft);
  const origin = source === null ? null : contactedOrigin(source);
  const asks = origin !== null && !allowed.includes(origin);
  const local = draft.kind === 'files' || draft.kind === 'watch';
  const browse = async (): Promise<void> => {
    const paths = await port.pick({ title: PLACES[draft.kind].label, what: 'folder', verb: 'Choose' });
    if (paths?.[0] !== undefined) change({ at: paths[0] });
  };
  return (
    <form
      className="source-form"
      aria-label="Another source"
      onSubmit={(event) => {
        event.preventDefault();
        if (source !== null) onAdd(source, asks ? origin : null);
      }}
      onKeyDown={(event) => { if (event.key === 'Escape') onBack(); }}
    >
      <div className="source-fields">
        <NativeSelect ref={offer} label="Kind" data={SOURCE_KINDS.map(({ kind, title }) => ({ value: kind, label: title }))} value={draft.kind} onChange={(event) => change({ kind: SOURCE_KINDS.find(({ kind }) => kind === event.currentTarget.value)?.kind ?? 'site' })} />
        <TextInput label={PLACES[draft.kind].label} placeholder={PLACES[draft.kind].placeholder} maxLength={2000} value={draft.at} onChange={(event) => change({ at: event.currentTarget.value })} className="mono-input source-at" />
        {local ? <Button className="source-browse" onClick={() => void browse()}>Choose a folder</Button> : null}
        {draft.kind === 'site' ? <NumberInput label="Most pages" placeholder="500" min={1} max={20_000} value={draft.maxPages ?? ''} onChange={(value) => change({ maxPages: typeof value === 'number' ? value : null })} /> : null}
        {draft.kind === 'git' ? (
          <>
            <TextInput label="Commit, tag or branch" placeholder="main" value={draft.commit} onChange={(event) => change({ commit: event.currentTarget.value })} className="mono-input" />
            <TextInput label="Only this folder" placeholder="docs" value={draft.folder} onChange={(event) => change({ folder: event.currentTarget.value })} className="mono-input" />
          </>
        ) : null}
        {draft.kind === 'api' ? (
          <>
            <TextInput label="Place of the list" placeholder="data.items" value={draft.items} onChange={(event) => change({ items: event.currentTarget.value })} className="mono-input" />
            <TextInput label="Places of the text" placeholder="title, body" value={draft.text} onChange={(event) => change({ text: event.currentTarget.value })} className="mono-input" />
            <TextInput label="Page parameter" placeholder="page" value={draft.next} onChange={(event) => change({ next: event.currentTarget.value })} className="mono-input" />
          </>
        ) : null}
      </div>
      <p className="dim">{SOURCE_KINDS.find(({ kind }) => kind === draft.kind)?.explains}.</p>
      {origin === null ? null : (
        <p className={asks ? 'notice-line source-contact' : 'dim'}>
          {asks ? `Lathe will contact ${new URL(origin).host}${liesNearby(origin) ? ', on this machine or a private network' : ''}. You have not allowed this site yet: adding the source allows it, for this account, until you take it out of the settings.` : `Lathe will contact ${new URL(origin).host}, which you have allowed.`}
        </p>
      )}
      <div className="row">
        <Button type="submit" variant="filled" loading={saving} disabled={source === null}>{asks && origin !== null ? `Allow ${new URL(origin).host} and add` : 'Add this source'}</Button>
        <Button onClick={onBack}>Back</Button>
        {problem === null ? null : <span className="form-error" role="alert">{problem}</span>}
      </div>
    </form>
  );
}
