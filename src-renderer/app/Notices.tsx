import { Button, CloseButton } from '@mantine/core';
import { hideNotice, useWindowState } from './windowStore.ts';

/** What just happened, with the way back where there is one. */
export function Notices() {
  const notices = useWindowState((state) => state.notices);
  return (
    <div className="notices" role="region" aria-label="Notices" aria-live="polite">
      {notices.map(({ id, text, meaning, action }) => (
        <div key={id} className={`notice notice-${meaning ?? 'plain'}`}>
          <span className="grow">{text}</span>
          {action === undefined ? null : (
            <Button
              onClick={() => {
                action.run();
                hideNotice(id);
              }}
            >
              {action.label}
            </Button>
          )}
          <CloseButton size="sm" aria-label="Hide this notice" onClick={() => hideNotice(id)} />
        </div>
      ))}
    </div>
  );
}
