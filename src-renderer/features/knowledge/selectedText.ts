import { useSyncExternalStore } from 'react';
import type { DocumentView } from '#contract/knowledge.ts';
import type { Span } from './prepareBlocks.ts';

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

/** Where the words begin in the document's text, up to the end of their chunk; null where they do not stand. */
export function findSpan(view: Pick<DocumentView, 'text' | 'chunks'> | undefined, words: string | undefined): Span | null {
  if (view === undefined || words === undefined || words === '') return null;
  const start = view.text.indexOf(words);
  if (start < 0) return null;
  const end = start + words.length;
  return { start, end: view.chunks.find((chunk) => chunk.start <= start && chunk.end >= end)?.end ?? end };
}
