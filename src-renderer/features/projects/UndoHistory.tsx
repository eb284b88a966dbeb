import { Button } from '@mantine/core';
import { toProblem } from '../../client/problem.ts';
import { usePurge, useUndo, useUndoList } from '../../client/projectQueries.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { formatThings } from '../../lib/formatCount.ts';
import { formatDay, formatExact, formatRelative } from '../../lib/formatTime.ts';
import { useWindow } from '../../ui/windowPort.tsx';

/** Deletions of this project that can be taken back, and the one button that makes them final. */
export function UndoHistory() {
  const list = useUndoList();
  const undo = useUndo();
  const purge = usePurge();
  const port = useWindow();
  const open = (list.data ?? []).filter(({ undoneAtMs }) => undoneAtMs === null);
  const onError = (error: unknown): void => port.notify({ text: toProblem(error).message, meaning: 'bad' });
  const purgeAll = async (): Promise<void> => {
    const sure = await port.confirm({ title: 'Purge what was deleted?', text: `${formatThings(open.length, 'deletion')} of this project become final and their space is freed. This cannot be undone.`, verb: 'Purge for good' });
    if (sure) purge.mutate(undefined, { onError, onSuccess: ({ entries, freedBytes }) => port.notify({ text: `Purged ${formatThings(entries, 'deletion')}, ${formatBytes(freedBytes)} freed` }) });
  };
  return (
    <section className="settings-section" aria-labelledby="settings-undo">
      <div className="row settings-head">
        <h2 className="settings-title grow" id="settings-undo">Deleted in this project</h2>
        <Button disabled={open.length === 0} loading={purge.isPending} onClick={() => void purgeAll()}>Purge now</Button>
      </div>
      {list.error === null ? null : <p role="alert" className="form-error">{toProblem(list.error).message}</p>}
      {open.length === 0 ? <p className="dim">Nothing is waiting to be purged. What is deleted is kept for 30 days and can be taken back here or with Ctrl Z.</p> : null}
      {open.length === 0 ? null : (
        <table className="table settings-table settings-undo" aria-label="Deletions that can be taken back">
          <thead>
            <tr><th scope="col">What</th><th scope="col">When</th><th scope="col">Purged</th><th scope="col"><span className="hidden-text">Actions</span></th></tr>
          </thead>
          <tbody>
            {open.map(({ id, title, atMs, purgeAtMs }) => (
              <tr key={id}>
                <td>{title}</td>
                <td className="dim" title={formatExact(atMs)}>{formatRelative(atMs, Date.now())}</td>
                <td className="dim">{formatDay(purgeAtMs)}</td>
                <td className="num"><Button aria-label={`Take back: ${title}`} onClick={() => undo.mutate(id, { onError, onSuccess: () => port.notify({ text: `Taken back: ${title}`, meaning: 'good' }) })}>Undo</Button></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
