import { useLayoutEffect, useState } from 'react';
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

/** The window's own actions stand behind those of the view in front, which wins a shared id or shortcut. */
export type ActionLayer = 'window' | 'view';

interface Registration {
  readonly owner: symbol;
  readonly layer: ActionLayer;
  readonly actions: readonly Action[];
}

const store = createStore<readonly Registration[]>(() => []);

/** Actions that are possible now: views first, the newest of them first, then the window. */
export function listActions(): Action[] {
  const seen = new Set<string>();
  const registrations = store.getState();
  return [...registrations.filter(({ layer }) => layer === 'view').toReversed(), ...registrations.filter(({ layer }) => layer === 'window')]
    .flatMap(({ actions }) => actions)
    .filter((action) => {
      if (seen.has(action.id) || action.when?.() === false) return false;
      seen.add(action.id);
      return true;
    });
}

function put(registration: Registration): void {
  const known = store.getState().some(({ owner }) => owner === registration.owner);
  store.setState(known ? store.getState().map((other) => (other.owner === registration.owner ? registration : other)) : [...store.getState(), registration], true);
}

function remove(owner: symbol): void {
  store.setState(store.getState().filter((other) => other.owner !== owner), true);
}

/** Offers the actions for as long as the view is on the screen. */
export function useActions(actions: readonly Action[], layer: ActionLayer = 'view'): void {
  const [owner] = useState(() => Symbol('actions'));
  // Outside system: the registry that the keyboard and the palette read. The place in the queue is kept while the list changes.
  // Before the view is painted: a key that is pressed as soon as its button is seen must find its action.
  useLayoutEffect(() => put({ owner, layer, actions }));
  useLayoutEffect(() => () => remove(owner), [owner]);
}

/** For tests of what reads the registry. */
export function registerActions(actions: readonly Action[], layer: ActionLayer = 'view'): () => void {
  const owner = Symbol('actions');
  put({ owner, layer, actions });
  return () => remove(owner);
}
