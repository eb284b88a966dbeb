import type { ReactNode } from 'react';

/** The one line above a place: what it shows, its figures, its actions. */
export function PlaceHeader({ title, meta, children }: { title: ReactNode; meta?: ReactNode; children?: ReactNode }) {
  return (
    <header className="place-header">
      <h1 className="place-title clip">{title}</h1>
      {meta === undefined ? null : <div className="place-meta clip">{meta}</div>}
      <div className="place-actions">{children}</div>
    </header>
  );
}
