import { Button } from '@mantine/core';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { toProblem } from '../../client/problem.ts';
import { useSnapshotActions } from '../../client/snapshotQueries.ts';
import { useCancelJob, useJob } from '../../client/systemQueries.ts';
import { describeProgress } from '../../lib/describeProgress.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { PauseIcon, RunIcon } from '../../ui/icons.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { prepareVectors } from './prepareDocuments.ts';

/** Both stages of an index in one bar: text with static vectors, then transformer vectors. What is ready can be asked meanwhile. */
export function IngestProgress({ base }: { base: KnowledgeBase }) {
  const job = useJob(base.job);
  if (job !== null && job.endedAtMs === null && job.kind === 'knowledge.ingest') return <TextStage job={job} base={base} />;
  return <VectorStage base={base} />;
}

function TextStage({ job, base }: { job: NonNullable<ReturnType<typeof useJob>>; base: KnowledgeBase }) {
  const cancel = useCancelJob();
  const port = useWindow();
  const words = job.progress === null ? null : describeProgress(job.progress);
  const now = job.progress?.now ?? '';
  // Before the files are counted no text is read yet: models are waited for, the index is opened, folders are looked through.
  const preparing = job.state === 'running' && now !== '' && job.progress?.total == null;
  const stopping = job.state === 'cancelling';
  return (
    <div className="ingest-line" role="group" aria-label="Ingestion">
      <span className="ingest-now clip">
        {stopping ? 'Stopping' : job.state === 'queued' ? 'Waiting for its turn' : preparing ? now : 'Text and static vectors'}
        {preparing || now === '' ? null : <span className="dim"> · {now}</span>}
      </span>
      <StageBar label={job.title} text={job.state === 'queued' ? 0 : (words?.fraction ?? null)} vectors={base.stages.vectors.total === 0 ? 0 : base.stages.vectors.done / base.stages.vectors.total} />
      <span className="num">{preparing ? null : words?.amount}</span>
      <span className="num dim">{words?.speed}</span>
      <span className="dim">{words?.left}</span>
      <Button disabled={stopping} onClick={() => cancel.mutate(job.id, { onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }) })}>
        Cancel
      </Button>
    </div>
  );
}

function VectorStage({ base }: { base: KnowledgeBase }) {
  const port = useWindow();
  const { pause, resume } = useSnapshotActions(base.id);
  const line = prepareVectors(base);
  const onError = (error: unknown): void => port.notify({ text: toProblem(error).message, meaning: 'bad' });
  const turn = (): void => (line?.can === 'resume' ? resume : pause).mutate(base.snapshotId, { onError });
  useActions([{ id: 'knowledge-vectors', title: line?.can === 'resume' ? 'Resume making transformer vectors' : 'Pause making transformer vectors', section: 'Knowledge', when: () => line !== null && line.can !== null, run: turn }]);
  if (line === null) return null;
  const { state } = base.stages.vectors;
  return (
    <div className="ingest-line" role="group" aria-label="Transformer vectors">
      <span className="ingest-now clip" title="Questions are answered meanwhile, by words and by static vectors">
        {state === 'paused' ? 'Transformer vectors paused' : state === 'waiting' ? 'Transformer vectors waiting' : 'Making transformer vectors'}
        <span className="dim"> · searched without them meanwhile</span>
      </span>
      <StageBar label="Text and static vectors, then transformer vectors" text={line.text} vectors={line.vectors} />
      <span className="num">{line.words}</span>
      {line.can === null ? null : (
        <Button leftSection={line.can === 'resume' ? <RunIcon size={14} /> : <PauseIcon size={14} />} loading={pause.isPending || resume.isPending} onClick={turn}>
          {line.can === 'resume' ? 'Resume' : 'Pause'}
        </Button>
      )}
    </div>
  );
}

/** One bar of two halves. `text` is null while its amount is not known. */
function StageBar({ label, text, vectors }: { label: string; text: number | null; vectors: number }) {
  const whole = text === null ? {} : { 'aria-valuenow': Math.round((text + vectors) * 50) };
  return (
    <div className="ingest-bar stage-bar" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...whole}>
      <span className={text === 1 ? 'stage stage-done' : 'stage'}><span className={text === null ? 'progress-bar progress-unknown' : 'progress-bar'} style={text === null ? undefined : { width: `${text * 100}%` }} /></span>
      <span className="stage"><span className="progress-bar" style={{ width: `${vectors * 100}%` }} /></span>
    </div>
  );
}
