import { Button, Modal } from '@mantine/core';
import { useWindowState } from './windowStore.ts';

/** Asked only before what cannot be undone. */
export function ConfirmDialog() {
  const asking = useWindowState((state) => state.asking);
  return (
    <Modal opened={asking !== null} onClose={() => asking?.answer(false)} title={asking?.title} size={440} closeButtonProps={{ 'aria-label': 'Close' }}>
      <p>{asking?.text}</p>
      <div className="dialog-actions">
        <Button onClick={() => asking?.answer(false)} data-autofocus>
          Keep
        </Button>
        <Button variant="filled" color="red" onClick={() => asking?.answer(true)}>
          {asking?.verb}
        </Button>
      </div>
    </Modal>
  );
}
