import { Button, TextInput } from '@mantine/core';
import { useCallback, useState } from 'react';
import { toProblem } from '../../client/problem.ts';
import { useKnowledgeActions } from '../../client/knowledgeQueries.ts';
import { ManualLink } from '../../ui/EmptyState.tsx';
import { AddIcon } from '../../ui/icons.ts';
import { offerFocus } from '../../ui/offerFocus.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { useMoveBase } from './useMoveBase.ts';

/** Names a new knowledge base, in place; `first` draws it as the empty state of the project. */
export function CreateBase({ first = false }: { first?: boolean }) {
  const port = useWindow();
  const { create } = useKnowledgeActions();
  const { carryIn } = useMoveBase();
  const [open, setOpen] = useState(first);
  const [name, setName] = useState('');
  // The only thing to do here is to write a name.
  const field = useCallback((element: HTMLInputElement | null) => offerFocus(element), []);
  const submit = (): void =>
    create.mutate(name.trim(), {
      onSuccess: ({ id }) => {
        setOpen(first);
        setName('');
        port.replace({ place: 'knowledge', knowledgeId: id });
      },
    });
  const form = (
    <form
      className={first ? 'stack form create-base' : 'stack create-base'}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !first) setOpen(false);
      }}
    >
      <TextInput ref={field} label={first ? 'Name' : undefined} aria-label="Name of the knowledge base" placeholder="Manuals" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      {create.error === null ? null : <p className="form-error" role="alert">{toProblem(create.error).message}</p>}
      <div className="row">
        <Button type="submit" variant="filled" loading={create.isPending} disabled={name.trim() === ''}>
          Create
        </Button>
        {first ? null : <Button onClick={() => setOpen(false)}>Back</Button>}
      </div>
    </form>
  );
  if (first) {
    return (
      <div className="empty">
        <h2 className="empty-title">No knowledge base yet</h2>
        <p className="empty-sentence">A knowledge base is a set of documents that you ask questions of: PDF with text, Office files, web pages, Markdown, mail, tables, archives, source code. Everything stays on this machine.</p>
        {form}
        <button type="button" className="link" onClick={() => void carryIn()}>Import one from a file</button>
        <ManualLink page="knowledge-bases" />
      </div>
    );
  }
  if (open) return form;
  return (
    <button type="button" className="plain base-item base-new" onClick={() => setOpen(true)}>
      <AddIcon size={14} aria-hidden />
      New knowledge base
    </button>
  );
}
