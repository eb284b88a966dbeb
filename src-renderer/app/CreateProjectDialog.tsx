import { Button, Modal, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { sayProblem } from '../client/problem.ts';
import { useCreateProject } from '../client/projectQueries.ts';
import { useWindow } from '../ui/windowPort.tsx';
import { useWindowState, windowStore } from './windowStore.ts';

const close = (): void => windowStore.setState({ projectDialog: 'closed' });

/** A project is a folder: where it is, what it is called, whether the sample goes in. */
export function CreateProjectDialog() {
  const port = useWindow();
  const create = useCreateProject();
  const picking = useWindowState((state) => state.picking !== null);
  const [folder, setFolder] = useState('');
  const [name, setName] = useState('');
  const [sample, setSample] = useState(false);
  const choose = async (): Promise<void> => {
    const [chosen] = (await port.pick({ title: 'The folder of the new project', what: 'folder', verb: 'Use' })) ?? [];
    if (chosen !== undefined) setFolder(chosen);
  };
  const submit = (): void =>
    create.mutate(
      { folder: folder.trim(), sample, ...(name.trim() === '' ? {} : { name: name.trim() }) },
      {
        onSuccess: ({ id }) => {
          close();
          port.switchProject(id);
        },
      },
    );
  return (
    <Modal opened onClose={close} closeOnEscape={!picking} trapFocus={!picking} title="New project" size={520} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        className="stack form"
        onSubmit={(event) => {
          event.preventDefault();
          if (folder.trim() !== '') submit();
        }}
      >
        <TextInput label="Folder" description="Created when it does not exist. Text files go here, so it can be put in git." placeholder="/home/you/manuals" value={folder} onChange={(event) => setFolder(event.currentTarget.value)} className="mono-input" data-autofocus />
        <Button className="form-choose" onClick={() => void choose()}>
          Choose a folder
        </Button>
        <TextInput label="Name" description="Empty takes the folder's name." value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Switch label="Fill it with the sample" checked={sample} onChange={(event) => setSample(event.currentTarget.checked)} />
        {create.error === null ? null : (
          <p role="alert" className="form-error">
            {sayProblem(create.error)}
          </p>
        )}
        <div className="dialog-actions">
          <Button onClick={close}>Back</Button>
          <Button type="submit" variant="filled" loading={create.isPending} disabled={folder.trim() === ''}>
            Create project
          </Button>
        </div>
      </form>
    </Modal>
  );
}
