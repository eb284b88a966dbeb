import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { sayProblem, toProblem } from '../client/problem.ts';
import { useFolder } from '../client/systemQueries.ts';
import { formatBytes } from '../lib/formatBytes.ts';
import { FileIcon, FolderIcon, FolderUpIcon } from '../ui/icons.ts';
import { listKeyHandler } from '../ui/listKeyHandler.ts';
import type { PickRequest } from '../ui/windowPort.tsx';
import { desktopBridge, unwrap } from './desktopBridge.ts';
import { type BrowseEntry, oneFile, prepareBrowse } from './prepareBrowse.ts';
import { useWindowState } from './windowStore.ts';

/** The browser's stand-in of a native file dialog: lists folders of the machine that Lathe runs on. */
export function BrowseDialog() {
  const picking = useWindowState((state) => state.picking);
  return (
    <Modal opened={picking !== null} onClose={() => picking?.answer(null)} title={picking?.title} size={640} closeButtonProps={{ 'aria-label': 'Close' }}>
      {picking === null ? null : <Browser request={picking} onDone={picking.answer} />}
    </Modal>
  );
}

function Browser({ request, onDone }: { request: PickRequest; onDone: (paths: readonly string[] | null) => void }) {
  const [folder, setFolder] = useState<string | undefined>(undefined);
  const [typed, setTyped] = useState('');
  const [taken, setTaken] = useState<readonly string[]>([]);
  const listing = useFolder(folder, true);
  const { entries, result, verb } = prepareBrowse({ request, listing: listing.data ?? null, typed, taken });
  const previewed = request.other === undefined ? null : oneFile(result, { entries, typed, taken });
  const bridge = desktopBridge();
  const [failure, setFailure] = useState<unknown>(null);
  const native = async (chosen: Promise<readonly (string | null)[]>): Promise<void> => {
    const paths = await chosen.catch((error: unknown) => {
      setFailure(error);
      return [];
    });
    const kept = paths.flatMap((path) => (path === null ? [] : [path]));
    if (kept.length > 0) onDone(kept);
  };
  const enter = (path: string): void => {
    setFolder(path);
    if (request.what !== 'entries') setTaken([]);
  };
  const toggle = (path: string): void => setTaken(taken.includes(path) ? taken.filter((other) => other !== path) : request.what === 'entries' ? [...taken, path] : [path]);
  return (
    <form
      className="stack browse"
      onSubmit={(event) => {
        event.preventDefault();
        if (result.length > 0) onDone(result);
      }}
    >
      <TextInput label="Path on this machine" placeholder="/home/you/papers" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} className="mono-input" data-autofocus />
      {bridge === null ? null : (
        <div className="row">
          <Button onClick={() => void native(bridge.openFiles().then(unwrap))}>Choose files</Button>
          <Button onClick={() => void native(bridge.openFolder().then((answer) => [unwrap(answer)]))}>Choose a folder</Button>
          {failure === null ? null : <span className="form-error" role="alert">{toProblem(failure).message}</span>}
        </div>
      )}
      <div className="row browse-here">
        <Button leftSection={<FolderUpIcon size={14} />} disabled={listing.data?.parent == null} onClick={() => listing.data?.parent != null && enter(listing.data.parent)}>
          Up
        </Button>
        <span className="mono clip grow" title={listing.data?.folder}>
          {listing.data?.folder ?? 'Reading the folder'}
        </span>
      </div>
      {listing.error === null ? (
        <BrowseList entries={entries} multiple={request.what === 'entries'} taken={taken} onEnter={enter} onToggle={toggle} />
      ) : (
        <p role="alert" className="browse-list browse-error">
          {sayProblem(listing.error)}
        </p>
      )}
      <div className="dialog-actions">
        <Button onClick={() => onDone(null)}>Back</Button>
        {request.other === undefined ? null : (
          <Button disabled={previewed === null} onClick={() => { onDone(null); if (previewed !== null) request.other?.run(previewed); }}>
            {request.other.verb}
          </Button>
        )}
        <Button type="submit" variant="filled" disabled={result.length === 0}>
          {verb}
        </Button>
      </div>
    </form>
  );
}

interface BrowseListProps {
  readonly entries: readonly BrowseEntry[];
  readonly multiple: boolean;
  readonly taken: readonly string[];
  readonly onEnter: (path: string) => void;
  readonly onToggle: (path: string) => void;
}

function BrowseList({ entries, multiple, taken, onEnter, onToggle }: BrowseListProps) {
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const move = (index: number): void => {
    setAt(index);
    list.current?.querySelectorAll<HTMLElement>('.browse-name')[index]?.focus();
  };
  const use = (entry: BrowseEntry | undefined): void => {
    if (entry === undefined) return;
    if (entry.kind === 'folder') onEnter(entry.path);
    else if (entry.selectable) onToggle(entry.path);
  };
  return (
    <div ref={list} className="browse-list" role="group" aria-label="Entries of the folder" onKeyDown={listKeyHandler({ count: entries.length, at, onMove: move, onOpen: (index) => use(entries[index]) })}>
      {entries.length === 0 ? <p className="dim browse-empty">Nothing to show in this folder.</p> : null}
      {entries.map((entry, index) => (
        <div key={entry.path} className="browse-row">
          {entry.selectable && (multiple || entry.kind === 'file') ? (
            <Checkbox checked={taken.includes(entry.path)} onChange={() => onToggle(entry.path)} aria-label={`Take ${entry.name}`} tabIndex={-1} />
          ) : (
            <span className="browse-gap" />
          )}
          <button type="button" className="plain row grow browse-name" onClick={() => use(entry)} onFocus={() => setAt(index)} disabled={entry.kind === 'file' && !entry.selectable}>
            {entry.kind === 'folder' ? <FolderIcon size={14} aria-hidden /> : <FileIcon size={14} aria-hidden />}
            <span className="clip">{entry.name}</span>
          </button>
          <span className="num faint">{entry.kind === 'file' ? formatBytes(entry.bytes) : ''}</span>
        </div>
      ))}
    </div>
  );
}
