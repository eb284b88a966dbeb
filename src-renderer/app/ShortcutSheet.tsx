import { Modal } from '@mantine/core';
import { isMac, shortcutKeys } from '../lib/shortcut.ts';
import { listActions } from '../ui/actionRegistry.ts';
import { useWindowState, windowStore } from './windowStore.ts';

/** Every shortcut that works now, from the registry. */
export function ShortcutSheet() {
  const open = useWindowState(({ sheetOpen }) => sheetOpen);
  const mac = isMac(navigator.platform);
  const actions = open ? listActions().filter(({ shortcut }) => shortcut !== undefined) : [];
  const sections = [...new Set(actions.map(({ section }) => section))];
  return (
    <Modal opened={open} onClose={() => windowStore.setState({ sheetOpen: false })} title="Shortcuts" size={640} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="sheet">
        {sections.map((section) => (
          <section key={section}>
            <h3 className="section-title">{section}</h3>
            <dl className="sheet-list">
              {actions
                .filter((action) => action.section === section)
                .map(({ id, title, shortcut }) => (
                  <div key={id} className="sheet-line">
                    <dt>{title}</dt>
                    <dd>
                      {shortcutKeys(shortcut ?? '', mac).map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
