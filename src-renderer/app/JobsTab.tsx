import { Button } from '@mantine/core';
import { toProblem } from '../client/problem.ts';
import { useCancelJob, useJobs } from '../client/systemQueries.ts';
import { ErrorState } from '../ui/ErrorState.tsx';
import { LoadingRows } from '../ui/Loading.tsx';
import { ProgressLine } from '../ui/ProgressLine.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { useWindow } from '../ui/windowPort.tsx';
import { JobFacts } from './JobFacts.tsx';
import { type JobRow, prepareJobs } from './prepareJobs.ts';

/** Every job with amount, speed, time left and Cancel. */
export function JobsTab() {
  const jobs = useJobs();
  if (jobs.error !== null) return <ErrorState title="The jobs could not be listed" {...toProblem(jobs.error)} />;
  if (jobs.data === undefined) return <LoadingRows rows={3} label="Loading jobs" />;
  const rows = prepareJobs(jobs.data, Date.now());
  if (rows.length === 0) return <p className="panel-empty">No job has run in this project yet. Ingesting, answering and downloading appear here.</p>;
  return (
    <ul className="jobs" aria-label="Jobs">
      {rows.map((row) => (
        <JobLine key={row.id} row={row} />
      ))}
    </ul>
  );
}

function JobLine({ row }: { row: JobRow }) {
  const cancel = useCancelJob();
  const port = useWindow();
  const { progress } = row;
  return (
    <li className="job">
      <StateMark meaning={row.meaning} word={row.word} />
      <button type="button" className="plain clip job-title" onClick={() => port.inspect({ key: `job-${row.id}`, title: 'Job', content: <JobFacts id={row.id} /> })} title={row.title}>
        {row.title}
      </button>
      {progress === null ? null : (
        <>
          <div className="job-bar">
            <ProgressLine fraction={progress.fraction} label={row.title} />
          </div>
          <span className="num job-figure">{progress.amount}</span>
          <span className="num job-figure job-speed">{progress.speed}</span>
          <span className="job-left">{progress.left}</span>
        </>
      )}
      <span className="dim clip job-detail" title={row.detail}>
        {row.detail}
      </span>
      {row.canCancel ? (
        <Button onClick={() => cancel.mutate(row.id, { onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }) })} aria-label={`Cancel ${row.title}`}>
          Cancel
        </Button>
      ) : null}
    </li>
  );
}
