import { Spotlight, spotlight } from '@mantine/spotlight';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { isMac, shortcutKeys } from '../lib/shortcut.ts';
import { listActions } from '../ui/actionRegistry.ts';
import { SearchIcon } from '../ui/icons.ts';
import { useWindowState, windowStore } from './windowStore.ts';
import { type Openable, rankOpenables } from './rankOpenables.ts';

const LIMIT = 60;
/** After the palette has faded out. */
const RETURN_MS = 150;
const close = (): void => windowStore.setState({ palette: 'closed' });

/** Both palettes: every action (Mod+K), everything that can be opened (Mod+P). */
export function Palette({ openables, onQuery }: { openables: readonly Openable[]; onQuery: (query: string) => void }) {
  const mode = useWindowState(({ palette }) => palette);
  const before = useRef<Element | null>(null);
  // Outside system: Mantine's spotlight keeps its own open state; the keyboard focus goes back to where it was.
  useEffect(() => {
    if (mode === 'closed') {
      spotlight.close();
      const timer = setTimeout(() => {
        if (document.activeElement === document.body && before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
      }, RETURN_MS);
      return () => clearTimeout(timer);
    }
    before.current = document.activeElement;
    spotlight.open();
    return undefined;
  }, [mode]);
  const items = useMemo(() => (mode === 'open' ? openables : mode === 'actions' ? actionItems() : []), [mode, openables]);
  const enter = useEnter(items);
  return (
    <Spotlight
      actions={items.map(({ id, title, detail, run }) => ({ id, label: title, description: detail, onClick: run }))}
      filter={(query) =>
        rankOpenables(items, query)
          .slice(0, LIMIT)
          .map(({ id, title, detail, run, keys }) => ({ id, label: title, ...(detail === '' ? {} : { description: detail }), onClick: run, rightSection: keys === null ? null : <kbd>{keys}</kbd> }))
      }
      nothingFound="Nothing matches"
      attributes={{ content: { 'aria-label': mode === 'open' ? 'Open' : 'Actions' } }}
      shortcut={null}
      clearQueryOnClose
      onQueryChange={onQuery}
      onSpotlightClose={close}
      scrollable
      maxHeight={420}
      size={560}
      overlayProps={{ backgroundOpacity: 0.25 }}
      transitionProps={{ duration: 80 }}
      searchProps={{
        onKeyDown: enter,
        leftSection: <SearchIcon size={16} aria-hidden />,
        placeholder: mode === 'open' ? 'Open a document, file, conversation or model' : 'Search actions',
        'aria-label': mode === 'open' ? 'Open a document, file, conversation or model' : 'Search actions',
      }}
    />
  );
}

/**
 * Mantine marks the selected line in the document, which may still show the lines of an earlier query when Enter is struck fast.
 * Until an arrow key has chosen a line, Enter means the best match for what stands in the field now.
 */
function useEnter(items: readonly Openable[]): (event: KeyboardEvent<HTMLInputElement>) => void {
  const chosenFor = useRef<string | null>(null);
  return (event) => {
    const query = event.currentTarget.value;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') chosenFor.current = query;
    if (event.key !== 'Enter' || chosenFor.current === query || event.nativeEvent.isComposing) return;
    for (const line of document.querySelectorAll('[data-action][data-selected]')) line.removeAttribute('data-selected');
    const [best] = rankOpenables(items, query);
    if (best === undefined) return;
    close();
    best.run();
  };
}

function actionItems(): Openable[] {
  const mac = isMac(navigator.platform);
  return listActions()
    .filter(({ passive, id }) => passive !== true && id !== 'palette')
    .map(({ id, title, section, shortcut, run }) => ({ id, title, detail: section, keys: shortcut === undefined ? null : shortcutKeys(shortcut, mac).join(' '), run }));
}
