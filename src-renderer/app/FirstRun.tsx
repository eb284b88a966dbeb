import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { sayProblem } from '../client/problem.ts';
import { useCreateProject, useOpenProject } from '../client/projectQueries.ts';

/** Shown only when no project was ever opened. */
export function FirstRun({ onOpened }: { onOpened: (projectId: string) => void }) {
  const open = useOpenProject();
  const create = useCreateProject();
  const [folder, setFolder] = useState('');
  const onSuccess = ({ id }: { id: string }): void => onOpened(id);
  const error = open.error ?? create.error;
  return (
    <main className="first-run stack form">
      <h1 className="place-title">Open or create a project</h1>
      <p className="dim">A project is a folder. Lathe keeps text files in it that you can put in git, and its state in .lathe beside them.</p>
      <TextInput label="Folder" placeholder="/home/you/manuals" value={folder} onChange={(event) => setFolder(event.currentTarget.value)} className="mono-input" />
      {error === null ? null : (
        <p role="alert" className="form-error">
          {sayProblem(error)}
        </p>
      )}
      <div className="row">
        <Button variant="filled" disabled={folder.trim() === ''} loading={open.isPending} onClick={() => open.mutate(folder.trim(), { onSuccess })}>
          Open project
        </Button>
        <Button disabled={folder.trim() === ''} loading={create.isPending} onClick={() => create.mutate({ folder: folder.trim(), sample: false }, { onSuccess })}>
          Create project
        </Button>
      </div>
    </main>
  );
}
