import { lazy, Suspense, useDeferredValue, useState } from 'react';
import type { WindowPort } from '../ui/windowPort.tsx';
import { Palette } from './Palette.tsx';
import { useOpenables } from './useOpenables.ts';
import { useWindowState } from './windowStore.ts';

// None of these is on the first screen.
const BrowseDialog = lazy(async () => ({ default: (await import('./BrowseDialog.tsx')).BrowseDialog }));
const ConfirmDialog = lazy(async () => ({ default: (await import('./ConfirmDialog.tsx')).ConfirmDialog }));
const ShortcutSheet = lazy(async () => ({ default: (await import('./ShortcutSheet.tsx')).ShortcutSheet }));
const CreateProjectDialog = lazy(async () => ({ default: (await import('./CreateProjectDialog.tsx')).CreateProjectDialog }));

/** What opens above the window. */
export function Dialogs({ port }: { port: WindowPort }) {
  const [query, setQuery] = useState('');
  const openables = useOpenables(port, useDeferredValue(query));
  const picking = useWindowState((state) => state.picking !== null);
  const asking = useWindowState((state) => state.asking !== null);
  const sheet = useWindowState((state) => state.sheetOpen);
  const creating = useWindowState((state) => state.projectDialog === 'create');
  return (
    <>
      <Palette openables={openables} onQuery={setQuery} />
      <Suspense>
        {creating ? <CreateProjectDialog /> : null}
        {picking ? <BrowseDialog /> : null}
        {asking ? <ConfirmDialog /> : null}
        {sheet ? <ShortcutSheet /> : null}
      </Suspense>
    </>
  );
}
