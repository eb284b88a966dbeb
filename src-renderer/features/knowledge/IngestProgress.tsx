import { Button } from '@mantine/core';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { toProblem } from '../../client/problem.ts';
import { useCancelJob, useJob } from '../../client/systemQueries.ts';
import { describeProgress } from '../../lib/describeProgress.ts';
import { ProgressLine } from '../../ui/ProgressLine.tsx';
import { useWindow } from '../../ui/windowPort.tsx';

/** The running ingestion: amount, speed, time left, Cancel. What is ready can be asked meanwhile. */
export function IngestProgress({ base }: { base: KnowledgeBase }) {
  const job = useJob(base.job);
  const cancel = useCancelJob();
  const port = useWindow();
  if (job === null || job.endedAtMs !== null) return null;
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
      <div className="ingest-bar">
        <ProgressLine fraction={job.state === 'queued' ? 0 : (words?.fraction ?? null)} label={job.title} />
      </div>
      <span className="num">{preparing ? null : words?.amount}</span>
      <span className="num dim">{words?.speed}</span>
      <span className="dim">{words?.left}</span>
      <Button disabled={stopping} onClick={() => cancel.mutate(job.id, { onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }) })}>
        Cancel
      </Button>
    </div>
  );
}
