import { Button } from '@mantine/core';
import { useState } from 'react';
import { useModelActions, useModels } from '../../client/modelQueries.ts';
import { sayProblem, toProblem } from '../../client/problem.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { AddIcon } from '../../ui/icons.ts';
import { listKeyHandler } from '../../ui/listKeyHandler.ts';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { ModelFacts } from './ModelFacts.tsx';
import { ModelLine } from './ModelLine.tsx';
import { prepareModels } from './prepareModels.ts';

/** Models that are here and models that can be had, with what each needs of this machine. */
export function ModelsPage() {
  const models = useModels();
  const { add } = useModelActions();
  const port = useWindow();
  const [at, setAt] = useState(0);
  const addLocal = async (): Promise<void> => {
    const paths = await port.pick({ title: 'Use a local model: GGUF or ONNX, in place', what: 'file', verb: 'Use this file' });
    if (paths?.[0] === undefined) return;
    add.mutate(paths[0], {
      onSuccess: ({ name }) => port.notify({ text: `${name} is used in place`, meaning: 'good' }),
      onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }),
    });
  };
  useActions([{ id: 'models-add', title: 'Use a local model file', section: 'Models', run: () => void addLocal() }]);
  const { data } = models;
  const rows = data === undefined ? [] : prepareModels(data.models, data.freeMemoryBytes);
  const inspect = (index: number): void => {
    const row = rows[index];
    if (row !== undefined) port.inspect({ key: `model-${row.slug}`, title: 'Model', content: <ModelFacts slug={row.slug} /> });
  };
  return (
    <div className="place models">
      <PlaceHeader
        title="Models"
        meta={data === undefined ? null : <span title={data.folder}>{formatBytes(data.freeMemoryBytes)} of {formatBytes(data.memoryBytes)} memory free · {formatBytes(data.freeDiskBytes)} disk free</span>}
      >
        <Button leftSection={<AddIcon size={14} />} loading={add.isPending} onClick={() => void addLocal()}>
          Add local file
        </Button>
      </PlaceHeader>
      <div className="place-body" tabIndex={0} role="region" aria-label="Models">
        {models.error === null ? null : <ErrorState title="The models could not be listed" {...toProblem(models.error)} action={<Button onClick={() => void models.refetch()}>Try again</Button>} />}
        {data === undefined && models.error === null ? <LoadingRows rows={8} label="Loading models" /> : null}
        {data !== undefined && rows.length === 0 ? <EmptyState title="The catalogue is empty" sentence="The model catalogue that comes with Lathe could not be found. A local GGUF or ONNX file can be used in place." manual="models" action={<Button variant="filled" onClick={() => void addLocal()}>Add local file</Button>} /> : null}
        {rows.length === 0 ? null : (
          <table className="table models-table" aria-label="Models">
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col">State</th>
                <th scope="col" className="models-task">Task</th>
                <th scope="col" className="num">Size</th>
                <th scope="col" className="num models-memory">Memory</th>
                <th scope="col">Fit</th>
                <th scope="col" className="models-licence">Licence</th>
                <th scope="col"><span className="hidden-text">Actions</span></th>
              </tr>
            </thead>
            <tbody onKeyDown={listKeyHandler({ count: rows.length, at, onMove: (index) => { setAt(index); inspect(index); document.getElementById(`model-${index}`)?.focus(); }, onOpen: inspect })}>
              {rows.map((row, index) => (
                <ModelLine key={row.slug} row={row} model={data?.models.find(({ slug }) => slug === row.slug)} id={`model-${index}`} tabbable={index === at} onSelect={() => { setAt(index); inspect(index); }} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}
