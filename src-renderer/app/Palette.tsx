import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from 'react';
import { isMac, shortcutKeys } from '../lib/shortcut.ts';
import { listActions } from '../ui/actionRegistry.ts';
import { SearchIcon } from '../ui/icons.ts';
import { useWindowState, windowStore } from './windowStore.ts';
import { type Openable, rankOpenables } from './rankOpenables.ts';

const [store, spotlight] = createSpotlight();
const LIMIT = 60;
/** After the palette has faded out. */
const RETURN_MS = 150;
const close = (): void => windowStore.setState({ palette: 'closed' });

/** Both palettes: every action (Mod+K), everything that can be opened (Mod+P). */
export function Palette({ openables, onQuery }: { openables: readonly Openable[]; onQuery: (query: string) => void }) {
  const mode = useWindowState(({ palette }) => palette);
  const before = useRef<Element | null>(null);
  const items = useMemo(() => (mode === 'open' ? openables : mode === 'actions' ? actionItems() : []), [mode, openables]);
  const { enter, markFirst, begin } = useBestLine(items);
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
    begin();
    spotlight.open();
    return undefined;
  }, [mode, begin]);
  return (
    <Spotlight
      store={store}
      actions={items.map(({ id, title, detail, run }) => ({ id, label: title, description: detail, onClick: run }))}
      filter={(query) =>
        rankOpenables(items, query)
          .slice(0, LIMIT)
          .map(({ id, title, detail, run, keys }, index) => ({ ...(index === 0 ? { ref: markFirst } : {}), id, label: title, ...(detail === '' ? {} : { description: detail }), onClick: run, rightSection: keys === null ? null : <kbd>{keys}</kbd> }))
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

interface BestLine {
  readonly enter: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly markFirst: (line: HTMLElement | null) => void;
  /** The palette opens anew: nothing is chosen in it yet. */
  readonly begin: () => void;
}

/**
 * Mantine marks the selected line in the document, which may still show the lines of an earlier query when Enter is struck fast,
 * and none before something is typed. Until an arrow key has chosen a line, Enter means the best match for what stands in the field
 * now, and whichever line comes first is marked.
 */
function useBestLine(items: readonly Openable[]): BestLine {
  const chosenFor = useRef<string | null>(null);
  const enter = (event: KeyboardEvent<HTMLInputElement>): void => {
    const query = event.currentTarget.value;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') chosenFor.current = query;
    if (event.key !== 'Enter' || chosenFor.current === query || event.nativeEvent.isComposing) return;
    unmark();
    const [best] = rankOpenables(items, query);
    if (best === undefined) return;
    close();
    best.run();
  };
  // React calls it when a line becomes the first: the same function each time, so not with every drawing.
  const markFirst = useCallback((line: HTMLElement | null): void => {
    const { query, selected } = store.getState();
    if (line === null || chosenFor.current === query) return;
    unmark();
    line.setAttribute('data-selected', 'true');
    if (selected !== 0) store.updateState((state) => ({ ...state, selected: 0 }));
  }, []);
  const begin = useCallback(() => {
    chosenFor.current = null;
  }, []);
  return { enter, markFirst, begin };
}

function unmark(): void {
  for (const line of document.querySelectorAll('[data-action][data-selected]')) line.removeAttribute('data-selected');
}

function actionItems(): Openable[] {
  const mac = isMac(navigator.platform);
  return listActions()
    .filter(({ passive, id }) => passive !== true && id !== 'palette')
    .map(({ id, title, section, shortcut, run }) => ({ id, title, detail: section, keys: shortcut === undefined ? null : shortcutKeys(shortcut, mac).join(' '), run }));
}
