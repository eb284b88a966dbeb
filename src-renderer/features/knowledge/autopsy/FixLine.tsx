import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Autopsy, type AutopsyFix, FixTrial } from '#contract/why.ts';
import { useProjectId } from '../../../client/ApiContext.tsx';
import { sayProblem, saySentences } from '../../../client/problem.ts';
import { useJobResult } from '../../../client/useJobResult.ts';
import { type MissingPassage, useTryFix } from '../../../client/whyQueries.ts';
import { describeProgress } from '../../../lib/describeProgress.ts';
import { formatThings } from '../../../lib/formatCount.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { ProgressLine } from '../../../ui/ProgressLine.tsx';
import { putDraft } from '../../../ui/useDraft.ts';
import { useWindow } from '../../../ui/windowPort.tsx';
import { compareMetrics } from '../questions/compareMetrics.ts';
import { MetricsTable } from '../questions/MetricsTable.tsx';
import { describeTrial } from './prepareAutopsy.ts';

export interface FixLineProps {
  readonly fix: AutopsyFix;
  readonly missing: MissingPassage;
  readonly autopsy: Autopsy;
}

/** One remedy: what to press, and what it would change for the saved questions, measured before anything is changed. */
export function FixLine({ fix, missing, autopsy }: FixLineProps) {
  const port = useWindow();
  const projectId = useProjectId();
  const start = useTryFix();
  const [jobId, setJob] = useState<string | null>(null);
  const { job, running, result } = useJobResult(jobId, FixTrial);
  const attempt = (): void =>
    start.mutate(
      { ...missing, fix },
      { onSuccess: (reply) => setJob(reply.job), onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }) },
    );
  const words = job?.progress == null ? null : describeProgress(job.progress);
  return (
    <li className="fix">
      <div className="row fix-head">
        <span className="fix-title">{fix.title}</span>
        <span className="grow" />
        {doing()}
        {fix.settings === null ? null : <Button loading={start.isPending || running} onClick={attempt}>Try it on the saved questions</Button>}
      </div>
      {fix.command === null ? null : (
        <div className="row">
          <code className="mono code grow clip" title={fix.command}>{fix.command}</code>
          <CopyButton text={fix.command} />
        </div>
      )}
      {running ? (
        <div className="row fix-progress" role="status">
          <span className="grow"><ProgressLine fraction={words?.fraction ?? null} label={fix.title} /></span>
          <span className="num">{words?.amount ?? 'Waiting for its turn'}</span>
          <span className="dim">{words?.left}</span>
        </div>
      ) : null}
      {job?.error == null ? null : <p className="form-error" role="alert">{saySentences(job.error.message, job.error.hint)}</p>}
      {result === null ? null : (
        <div className="fix-result">
          <p>
            {describeTrial(result)} {formatThings(result.gained, 'saved question')} gained, {result.lost} lost.
          </p>
          <MetricsTable lines={compareMetrics(result.metrics)} label={`Figures before and after: ${fix.title}`} />
        </div>
      )}
    </li>
  );

  function askAgain(question: string): void {
    const key = `${projectId}.ask.new`;
    const before = putDraft(key, question);
    port.open({ place: 'ask', knowledgeId: missing.knowledgeId });
    if (before !== '' && before !== question) port.notify({ text: 'This question took the place of one that was not sent.', action: { label: 'Bring it back', run: () => void putDraft(key, before) } });
  }

  function doing() {
    const { document } = autopsy;
    if (fix.kind === 'open-document' && document !== null) return <Button onClick={() => port.open({ place: 'document', documentId: document.documentId, name: document.file }, { beside: true })}>Open document</Button>;
    if (fix.kind === 'ingest') return <Button onClick={() => port.open({ place: 'knowledge', knowledgeId: missing.knowledgeId })}>Open the documents</Button>;
    if (fix.kind === 'reindex' || fix.kind === 'embed') return <Button onClick={() => port.open({ place: 'knowledge', knowledgeId: missing.knowledgeId, part: 'snapshots' })}>Open the snapshots</Button>;
    if (fix.kind === 'unfilter') return <Button onClick={() => askAgain(missing.question)}>Ask without the filter</Button>;
    const reworded = fix.kind === 'reword' ? fix.settings?.question : undefined;
    if (reworded !== undefined) return <Button onClick={() => askAgain(reworded)}>Ask again</Button>;
    return null;
  }
}
