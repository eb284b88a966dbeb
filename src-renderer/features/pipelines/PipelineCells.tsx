import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Job } from '#contract/jobs.ts';
import type { PipelineView } from '#contract/pipelines.ts';
import { useRunPipeline } from '../../client/pipelineQueries.ts';
import { sayProblem } from '../../client/problem.ts';
import { useCancelJob, useJob } from '../../client/systemQueries.ts';
import { describeProgress } from '../../lib/describeProgress.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { CodeFileIcon, RunIcon } from '../../ui/icons.ts';
import { listKeyHandler } from '../../ui/listKeyHandler.ts';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { ProgressLine } from '../../ui/ProgressLine.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { CellFacts } from './CellFacts.tsx';
import { prepareCells, runState } from './preparePipeline.ts';

/** One pipeline: its cells as the file has them, what became of each, and running what is not computed yet. */
export function PipelineCells({ pipeline }: { pipeline: PipelineView }) {
  const port = useWindow();
  const run = useRunPipeline(pipeline.slug);
  const job = useJob(pipeline.job);
  const [at, setAt] = useState(0);
  const rows = prepareCells(pipeline);
  const running = job !== null && job.endedAtMs === null;
  const start = (): void => run.mutate(undefined, { onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }) });
  const edit = (): void => port.open({ place: 'file', path: `pipelines/${pipeline.slug}.yaml` });
  const inspect = (index: number): void => {
    const row = rows[index];
    if (row !== undefined && pipeline.run !== null && row.kind !== 'markdown') port.inspect({ key: `cell-${pipeline.slug}-${row.name}`, title: 'Cell', content: <CellFacts slug={pipeline.slug} cell={row.name} run={pipeline.run.run} /> });
  };
  const select = (index: number): void => {
    setAt(index);
    inspect(index);
  };
  useActions([
    { id: 'pipeline-run', title: `Run ${pipeline.name}`, section: 'Pipelines', shortcut: 'Mod+Enter', when: () => !running, run: start },
    { id: 'pipeline-edit', title: `Edit pipelines/${pipeline.slug}.yaml`, section: 'Pipelines', run: edit },
  ]);
  return (
    <>
      <PlaceHeader title={pipeline.name} meta={<StateMark {...runState(pipeline.run?.status ?? null)} />}>
        <Button leftSection={<CodeFileIcon size={14} />} onClick={edit}>
          Edit
        </Button>
        <Button variant="filled" leftSection={<RunIcon size={14} />} disabled={running} loading={run.isPending} onClick={start}>
          {pipeline.stale.length === 0 ? 'Run' : `Run ${pipeline.stale.length} stale`}
        </Button>
      </PlaceHeader>
      {running ? <RunLine job={job} /> : null}
      <div className="place-body" tabIndex={0} role="region" aria-label="Cells">
        {pipeline.run?.error == null || running ? null : (
          <p className="pipeline-error" role="alert">
            {pipeline.run.error.message}
            {pipeline.run.error.hint === undefined ? null : <span className="dim"> {pipeline.run.error.hint}</span>}
          </p>
        )}
        <table className="table cells-table" aria-label="Cells">
          <thead>
            <tr>
              <th scope="col">Cell</th>
              <th scope="col">State</th>
              <th scope="col">What it does</th>
              <th scope="col" className="num cells-time">Time</th>
              <th scope="col" className="num">Rows × columns</th>
            </tr>
          </thead>
          <tbody onKeyDown={listKeyHandler({ count: rows.length, at, onMove: (index) => { select(index); document.getElementById(`cell-${index}`)?.focus(); }, onOpen: inspect })}>
            {rows.map((row, index) => (
              <tr key={row.name} id={`cell-${index}`} tabIndex={index === at ? 0 : -1} aria-selected={index === at} onClick={() => select(index)}>
                <td>
                  <div className="cell-name clip" title={row.name}>{row.name}</div>
                  <div className="faint">{row.kind}</div>
                </td>
                <td className="cells-state">
                  <StateMark meaning={row.meaning} word={row.word} />
                  <div className="cell-reason" title={row.reason}>{row.reason}</div>
                </td>
                <td><pre className="cell-text" title={row.text}>{row.text}</pre></td>
                <td className="num cells-time">{row.time}</td>
                <td className="num cells-gives">{row.gives}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function RunLine({ job }: { job: Job }) {
  const cancel = useCancelJob();
  const port = useWindow();
  const words = job.progress === null ? null : describeProgress(job.progress);
  const stopping = job.state === 'cancelling';
  return (
    <div className="run-line" role="group" aria-label="Run">
      <span className="run-now clip">
        {stopping ? 'Stopping' : job.state === 'queued' ? 'Waiting for its turn' : 'Running'}
        {job.progress === null || job.progress.now === '' ? null : <span className="dim"> · {job.progress.now}</span>}
      </span>
      <ProgressLine fraction={words?.fraction ?? null} label={job.title} />
      <span className="num">{words?.amount}</span>
      <Button disabled={stopping} onClick={() => cancel.mutate(job.id, { onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }) })}>
        Cancel
      </Button>
    </div>
  );
}
