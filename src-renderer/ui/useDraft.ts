import { useState } from 'react';

/** Text that survives a reload under its key; empty text is forgotten. */
export function useDraft(key: string): readonly [string, (text: string) => void] {
  const name = `lathe.draft.${key}`;
  const [state, setState] = useState(() => ({ name, text: localStorage.getItem(name) ?? '' }));
  const current = state.name === name ? state.text : (localStorage.getItem(name) ?? '');
  const write = (text: string): void => {
    if (text === '') localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    setState({ name, text });
  };
  return [current, write];
}
