import { ActionIcon } from '@mantine/core';
import { useState } from 'react';
import type { Conversation } from '#contract/knowledge.ts';
import { useRemoveConversation } from '../../client/answerQueries.ts';
import { useConversations } from '../../client/knowledgeQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { useUndo } from '../../client/projectQueries.ts';
import { formatExact, formatRelative } from '../../lib/formatTime.ts';
import { DeleteIcon } from '../../ui/icons.ts';
import { listKeyHandler } from '../../ui/listKeyHandler.ts';
import { LoadingRows } from '../../ui/Loading.tsx';
import { useWindow } from '../../ui/windowPort.tsx';

/** Earlier conversations. Delete asks nothing and can be undone. */
export function ConversationList({ selected, onOpen }: { selected: string | null; /** null: the one that was open is gone. */ onOpen: (conversationId: string | null) => void }) {
  const port = useWindow();
  const conversations = useConversations();
  const removal = useRemoveConversation();
  const undo = useUndo();
  const [at, setAt] = useState(0);
  const rows = conversations.data ?? [];
  const open = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    onOpen(row.id);
  };
  const remove = (row: Conversation | undefined): void => {
    if (row === undefined) return;
    removal.mutate(row.id, {
      onSuccess: ({ undoId }) => {
        if (row.id === selected) onOpen(null);
        port.notify({ text: `Removed the conversation “${row.title}”`, action: { label: 'Undo', run: () => undo.mutate(undoId) } });
      },
      onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }),
    });
  };
  if (conversations.error !== null) return <p className="panel-empty" role="alert">{toProblem(conversations.error).message}</p>;
  if (conversations.data === undefined) return <LoadingRows rows={5} label="Loading conversations" />;
  return (
    <nav className="conversations" aria-label="Conversations">
      <h2 className="section-title conversations-title">History</h2>
      {rows.length === 0 ? <p className="faint conversations-none">Conversations are kept here.</p> : null}
      <div onKeyDown={listKeyHandler({ count: rows.length, at, onMove: (index) => { setAt(index); document.getElementById(`conversation-${index}`)?.focus(); }, onOpen: open, onDelete: () => remove(rows[at]) })}>
        {rows.map((row, index) => (
          <div key={row.id} className="conversation" data-selected={row.id === selected || undefined}>
            <button id={`conversation-${index}`} type="button" className="plain conversation-open" tabIndex={index === at ? 0 : -1} aria-current={row.id === selected ? 'true' : undefined} onFocus={() => setAt(index)} onClick={() => open(index)} title={row.title}>
              <span className="conversation-title">{row.title}</span>
              <time className="faint" title={formatExact(row.updatedAtMs)}>{formatRelative(row.updatedAtMs, Date.now())}</time>
            </button>
            <ActionIcon className="conversation-remove" aria-label={`Remove ${row.title}`} onClick={() => remove(row)} size={22}>
              <DeleteIcon size={14} />
            </ActionIcon>
          </div>
        ))}
      </div>
    </nav>
  );
}
