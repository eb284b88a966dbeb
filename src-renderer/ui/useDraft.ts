import { useEffect, useState } from 'react';

const PUT = 'lathe.draft';

/** Text that survives a reload under its key; empty text is forgotten. */
export function useDraft(key: string): readonly [string, (text: string) => void] {
  const name = `lathe.draft.${key}`;
  const [state, setState] = useState(() => ({ name, text: localStorage.getItem(name) ?? '' }));
  // Outside system: the draft as another place puts it, also the one that was shown before this one and is shown again next.
  useEffect(() => {
    const take = (event: Event): void => {
      if (!(event instanceof CustomEvent)) return;
      setState((before) => (event.detail === name || event.detail === before.name ? { name: event.detail, text: localStorage.getItem(event.detail) ?? '' } : before));
    };
    window.addEventListener(PUT, take);
    return () => window.removeEventListener(PUT, take);
  }, [name]);
  const current = state.name === name ? state.text : (localStorage.getItem(name) ?? '');
  const write = (text: string): void => {
    if (text === '') localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    setState({ name, text });
  };
  return [current, write];
}

/** Writes a text into the field that holds the draft of this key, shown or not. Answers what stood there. */
export function putDraft(key: string, text: string): string {
  const name = `lathe.draft.${key}`;
  const before = localStorage.getItem(name) ?? '';
  localStorage.setItem(name, text);
  window.dispatchEvent(new CustomEvent(PUT, { detail: name }));
  return before;
}
