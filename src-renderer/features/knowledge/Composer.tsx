import { Button, Textarea } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { isMac } from '../../lib/shortcut.ts';
import { SendIcon, StopIcon } from '../../ui/icons.ts';
import { offerFocus } from '../../ui/offerFocus.ts';
import { useDraft } from '../../ui/useDraft.ts';

export interface ComposerProps {
  readonly draftKey: string;
  /** No conversation is open: the next question begins one. */
  readonly fresh: boolean;
  readonly followUp: boolean;
  readonly running: boolean;
  /** Of the running answer: whether it can be stopped, or is being stopped. */
  readonly stop: 'ready' | 'stopping' | 'unknown';
  readonly disabled: boolean;
  /** `onRefused` when the question did not reach the owner: it goes back into the field. */
  readonly onAsk: (question: string, onRefused: () => void) => void;
  readonly onStop: () => void;
}

const MAX_QUESTION = 4000;

/** Where a question is written; an unsent one is kept. */
export function Composer({ draftKey, fresh, followUp, running, stop, disabled, onAsk, onStop }: ComposerProps) {
  const [text, setText] = useDraft(draftKey);
  const field = useRef<HTMLTextAreaElement>(null);
  const keys = isMac(navigator.platform) ? '⌘ ↵' : 'Ctrl Enter';
  const ready = text.trim() !== '' && !disabled && !running;
  const send = (): void => {
    if (!ready) return;
    onAsk(text.trim(), () => setText(text));
    setText('');
  };
  // Outside system: keyboard focus. A fresh conversation starts with the cursor where one types; an earlier one that is read again may stand beside what is being used.
  useEffect(() => {
    if (fresh) offerFocus(field.current);
  }, [fresh]);
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={field}
        aria-label={followUp ? 'Follow-up question' : 'Question'}
        placeholder={followUp ? 'Ask a follow-up' : 'Ask a question of your documents'}
        autosize
        minRows={1}
        maxRows={8}
        maxLength={MAX_QUESTION}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            send();
          } else if (event.key === 'Escape') field.current?.blur();
        }}
      />
      {running ? (
        <Button size="xs" leftSection={<StopIcon size={14} />} disabled={stop !== 'ready'} onClick={onStop}>
          {stop === 'stopping' ? 'Stopping' : 'Stop'}
        </Button>
      ) : (
        <Button size="xs" type="submit" variant="filled" disabled={!ready} leftSection={<SendIcon size={14} />} title={keys}>
          Ask
        </Button>
      )}
      {/* While an answer is written the keys send nothing, and the button beside them is wider. */}
      {running ? null : (
        <span className="composer-keys" aria-hidden>
          {keys}
        </span>
      )}
    </form>
  );
}
