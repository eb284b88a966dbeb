import { useLayoutEffect, useRef } from 'react';
import type { KnowledgeId } from '#contract/ids.ts';
import type { Answer } from '#contract/knowledge.ts';
import { AnswerView } from './AnswerView.tsx';

export interface ConversationViewProps {
  readonly answers: readonly Answer[];
  readonly knowledgeId: KnowledgeId;
  /** The answer that was asked for in this tab: its question goes to the top once, then nothing moves by itself. */
  readonly asked: string | null;
  readonly onAgain: (question: string) => void;
  readonly now: string;
}

/**
 * Questions and answers, oldest first. The last one has the height of the view, so text that streams in
 * grows into empty space and never shifts what is being read.
 */
export function ConversationView({ answers, knowledgeId, asked, onAgain, now }: ConversationViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const placed = useRef<string | null>(null);
  const last = answers.at(-1)?.id ?? null;
  // Outside system: the scroll position.
  useLayoutEffect(() => {
    const element = scroller.current?.querySelector<HTMLElement>('.turn:last-child');
    if (element == null || placed.current === last) return;
    const isNew = placed.current !== null || last === asked;
    placed.current = last;
    if (isNew && scroller.current !== null) scroller.current.scrollTop = element.offsetTop;
  }, [last, asked]);
  return (
    <div ref={scroller} className="ask-scroll" tabIndex={0} role="region" aria-label="Conversation">
      {answers.map((answer) => (
        <div key={answer.id} className="turn">
          <AnswerView answer={answer} knowledgeId={knowledgeId} onAgain={onAgain} now={now} />
        </div>
      ))}
    </div>
  );
}
