import type { KeyboardEvent } from 'react';

export interface ListKeys {
  readonly count: number;
  readonly at: number;
  readonly onMove: (index: number) => void;
  readonly onOpen: (index: number) => void;
  readonly onBack?: () => void;
  readonly onDelete?: () => void;
}

const PAGE = 12;

/** J/K and the arrows move, Home and End jump, Enter opens, Esc backs out. Returns the handler for the list's element. */
export function listKeyHandler({ count, at, onMove, onOpen, onBack, onDelete }: ListKeys): (event: KeyboardEvent) => void {
  const steps: Record<string, () => void> = {
    j: () => onMove(Math.min(count - 1, at + 1)),
    ArrowDown: () => onMove(Math.min(count - 1, at + 1)),
    k: () => onMove(Math.max(0, at - 1)),
    ArrowUp: () => onMove(Math.max(0, at - 1)),
    PageDown: () => onMove(Math.min(count - 1, at + PAGE)),
    PageUp: () => onMove(Math.max(0, at - PAGE)),
    Home: () => onMove(0),
    End: () => onMove(count - 1),
    Enter: () => onOpen(at),
    Escape: () => onBack?.(),
    Delete: () => onDelete?.(),
  };
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    if (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox') return;
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
  };
}
