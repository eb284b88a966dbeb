import { useJob } from '../client/systemQueries.ts';
import { Digest } from '../ui/Digest.tsx';
import { Facts } from '../ui/Facts.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { prepareJobFacts } from './prepareJobs.ts';

/** A job in the inspector. */
export function JobFacts({ id }: { id: string }) {
  const job = useJob(id);
  if (job === null) return <p className="inspector-empty">This job is no longer listed.</p>;
  const { meaning, word, amount, when, result } = prepareJobFacts(job);
  return (
    <>
      <Facts
        title="Job"
        facts={[
          { name: 'What', value: job.title },
          { name: 'State', value: <StateMark meaning={meaning} word={word} /> },
          ...amount,
          { name: 'Kind', value: job.kind, mono: true },
          { name: 'Id', value: <Digest value={job.id} /> },
        ]}
      />
      <Facts title="When" facts={when} />
      {job.error === null ? null : <Facts title="Why it failed" facts={[{ name: 'Error', value: job.error.message }, ...(job.error.hint === undefined ? [] : [{ name: 'Next', value: job.error.hint }]), { name: 'Code', value: job.error.code, mono: true }]} />}
      {result.length === 0 ? null : <Facts title="Result" facts={result} />}
    </>
  );
}
