import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { EventPayload, StreamEvent } from '#contract/events.ts';
import type { Job } from '#contract/jobs.ts';
import type { Answer } from '#contract/knowledge.ts';
import type { LogLine, NetworkCall } from '#contract/system.ts';
import type { AnswerTexts } from './answerTexts.ts';
import { rereadAfterFetch } from './rereadQueries.ts';

const LOG_LINES = 2000;
const LEDGER_CALLS = 1000;

const KNOWLEDGE_RESULTS = ['knowledge', 'questions', 'evaluations', 'snapshots'] as const;

export interface EventTargets {
  readonly queries: QueryClient;
  readonly answerTexts: AnswerTexts;
  /** Collects keys to read again; the caller flushes them at a human pace. */
  readonly stale: (key: QueryKey) => void;
}

/** Carries a batch of events into the caches. Increments are patched in; counts are read again. */
export function applyEvents(events: readonly StreamEvent[], targets: EventTargets): void {
  for (const event of events) {
    if (event.topic === 'stream.reread') targets.stale([]);
    else if (event.payload !== null) applyPayload(event.payload, event.projectId, targets);
  }
}

function applyPayload(payload: EventPayload, projectId: string | null, targets: EventTargets): void {
  const { queries, stale, answerTexts } = targets;
  switch (payload.topic) {
    case 'job.changed':
      patchJob(queries, payload.job);
      if (payload.job.endedAtMs === null) return;
      stale(['home']);
      // What its result changed: the list of evaluations, the outcomes beside the questions, the snapshots and their sizes.
      for (const name of KNOWLEDGE_RESULTS) stale([name]);
      stale(['pipelines']);
      return;
    case 'knowledge.changed':
      stale(['knowledge']);
      for (const name of ['documents', 'snapshots', 'questions', 'map']) stale([name, payload.knowledgeId]);
      stale(['documentUse']);
      stale(['home']);
      return;
    case 'answer.text':
      if (answerTexts.append(payload.answerId, payload.at, payload.text) === 'gap') stale(['conversation']);
      return;
    case 'answer.changed':
      patchAnswer(queries, payload.answer);
      if (payload.answer.state !== 'running') {
        answerTexts.end(payload.answer.id);
        stale(['home']);
      }
      return;
    case 'conversations.changed':
      stale(['conversations']);
      stale(['home']);
      return;
    case 'models.changed':
      stale(['models']);
      stale(['status']);
      return;
    case 'project.changed':
      for (const name of ['project', 'home', 'files', 'file', 'recent', 'knowledge', 'pipelines']) stale([name]);
      return;
    case 'undo.changed':
      stale(['undo']);
      return;
    case 'settings.changed':
      stale(['settings']);
      return;
    case 'network.call':
      queries.setQueryData<NetworkCall[]>(['ledger'], (calls) => calls && upsertCall(calls, payload.call));
      stale(['status']);
      return;
    case 'log.line':
      queries.setQueryData<LogLine[]>(['log'], (lines) => lines && [...lines.slice(-(LOG_LINES - 1)), payload.line]);
      return;
    case 'runtimes.changed':
      stale(['status']);
      return;
    default:
      console.warn(`Event of unknown topic for project ${projectId ?? 'none'}`, payload satisfies never);
  }
}

function patchJob(queries: QueryClient, job: Job): void {
  // Progress of a running job mends itself with the next event, many times a second.
  if (job.state !== 'running') rereadAfterFetch(queries, ['jobs']);
  queries.setQueriesData<Job[]>({ queryKey: ['jobs'] }, (jobs) => {
    if (jobs === undefined) return jobs;
    const known = jobs.some((other) => other.id === job.id);
    return known ? jobs.map((other) => (other.id === job.id ? job : other)) : [job, ...jobs];
  });
}

export function patchAnswer(queries: QueryClient, answer: Answer): void {
  patchAnswers(queries, answer, (answers) => answers.map((other) => (other.id === answer.id ? answer : other)));
}

/** Puts an answer that was just asked for into its conversation. An event may have brought a later state of it before the reply came: that one stays. */
export function addAnswer(queries: QueryClient, answer: Answer): void {
  patchAnswers(queries, answer, (answers) => answers);
}

function patchAnswers(queries: QueryClient, answer: Answer, whenKnown: (answers: Answer[]) => Answer[]): void {
  rereadAfterFetch(queries, ['conversation', answer.conversationId]);
  queries.setQueryData<{ conversation: unknown; answers: Answer[] }>(['conversation', answer.conversationId], (data) => {
    if (data === undefined) return data;
    const known = data.answers.some((other) => other.id === answer.id);
    return { ...data, answers: known ? whenKnown(data.answers) : [...data.answers, answer] };
  });
}

/** The ledger is newest first. */
function upsertCall(calls: readonly NetworkCall[], call: NetworkCall): NetworkCall[] {
  const others = calls.filter((other) => other.sequence !== call.sequence);
  return [call, ...others].sort((a, b) => b.sequence - a.sequence).slice(0, LEDGER_CALLS);
}
