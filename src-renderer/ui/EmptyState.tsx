import type { ReactNode } from 'react';

export interface EmptyStateProps {
  readonly title: string;
  readonly sentence: string;
  /** The next action; every empty place has one. */
  readonly action?: ReactNode;
  readonly more?: ReactNode;
}

/** One sentence, one action. */
export function EmptyState({ title, sentence, action, more }: EmptyStateProps) {
  return (
    <div className="empty">
      <h2 className="empty-title">{title}</h2>
      <p className="empty-sentence">{sentence}</p>
      {action === undefined ? null : <div className="row empty-action">{action}</div>}
      {more === undefined ? null : <div className="empty-more">{more}</div>}
    </div>
  );
}
