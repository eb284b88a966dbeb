import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { AnswerId } from '#contract/ids.ts';
import { type AnswerTrace, Replay } from '#contract/why.ts';
import { sayProblem, saySentences, toProblem } from '../../../client/problem.ts';
import { useJobResult } from '../../../client/useJobResult.ts';
import { useReplay, useWhy } from '../../../client/whyQueries.ts';
import { useActions } from '../../../ui/actionRegistry.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { AgainIcon, SearchOffIcon } from '../../../ui/icons.ts';
import { LoadingRows } from '../../../ui/Loading.tsx';
import { offerFocus } from '../../../ui/offerFocus.ts';
import { PlaceHeader } from '../../../ui/PlaceHeader.tsx';
import { useWindow } from '../../../ui/windowPort.tsx';
import { ChunkFacts } from './ChunkFacts.tsx';
import { ChunkTable } from './ChunkTable.tsx';
import { FunnelPicture } from './FunnelPicture.tsx';
import { deepest, describeFilter, prepareChunks, prepareFunnel } from './prepareWhy.ts';
import { PromptView, WhyFacts } from './PromptView.tsx';
import { ReplayView } from './ReplayView.tsx';
import './why.css';

/** How one answer came about: every passage from the first lists to the citation, the prompt, and the same once more. */
export function WhyPage({ answerId }: { answerId: string }) {
  const id = AnswerId.safeParse(answerId);
  if (!id.success) return <ErrorState title="This link names no answer" message={`${answerId} is not the id of an answer.`} hint="Press Why under an answer." />;
  return <Answered id={id.data} />;
}

function Answered({ id }: { id: AnswerId }) {
  const why = useWhy(id);
  const port = useWindow();
  // Pressed while the answer is still read, after a reload for one: it is replayed as soon as it is there.
  const [wanted, setWanted] = useState(false);
  useActions([{ id: 'why-replay-soon', title: 'Replay this answer', section: 'Why', shortcut: 'R', when: () => why.isPending, run: () => setWanted(true) }]);
  if (why.error !== null) {
    const problem = toProblem(why.error);
    return (
      <div className="place">
        <PlaceHeader title="Why this answer" />
        {problem.code === 'TRACE_MISSING' ? (
          <EmptyState manual="asking" title="Nothing was kept of how this answer came about" sentence={saySentences(problem.message, problem.hint)} action={<Button size="xs" variant="filled" onClick={() => port.open({ place: 'ask' })}>Ask again</Button>} />
        ) : (
          <ErrorState title="How this answer came about could not be read" {...problem} action={<Button onClick={() => void why.refetch()}>Try again</Button>} />
        )}
      </div>
    );
  }
  if (why.data === undefined) {
    return (
      <div className="place">
        <PlaceHeader title="Why this answer">
          <Button leftSection={<AgainIcon size={14} />} loading={wanted} onClick={() => setWanted(true)}>Replay</Button>
        </PlaceHeader>
        <LoadingRows rows={14} label="Loading how the answer came about" />
      </div>
    );
  }
  return <Trace trace={why.data} replayWanted={wanted} />;
}

function Trace({ trace, replayWanted }: { trace: AnswerTrace; replayWanted: boolean }) {
  const port = useWindow();
  const rows = prepareChunks(trace);
  const [selected, setSelected] = useState<string | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const { replay, failed, again, replaying } = useReplayed(trace);
  const taken = useRef(false);
  const select = (key: string): void => {
    setSelected(key);
    const row = rows.find((other) => other.key === key);
    if (row !== undefined) port.inspect({ key: `chunk-${key}`, title: 'Passage', content: <ChunkFacts trace={trace} row={row} /> });
  };
  const open = (key: string): void => {
    const chunk = rows.find((other) => other.key === key)?.chunk;
    if (chunk !== undefined) port.open({ place: 'document', documentId: chunk.documentId, name: chunk.file, start: chunk.start, end: chunk.end }, { beside: true });
  };
  const missing = (): void => port.open({ place: 'autopsy', knowledgeId: trace.knowledgeId, question: trace.question, answerId: trace.answerId });
  useActions([
    { id: 'why-replay', title: 'Replay this answer', section: 'Why', shortcut: 'R', when: () => !replaying && trace.prompt !== null, run: again },
    { id: 'why-missing', title: 'Find out why a passage is missing', section: 'Why', shortcut: 'M', run: missing },
  ]);
  // Outside system: the owner, who is asked once for what was wanted before there was anything to replay.
  useEffect(() => {
    if (!replayWanted || taken.current || trace.prompt === null) return;
    taken.current = true;
    again();
  });
  // Outside system: keyboard focus. The keys move through the passages at once.
  useEffect(() => offerFocus(body.current?.querySelector<HTMLElement>('.why-row[tabindex="0"]') ?? null, { idle: true }), []);
  return (
    <div className="place why">
      <PlaceHeader title="Why this answer" meta={<span title={trace.question}>{trace.question}</span>}>
        <Button leftSection={<SearchOffIcon size={14} />} onClick={missing}>Something is missing</Button>
        <Button leftSection={<AgainIcon size={14} />} loading={replaying} disabled={trace.prompt === null} onClick={again} title={trace.prompt === null ? 'No model wrote this answer' : 'The same model, prompt and seed once more'}>Replay</Button>
      </PlaceHeader>
      <div className="place-body" ref={body}>
        {trace.standalone === trace.question ? null : <p className="notice-line">Searched as: {trace.standalone}</p>}
        {trace.filter === null ? null : <p className="notice-line">Asked only of documents with: {describeFilter(trace.filter)}</p>}
        {replaying ? <p className="notice-line" role="status">Replaying: the same model, prompt and seed once more.</p> : null}
        {failed === null ? null : <ErrorState title="The answer could not be replayed" message={failed.message} hint={failed.hint ?? null} code={failed.code} />}
        {replay === null ? null : <ReplayView replay={replay} />}
        <FunnelPicture steps={prepareFunnel(trace)} rows={rows} depth={deepest(trace)} selected={selected} onSelect={select} />
        {rows.length === 0 ? <p className="documents-none dim">No stage found a passage for this question.</p> : <div className="why-scroll"><ChunkTable rows={rows} selected={selected} onSelect={select} onOpen={open} /></div>}
        <PromptView trace={trace} />
        <WhyFacts trace={trace} />
      </div>
    </div>
  );
}

function useReplayed(trace: AnswerTrace) {
  const port = useWindow();
  const start = useReplay();
  const [job, setJob] = useState<string | null>(null);
  const { result, running, job: facts } = useJobResult(job, Replay);
  const failed = facts?.error ?? null;
  return {
    replay: result,
    failed,
    replaying: start.isPending || running,
    again: (): void =>
      start.mutate(trace.answerId, {
        onSuccess: (reply) => setJob(reply.job),
        onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }),
      }),
  };
}
