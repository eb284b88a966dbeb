import type { ReactNode } from 'react';
import { CopyButton } from './CopyButton.tsx';
import { FailIcon } from './icons.ts';

export interface ErrorStateProps {
  /** What could not be done, e.g. "The documents could not be listed". */
  readonly title: string;
  readonly message: string;
  readonly hint?: string | null;
  readonly code?: string;
  /** What the copy button copies. */
  readonly copy?: string;
  readonly action?: ReactNode;
}

/** What failed, why, and the next step. */
export function ErrorState({ title, message, hint, code, copy, action }: ErrorStateProps) {
  return (
    <div className="error" role="alert">
      <div className="error-head">
        <FailIcon size={16} stroke={1.75} aria-hidden />
        <h2 className="error-title">{title}</h2>
      </div>
      <p>{message}</p>
      {hint ? <p className="dim">{hint}</p> : null}
      <div className="row error-actions">
        {action}
        <CopyButton text={copy ?? `${title}: ${message}`} label="Copy error" />
        {code === undefined ? null : <span className="mono faint">{code}</span>}
      </div>
    </div>
  );
}
