import { useSyncExternalStore } from 'react';

const LEAST = 8;
const MOST = 4000;

/** Words of the extracted text that are marked with the mouse or the keyboard; empty for less than a few letters. */
export function useSelectedText(): string {
  return useSyncExternalStore(
    (changed) => {
      document.addEventListener('selectionchange', changed);
      return () => document.removeEventListener('selectionchange', changed);
    },
    () => {
      const selection = document.getSelection();
      const within = selection?.anchorNode?.parentElement?.closest('.document-text') ?? null;
      const text = within === null ? '' : (selection?.toString().trim() ?? '');
      return text.length < LEAST ? '' : text.slice(0, MOST);
    },
  );
}
