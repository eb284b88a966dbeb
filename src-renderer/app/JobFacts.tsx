import { useJob } from '../client/systemQueries.ts';
import { describeProgress } from '../lib/describeProgress.ts';
import { formatExact } from '../lib/formatTime.ts';
import { Digest } from '../ui/Digest.tsx';
import { type Fact, Facts } from '../ui/Facts.tsx';

/** A job in the inspector. */
export function JobFacts({ id }: { id: string }) {
  const job = useJob(id);
  if (job === null) return <p className="inspector-empty">This job is no longer listed.</p>;
  const time = (name: string, atMs: number | null): Fact[] => (atMs === null ? [] : [{ name, value: formatExact(atMs) }]);
  const progress = job.progress === null ? null : describeProgress(job.progress);
  return (
    <>
      <Facts
        title="Job"
        facts={[
          { name: 'What', value: job.title },
          { name: 'Kind', value: job.kind, mono: true },
          { name: 'State', value: job.state },
          { name: 'Id', value: <Digest value={job.id} /> },
          ...(progress === null ? [] : [{ name: 'Amount', value: progress.amount }, ...(progress.speed === '' ? [] : [{ name: 'Speed', value: progress.speed }])]),
        ]}
      />
      <Facts title="When" facts={[...time('Created', job.createdAtMs), ...time('Started', job.startedAtMs), ...time('Ended', job.endedAtMs)]} />
      {job.error === null ? null : <Facts title="Why it failed" facts={[{ name: 'Error', value: job.error.message }, ...(job.error.hint === undefined ? [] : [{ name: 'Next', value: job.error.hint }]), { name: 'Code', value: job.error.code, mono: true }]} />}
      {job.result === null ? null : <Facts title="Result" facts={Object.entries(job.result).map(([name, value]) => ({ name, value: typeof value === 'object' ? JSON.stringify(value) : String(value), mono: true }))} />}
    </>
  );
}
