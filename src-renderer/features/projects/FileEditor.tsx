import { Button, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Digest } from '#contract/ids.ts';
import { useProjectId } from '../../client/ApiContext.tsx';
import { saySentences, toProblem } from '../../client/problem.ts';
import { useSaveFile } from '../../client/projectQueries.ts';
import { formatThings } from '../../lib/formatCount.ts';
import type { JsonSchema } from '../../lib/jsonSchema.ts';
import { isMac } from '../../lib/shortcut.ts';
import type { TextProblem } from '../../lib/yamlProblems.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { SaveIcon, WarnIcon } from '../../ui/icons.ts';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { useDraft } from '../../ui/useDraft.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { type Editor, openEditor } from './openEditor.ts';

export interface FileEditorProps {
  readonly file: { readonly path: string; readonly text: string; readonly digest: Digest };
  readonly schema: JsonSchema | null;
  readonly onReload: () => void;
}

/** Saving is compare-and-swap on the digest that was read: a change made elsewhere is shown, never overwritten in silence. */
export function FileEditor({ file, schema, onReload }: FileEditorProps) {
  const port = useWindow();
  const save = useSaveFile(file.path);
  const element = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const dark = useComputedColorScheme() === 'dark';
  const [draft, setDraft] = useDraft(`${useProjectId()}.file.${file.path}`);
  const [base, setBase] = useState({ digest: file.digest, text: file.text });
  const [problems, setProblems] = useState<readonly (TextProblem & { line: number })[]>([]);
  const text = draft === '' ? base.text : draft;
  const dirty = text !== base.text;
  const elsewhere = file.digest !== base.digest;
  // A change made elsewhere shows at once while nothing is being written here.
  if (elsewhere && !dirty) setBase({ digest: file.digest, text: file.text });
  const write = (expectedDigest: Digest): void =>
    save.mutate(
      { text, expectedDigest },
      {
        onSuccess: ({ digest }) => {
          setBase({ digest, text });
          setDraft('');
        },
        onError: (error) => {
          const problem = toProblem(error);
          if (problem.code === 'FILE_CHANGED') onReload();
          else port.notify({ text: saySentences(problem.message, problem.hint), meaning: 'bad' });
        },
      },
    );
  const changed = useRef((next: string): void => setDraft(next));
  changed.current = (next) => setDraft(next === base.text ? '' : next);
  // Outside system: the Monaco editor.
  useEffect(() => {
    if (element.current === null) return undefined;
    const opened = openEditor({ element: element.current, path: file.path, text, schema, dark, readOnly: false, onChange: (next) => changed.current(next), onProblems: setProblems });
    editor.current = opened;
    return () => opened.dispose();
  }, [file.path, schema]);
  // Outside system: the Monaco editor.
  useEffect(() => editor.current?.setDark(dark), [dark]);
  useEffect(() => editor.current?.setText(text), [base]);
  useActions([{ id: `file-save-${file.path}`, title: `Save ${file.path}`, section: 'Edit', shortcut: 'Mod+S', when: () => dirty, run: () => write(base.digest) }]);
  return (
    <div
      className="place"
      // The editor that has the focus is the one that is saved, whichever others stand beside it.
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== 's' || event.altKey || event.shiftKey || !(isMac(navigator.platform) ? event.metaKey : event.ctrlKey)) return;
        event.preventDefault();
        if (dirty) write(base.digest);
      }}
    >
      <PlaceHeader title={file.path} meta={dirty ? 'not saved yet; the draft is kept in this browser' : 'saved'}>
        {dirty ? <Button onClick={() => { setDraft(''); editor.current?.setText(base.text); }}>Discard changes</Button> : null}
        <Button variant="filled" leftSection={<SaveIcon size={14} />} disabled={!dirty} loading={save.isPending} onClick={() => write(base.digest)}>
          Save
        </Button>
      </PlaceHeader>
      {elsewhere && dirty ? (
        <div className="notice-line" role="alert">
          <WarnIcon size={14} aria-hidden />
          <span className="grow">{file.path} was changed elsewhere since it was opened here.</span>
          <Button onClick={() => { setDraft(''); setBase({ digest: file.digest, text: file.text }); }}>Take the other version</Button>
          <Button onClick={() => write(file.digest)}>Save mine over it</Button>
        </div>
      ) : null}
      <div ref={element} className="editor" />
      {problems.length === 0 ? null : (
        <section className="editor-problems" aria-label={formatThings(problems.length, 'problem')}>
          {problems.map(({ line, message, start }) => (
            <button key={`${start}-${message}`} type="button" className="plain row editor-problem" onClick={() => editor.current?.goTo(line)}>
              <StateMark meaning="bad" word={`Line ${line}`} />
              <span>{message}</span>
            </button>
          ))}
        </section>
      )}
    </div>
  );
}
