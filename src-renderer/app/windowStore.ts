import { useSyncExternalStore } from 'react';
import { createStore } from 'zustand/vanilla';
import type { NameRequest, Notice, PickRequest, Subject } from '../ui/windowPort.tsx';

export type PanelTab = 'jobs' | 'log' | 'network' | 'problems';

export interface ShownNotice extends Notice {
  readonly id: number;
}

interface Question {
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  readonly answer: (yes: boolean) => void;
}

/** App-wide state that no server knows and no URL holds. */
export interface WindowState {
  readonly subject: Subject | null;
  readonly notices: readonly ShownNotice[];
  readonly panelOpen: boolean;
  readonly panelTab: PanelTab;
  readonly inspectorOpen: boolean;
  readonly sheetOpen: boolean;
  readonly palette: 'closed' | 'actions' | 'open';
  readonly picking: (PickRequest & { readonly answer: (paths: readonly string[] | null) => void }) | null;
  readonly asking: Question | null;
  readonly naming: (NameRequest & { readonly answer: (name: string | null) => void }) | null;
  readonly projectDialog: 'closed' | 'create';
}

const LAYOUT_KEY = 'lathe.layout';
/** Below this the inspector starts folded: the main place needs the room. */
const NARROW_PX = 1200;

function savedLayout(): Pick<WindowState, 'panelOpen' | 'panelTab' | 'inspectorOpen'> {
  const fallback = { panelOpen: false, panelTab: 'jobs' as const, inspectorOpen: window.innerWidth >= NARROW_PX };
  const text = localStorage.getItem(LAYOUT_KEY);
  if (text === null) return fallback;
  try {
    const saved: Partial<typeof fallback> = JSON.parse(text);
    return { ...fallback, panelOpen: saved.panelOpen === true, inspectorOpen: saved.inspectorOpen === true && window.innerWidth >= NARROW_PX };
  } catch (error) {
    console.warn('The saved layout could not be read, the default is used', error);
    return fallback;
  }
}

export const windowStore = createStore<WindowState>(() => ({
  subject: null,
  notices: [],
  sheetOpen: false,
  palette: 'closed',
  picking: null,
  asking: null,
  naming: null,
  projectDialog: 'closed',
  ...savedLayout(),
}));

windowStore.subscribe(({ panelOpen, inspectorOpen }, before) => {
  if (panelOpen === before.panelOpen && inspectorOpen === before.inspectorOpen) return;
  localStorage.setItem(LAYOUT_KEY, JSON.stringify({ panelOpen, inspectorOpen }));
});

export function useWindowState<T>(select: (state: WindowState) => T): T {
  return useSyncExternalStore(windowStore.subscribe, () => select(windowStore.getState()));
}

/** A dialog in front keeps the keyboard; one that is fading out does not. */
export function isDialogOpen({ palette, picking, asking, naming, sheetOpen, projectDialog }: WindowState): boolean {
  return palette !== 'closed' || picking !== null || asking !== null || naming !== null || sheetOpen || projectDialog !== 'closed';
}

const NOTICE_MS = 8000;
let lastNotice = 0;

export function showNotice(notice: Notice): void {
  lastNotice += 1;
  const id = lastNotice;
  windowStore.setState(({ notices }) => ({ notices: [...notices.filter(({ about }) => about === undefined || about !== notice.about).slice(-2), { ...notice, id }] }));
  // What failed and can be mended from here stays until it is seen.
  if (notice.meaning === 'bad' && notice.action !== undefined) return;
  setTimeout(() => hideNotice(id), notice.action === undefined && notice.meaning !== 'bad' ? NOTICE_MS / 2 : NOTICE_MS);
}

export function hideNotice(id: number): void {
  windowStore.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

/** After an undo from elsewhere, the button of an older notice would take back something else. */
export function hideUndoNotices(): void {
  windowStore.setState(({ notices }) => ({ notices: notices.filter(({ action }) => action?.label !== 'Undo') }));
}

export function pickPaths(request: PickRequest): Promise<readonly string[] | null> {
  return new Promise((resolve) => {
    const answer = (paths: readonly string[] | null): void => {
      windowStore.setState({ picking: null });
      resolve(paths);
    };
    windowStore.setState({ picking: { ...request, answer } });
  });
}

export function askUser(question: { title: string; text: string; verb: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      windowStore.setState({ asking: null });
      resolve(yes);
    };
    windowStore.setState({ asking: { ...question, answer } });
  });
}

export function askName(request: NameRequest): Promise<string | null> {
  return new Promise((resolve) => {
    const answer = (name: string | null): void => {
      windowStore.setState({ naming: null });
      resolve(name);
    };
    windowStore.setState({ naming: { ...request, answer } });
  });
}
