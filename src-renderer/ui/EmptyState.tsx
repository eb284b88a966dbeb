import type { ReactNode } from 'react';
import { useWindow } from './windowPort.tsx';

export interface EmptyStateProps {
  readonly title: string;
  readonly sentence: string;
  /** The next action; every empty place has one. */
  readonly action?: ReactNode;
  /** The page of the manual that tells more. */
  readonly manual: ManualPageName;
}

const MANUAL = {
  'getting-started': 'Getting started',
  'knowledge-bases': 'Knowledge bases',
  asking: 'Asking',
  models: 'Models',
  pipelines: 'Pipelines',
  window: 'The window',
} as const;

export type ManualPageName = keyof typeof MANUAL;

/** One sentence, one action, one link to the manual. */
export function EmptyState({ title, sentence, action, manual }: EmptyStateProps) {
  return (
    <div className="empty">
      <h2 className="empty-title">{title}</h2>
      <p className="empty-sentence">{sentence}</p>
      {action === undefined ? null : <div className="row empty-action">{action}</div>}
      <ManualLink page={manual} />
    </div>
  );
}

export function ManualLink({ page }: { page: ManualPageName }) {
  const port = useWindow();
  return (
    <p className="empty-more">
      Manual:{' '}
      <button type="button" className="link" onClick={() => port.open({ place: 'manual', page })}>
        {MANUAL[page]}
      </button>
    </p>
  );
}
