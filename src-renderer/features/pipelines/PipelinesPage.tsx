import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ListedPipeline } from '#contract/pipelines.ts';
import { usePipeline, usePipelines } from '../../client/pipelineQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { listKeyHandler } from '../../ui/listKeyHandler.ts';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import type { Route } from '../../lib/route.ts';
import { PipelineCells } from './PipelineCells.tsx';
import { runState } from './preparePipeline.ts';
import './pipelines.css';

/** The pipelines of the project, and the cells of one. */
export function PipelinesPage({ route }: { route: Extract<Route, { place: 'pipelines' }> }) {
  const pipelines = usePipelines();
  const port = useWindow();
  useActions([{ id: 'pipelines-manual', title: 'Read about pipelines', section: 'Pipelines', run: () => port.open({ place: 'manual', page: 'pipelines' }) }]);
  const selected = pipelines.data?.find(({ slug }) => slug === route.pipeline) ?? pipelines.data?.[0];
  if (selected === undefined) {
    return (
      <div className="place">
        <PlaceHeader title="Pipelines" />
        {pipelines.error === null ? null : <ErrorState title="The pipelines could not be listed" {...toProblem(pipelines.error)} action={<Button onClick={() => void pipelines.refetch()}>Try again</Button>} />}
        {pipelines.data === undefined && pipelines.error === null ? <LoadingRows rows={8} label="Loading pipelines" /> : null}
        {pipelines.data === undefined ? null : (
          <EmptyState
            title="No pipeline yet"
            sentence="A pipeline is a text file, pipelines/NAME.yaml, of cells that read files, ask them by SQL, check them and cut them into parts to learn from and to test on. What did not change is not computed again."
            manual="pipelines"
            action={<Button variant="filled" onClick={() => port.open({ place: 'manual', page: 'pipelines' })}>See how one is written</Button>}
          />
        )}
      </div>
    );
  }
  const several = (pipelines.data?.length ?? 0) > 1;
  return (
    <div className={several ? 'place pipelines' : 'place'}>
      {several ? <PipelineList pipelines={pipelines.data ?? []} selected={selected.slug} /> : null}
      <div className="pipeline-main">
        <OnePipeline key={selected.slug} slug={selected.slug} />
      </div>
    </div>
  );
}

function OnePipeline({ slug }: { slug: string }) {
  const pipeline = usePipeline(slug);
  const port = useWindow();
  if (pipeline.error !== null) {
    return (
      <>
        <PlaceHeader title={slug} />
        <ErrorState title="The pipeline could not be read" {...toProblem(pipeline.error)} action={<Button onClick={() => port.open({ place: 'file', path: `pipelines/${slug}.yaml` })}>Open the file</Button>} />
      </>
    );
  }
  return pipeline.data === undefined ? <LoadingRows rows={8} label="Loading the pipeline" /> : <PipelineCells pipeline={pipeline.data} />;
}

/** J/K and Enter. */
function PipelineList({ pipelines, selected }: { pipelines: readonly ListedPipeline[]; selected: string }) {
  const port = useWindow();
  const [at, setAt] = useState(() => Math.max(0, pipelines.findIndex(({ slug }) => slug === selected)));
  const open = (index: number): void => {
    const pipeline = pipelines[index];
    if (pipeline !== undefined) port.replace({ place: 'pipelines', pipeline: pipeline.slug });
  };
  return (
    <nav className="pipeline-list" aria-label="Pipelines" onKeyDown={listKeyHandler({ count: pipelines.length, at, onMove: (index) => { setAt(index); document.getElementById(`pipeline-${index}`)?.focus(); }, onOpen: open })}>
      {pipelines.map(({ slug, name, cells, lastRun, trouble }, index) => (
        <button key={slug} id={`pipeline-${index}`} type="button" className="plain pipeline-item" aria-current={slug === selected ? 'true' : undefined} onClick={() => open(index)} onFocus={() => setAt(index)} tabIndex={index === at ? 0 : -1}>
          <StateMark {...(trouble === null ? runState(lastRun?.status ?? null) : { meaning: 'bad' as const, word: 'Cannot be used' })} iconOnly />
          <span className="clip grow" title={name}>{name}</span>
          <span className="num faint">{cells}</span>
        </button>
      ))}
    </nav>
  );
}
