import { useEffect } from 'react';
import { isMac, matchesShortcut, yieldsToTyping } from '../lib/shortcut.ts';
import { listActions } from '../ui/actionRegistry.ts';
import { isDialogOpen, windowStore } from './windowStore.ts';

/** How long the first key of a pair (`G H`) waits for the second. */
const PAIR_MS = 900;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox]):not([type=radio])') || target.closest('.monaco-editor') !== null;
}

/** Runs the registered action of a key press. A dialog in front keeps its own keys. */
export function useKeyboard(): void {
  // Outside system: key presses of the document.
  useEffect(() => {
    const mac = isMac(navigator.platform);
    let first: { key: string; atMs: number } | null = null;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || isDialogOpen(windowStore.getState())) return;
      const typing = isTyping(event.target);
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      const pair = first !== null && performance.now() - first.atMs < PAIR_MS && plain ? `${first.key} ${event.key.toUpperCase()}` : null;
      first = plain && !typing ? { key: event.key.toUpperCase(), atMs: performance.now() } : null;
      const action = listActions().find(({ shortcut, passive }) => {
        if (shortcut === undefined || passive === true) return false;
        if (typing && yieldsToTyping(shortcut, mac)) return false;
        return shortcut.includes(' ') ? shortcut === pair : matchesShortcut(shortcut, event, mac);
      });
      // Undo inside a text field belongs to the text.
      if (action === undefined || (typing && action.id === 'undo')) return;
      event.preventDefault();
      action.run();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
