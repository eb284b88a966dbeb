import { Button, NativeSelect } from '@mantine/core';
import { useRef, useState } from 'react';
import { ConversationId, type JobId, type KnowledgeId } from '#contract/ids.ts';
import type { Answer, KnowledgeBase } from '#contract/knowledge.ts';
import { useProjectId } from '../../client/ApiContext.tsx';
import { useAsk } from '../../client/answerQueries.ts';
import { useConversation, useKnowledgeBases } from '../../client/knowledgeQueries.ts';
import { sayProblem, toProblem } from '../../client/problem.ts';
import { useCancelJob, useJobs } from '../../client/systemQueries.ts';
import type { Route } from '../../lib/route.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { AddIcon, HistoryIcon } from '../../ui/icons.ts';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { AskFilter } from './AskFilter.tsx';
import { AskEmpty } from './AskEmpty.tsx';
import { Composer } from './Composer.tsx';
import { ConversationList } from './ConversationList.tsx';
import { ConversationView } from './ConversationView.tsx';
import { jobToStop } from './prepareAnswer.ts';
import { describeAsked } from './prepareDocuments.ts';
import { draftFilter, draftOf, narrowingOf } from './prepareFilter.ts';
import { useSaveQuestion } from './questions/useSaveQuestion.ts';

type AskRoute = Extract<Route, { place: 'ask' }>;

/** Questions to a knowledge base, answers with their sources. */
export function AskPage({ route }: { route: AskRoute }) {
  const port = useWindow();
  const projectId = useProjectId();
  const bases = useKnowledgeBases();
  const parsed = ConversationId.safeParse(route.conversationId);
  const conversationId = parsed.success ? parsed.data : null;
  const conversation = useConversation(conversationId);
  const ask = useAsk();
  const stop = useStopAnswer();
  const [history, setHistory] = useState<'beside' | 'shown' | 'hidden'>(() => (window.innerWidth > 1280 ? 'beside' : 'hidden'));
  const filter = draftOf(route);
  // A reply comes later: by then something else may be written in the fields.
  const newest = useRef(filter);
  newest.current = filter;
  const [filtering, setFiltering] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  // Beside the conversation it gives way when the tab is narrow; asked for, it is shown whatever the width.
  const toggleHistory = (): void => setHistory(body.current?.querySelector('.conversations')?.checkVisibility() === true ? 'hidden' : 'shown');
  const asked = useRef<string | null>(null);
  const wanted = conversation.data?.conversation.knowledgeId ?? route.knowledgeId;
  const base = bases.data?.find(({ id }) => id === wanted) ?? bases.data?.[0];
  const answers = conversation.data?.answers ?? [];
  // Between the reply and the first reading of its conversation only the job tells that an answer is being written.
  const running = ask.isPending || stop.active || answers.some(({ state }) => state === 'running');
  const show = (next: Pick<AskRoute, 'conversationId' | 'knowledgeId'>): void => port.replace({ place: 'ask', ...next, ...narrowingOf(newest.current) });
  const openConversation = (opened: string | null): void => {
    show(opened === null ? {} : { conversationId: opened });
    if (opened !== null) setHistory('beside');
  };
  const fresh = (): void => show(base === undefined ? {} : { knowledgeId: base.id });
  const send = (question: string, onRefused?: () => void): void => {
    if (base === undefined) return;
    stop.expect();
    const narrowed = draftFilter(filter);
    ask.mutate(
      { knowledgeId: base.id, question, ...(narrowed === null ? {} : { filter: narrowed }), ...(conversationId === null ? {} : { conversationId }) },
      {
        onSuccess: ({ answer, job }) => {
          asked.current = answer.id;
          stop.remember(job);
          show({ conversationId: answer.conversationId });
        },
        onError: (error) => {
          stop.remember(null);
          onRefused?.();
          port.notify({ text: sayProblem(error), meaning: 'bad' });
        },
      },
    );
  };
  const last = answers.findLast(({ state }) => state !== 'running');
  // What was counted came from no passage: there is nothing to follow.
  const explained = last !== undefined && last.by !== 'metadata';
  const why = (): void => {
    if (explained) port.open({ place: 'why', answerId: last.id }, { beside: true });
  };
  useActions([
    { id: 'ask-why', title: 'Why this answer', section: 'Ask', shortcut: 'W', when: () => explained, run: why },
    { id: 'ask-filter', title: 'Narrow the documents that are asked', section: 'Ask', shortcut: 'F', run: () => setFiltering(!filtering) },
    { id: 'ask-new', title: 'Ask a new question', section: 'Ask', shortcut: 'Alt+N', run: fresh },
    { id: 'ask-send', title: 'Send the question', section: 'Ask', shortcut: 'Mod+Enter', passive: true, run: () => undefined },
    { id: 'ask-stop', title: 'Stop the answer', section: 'Ask', shortcut: 'Mod+.', when: () => running, run: stop.run },
    { id: 'ask-history', title: 'Show or hide earlier conversations', section: 'Ask', run: toggleHistory },
  ]);
  return (
    <div className="place ask">
      <PlaceHeader title="Ask" meta={base === undefined ? null : <BaseChoice base={base} bases={bases.data ?? []} locked={conversationId !== null} onChoose={(knowledgeId) => show({ knowledgeId })} />}>
        <Button leftSection={<HistoryIcon size={14} />} aria-pressed={history !== 'hidden'} onClick={toggleHistory}>History</Button>
        <Button leftSection={<AddIcon size={14} />} onClick={fresh}>New question</Button>
      </PlaceHeader>
      <div className={`ask-body ask-history-${history}`} ref={body}>
        {history !== 'hidden' ? <ConversationList selected={conversationId} onOpen={openConversation} /> : null}
        <div className="ask-main">
          {content()}
          {base === undefined ? null : <SaveKey answer={last} knowledgeId={base.id} />}
          {base === undefined || base.chunks === 0 ? null : <AskFilter draft={filter} open={filtering} onOpen={setFiltering} onChange={(draft) => port.replace({ place: 'ask', ...(route.conversationId === undefined ? {} : { conversationId: route.conversationId }), ...(route.knowledgeId === undefined ? {} : { knowledgeId: route.knowledgeId }), ...narrowingOf(draft) })} />}
          {base === undefined ? null : <Composer draftKey={`${projectId}.ask.${conversationId ?? 'new'}`} fresh={conversationId === null} followUp={answers.length > 0} running={running} stop={stop.state} disabled={base.chunks === 0} onAsk={send} onStop={stop.run} />}
        </div>
      </div>
    </div>
  );

  function content() {
    const error = bases.error ?? conversation.error;
    if (error !== null) return <div className="ask-scroll"><ErrorState title={conversation.error === null ? 'The knowledge bases could not be listed' : 'The conversation could not be opened'} {...toProblem(error)} action={<Button onClick={fresh}>New question</Button>} /></div>;
    if (bases.data === undefined || (conversationId !== null && conversation.data === undefined)) return <div className="ask-scroll"><LoadingRows rows={8} label="Loading the conversation" /></div>;
    if (base === undefined) return <div className="ask-scroll"><EmptyState manual="knowledge-bases" title="Nothing to ask yet" sentence="Questions are answered from your own documents. Make a knowledge base and add some." action={<Button size="xs" variant="filled" onClick={() => port.open({ place: 'knowledge' })}>Create a knowledge base</Button>} /></div>;
    if (answers.length === 0) return <AskEmpty base={base} />;
    return <ConversationView key={conversationId} answers={answers} knowledgeId={base.id} asked={asked.current} onAgain={send} now={stop.now} />;
  }
}

/** S keeps the newest answer's question. */
function SaveKey({ answer, knowledgeId }: { answer: Answer | undefined; knowledgeId: KnowledgeId }) {
  const { save } = useSaveQuestion(answer, knowledgeId);
  useActions([{ id: 'ask-save', title: 'Save this question with its passages', section: 'Ask', shortcut: 'S', when: () => answer?.state === 'done' && answer.by !== 'metadata', run: save }]);
  return null;
}

function BaseChoice({ base, bases, locked, onChoose }: { base: KnowledgeBase; bases: readonly KnowledgeBase[]; locked: boolean; onChoose: (knowledgeId: string) => void }) {
  const meta = <span className="clip">{describeAsked(base, Date.now())}</span>;
  if (locked || bases.length < 2) return <span className="row"><span className="tag tag-accent">{base.name}</span>{meta}</span>;
  return (
    <span className="row">
      <NativeSelect aria-label="Knowledge base" data={bases.map(({ id, name }) => ({ value: id, label: name }))} value={base.id} onChange={(event) => onChoose(event.currentTarget.value)} />
      {meta}
    </span>
  );
}

interface StopAnswer {
  /** A question is on its way: its job is not known yet, and no other one may be stopped in its place. */
  readonly expect: () => void;
  /** The job of the question that was on its way; null when the owner refused it. */
  readonly remember: (job: JobId | null) => void;
  /** Stops the answer; a wish that comes before its job is known waits for it. */
  readonly run: () => void;
  /** The job of this tab's question has not ended. */
  readonly active: boolean;
  /** `unknown`: which job it is has not been read yet. */
  readonly state: 'ready' | 'stopping' | 'unknown';
  readonly now: string;
}

/** Stops the answer that this tab started, or after a reload the one that is running. */
function useStopAnswer(): StopAnswer {
  const port = useWindow();
  const cancel = useCancelJob();
  const jobs = useJobs().data ?? [];
  const [asked, setAsked] = useState<JobId | 'expected' | null>(null);
  const [stopping, setStopping] = useState<JobId | 'expected' | null>(null);
  const wish = useRef(false);
  const target = jobToStop(jobs, asked);
  const running = jobs.find(({ id }) => id === target);
  const isStopping = running?.state === 'cancelling' || (stopping !== null && stopping === (target ?? asked));
  const stop = (id: JobId): void => {
    setStopping(id);
    cancel.mutate(id, {
      onError: (error) => {
        setStopping(null);
        port.notify({ text: toProblem(error).message, meaning: 'bad' });
      },
    });
  };
  return {
    expect: () => {
      wish.current = false;
      setAsked('expected');
      setStopping(null);
    },
    remember: (job) => {
      setAsked(job);
      if (job === null) setStopping(null);
      else if (wish.current) stop(job);
    },
    run: () => {
      if (target !== null) return stop(target);
      wish.current = true;
      setStopping('expected');
    },
    active: running !== undefined && target === asked,
    state: isStopping ? 'stopping' : target === null && asked !== 'expected' ? 'unknown' : 'ready',
    now: running?.state === 'queued' ? 'Waiting for its turn' : (running?.progress?.now ?? ''),
  };
}
