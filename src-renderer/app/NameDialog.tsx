import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useWindowState } from './windowStore.ts';

/** Asks for a name, with one in the field already. */
export function NameDialog() {
  const naming = useWindowState((state) => state.naming);
  const [name, setName] = useState(naming?.value ?? '');
  const ready = name.trim() !== '';
  return (
    <Modal opened={naming !== null} onClose={() => naming?.answer(null)} title={naming?.title} size={440} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        className="stack form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) naming?.answer(name.trim());
        }}
      >
        <p className="dim mono clip" title={naming?.text}>{naming?.text}</p>
        <TextInput label={naming?.label} value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} onFocus={(event) => event.currentTarget.select()} data-autofocus />
        <div className="dialog-actions">
          <Button onClick={() => naming?.answer(null)}>Back</Button>
          <Button type="submit" variant="filled" disabled={!ready}>{naming?.verb}</Button>
        </div>
      </form>
    </Modal>
  );
}
