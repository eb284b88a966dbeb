import { lazy, Suspense, useDeferredValue, useLayoutEffect, useState } from 'react';
import type { WindowPort } from '../ui/windowPort.tsx';
import { Palette } from './Palette.tsx';
import { useOpenables } from './useOpenables.ts';
import { useWindowState } from './windowStore.ts';

// None of these is on the first screen.
const BrowseDialog = lazy(async () => ({ default: (await import('./BrowseDialog.tsx')).BrowseDialog }));
const ConfirmDialog = lazy(async () => ({ default: (await import('./ConfirmDialog.tsx')).ConfirmDialog }));
const NameDialog = lazy(async () => ({ default: (await import('./NameDialog.tsx')).NameDialog }));
const ShortcutSheet = lazy(async () => ({ default: (await import('./ShortcutSheet.tsx')).ShortcutSheet }));
const CreateProjectDialog = lazy(async () => ({ default: (await import('./CreateProjectDialog.tsx')).CreateProjectDialog }));

/** What opens above the window. */
export function Dialogs({ port }: { port: WindowPort }) {
  const [query, setQuery] = useState('');
  const openables = useOpenables(port, useDeferredValue(query));
  const picking = useWindowState((state) => state.picking !== null);
  const asking = useWindowState((state) => state.asking !== null);
  const naming = useWindowState((state) => state.naming !== null);
  const sheet = useWindowState((state) => state.sheetOpen);
  const creating = useWindowState((state) => state.projectDialog === 'create');
  useReturnedFocus(picking || asking || naming || sheet || creating);
  return (
    <>
      <Palette openables={openables} onQuery={setQuery} />
      <Suspense>
        {creating ? <CreateProjectDialog /> : null}
        {picking ? <BrowseDialog /> : null}
        {asking ? <ConfirmDialog /> : null}
        {naming ? <NameDialog /> : null}
        {sheet ? <ShortcutSheet /> : null}
      </Suspense>
    </>
  );
}

/** A dialog is taken away at once when it closes, so the place that had the keyboard before gets it back here. */
function useReturnedFocus(open: boolean): void {
  // Outside system: keyboard focus.
  useLayoutEffect(() => {
    if (!open) return undefined;
    const before = document.activeElement;
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement) before.focus({ preventScroll: true });
      });
    };
  }, [open]);
}
