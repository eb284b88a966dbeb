import { useEffect } from 'react';
import { createStore } from 'zustand/vanilla';
import type { Shortcut } from '../lib/shortcut.ts';

/** Something a user can do. One registry feeds the menu, the palette, the keyboard and the sheet of shortcuts. */
export interface Action {
  readonly id: string;
  /** A verb first: "Ingest files or folders". */
  readonly title: string;
  readonly section: string;
  readonly shortcut?: Shortcut;
  readonly run: () => void;
  /** Hidden and not run while false. */
  readonly when?: () => boolean;
  /** Only listed in the sheet: the view that owns the key handles it. */
  readonly passive?: boolean;
}

interface Registration {
  readonly owner: symbol;
  readonly actions: readonly Action[];
}

const store = createStore<readonly Registration[]>(() => []);

/** Actions that are possible now, later registrations first: the view in front wins a shared shortcut. */
export function listActions(): Action[] {
  const seen = new Set<string>();
  return store
    .getState()
    .toReversed()
    .flatMap(({ actions }) => actions)
    .filter((action) => {
      if (seen.has(action.id) || action.when?.() === false) return false;
      seen.add(action.id);
      return true;
    });
}

export const subscribeActions = store.subscribe;

export function registerActions(actions: readonly Action[]): () => void {
  const owner = Symbol('actions');
  store.setState([...store.getState(), { owner, actions }], true);
  return () => store.setState(store.getState().filter((other) => other.owner !== owner), true);
}

/** Offers the actions for as long as the view is on the screen. */
export function useActions(actions: readonly Action[]): void {
  // Outside system: the registry that the keyboard and the palette read.
  useEffect(() => registerActions(actions));
}
