import { QueryClient, type QueryKey, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import type { EventPayload, StreamEvent } from '#contract/events.ts';
import type { Answer } from '#contract/knowledge.ts';
import { createAnswerTexts } from '../../../src-renderer/client/answerTexts.ts';
import { addAnswer, applyEvents } from '../../../src-renderer/client/applyEvents.ts';
import { rereadQueries } from '../../../src-renderer/client/rereadQueries.ts';
import { CONVERSATION, makeAnswer, makeDocument, makeJob, PROJECT, uuid } from '../fakeData.ts';

function apply(queries: QueryClient, ...payloads: EventPayload[]): { stale: QueryKey[]; texts: ReturnType<typeof createAnswerTexts> } {
  const stale: QueryKey[] = [];
  const texts = createAnswerTexts();
  const events = payloads.map((payload, index): StreamEvent => ({ epoch: 'e', sequence: index, projectId: PROJECT, topic: payload.topic, payload }));
  applyEvents(events, { queries, answerTexts: texts, stale: (key) => stale.push(key) });
  return { stale, texts };
}

describe('events in the caches of the window', () => {
  it('put a new job first and replace a known one in place', () => {
    const queries = new QueryClient();
    queries.setQueryData(['jobs', PROJECT], [makeJob(1), makeJob(2)]);
    apply(queries, { topic: 'job.changed', job: makeJob(3) }, { topic: 'job.changed', job: makeJob(2, { state: 'done', endedAtMs: 1 }) });
    expect(queries.getQueryData<ReturnType<typeof makeJob>[]>(['jobs', PROJECT])?.map(({ id, state }) => [id, state])).toEqual([[makeJob(3).id, 'running'], [makeJob(1).id, 'running'], [makeJob(2).id, 'done']]);
  });

  it('append text of an answer by position, and mend a gap by reading again', () => {
    const answerId = uuid(6, 1);
    const { texts, stale } = apply(new QueryClient(), { topic: 'answer.text', answerId, at: 0, text: 'Hello ' }, { topic: 'answer.text', answerId, at: 6, text: 'world' }, { topic: 'answer.text', answerId, at: 6, text: 'there' });
    expect(texts.store.getState()).toEqual({ [answerId]: 'Hello there' });
    expect(stale).toEqual([]);
    expect(apply(new QueryClient(), { topic: 'answer.text', answerId, at: 9, text: 'late' }).stale).toEqual([['conversation']]);
  });

  it('put a finished answer into its conversation and forget its text', () => {
    const queries = new QueryClient();
    const documents = [0, 1, 2].map(makeDocument);
    const done = makeAnswer(1, documents);
    queries.setQueryData(['conversation', CONVERSATION], { conversation: {}, answers: [{ ...done, state: 'running', text: '' }] });
    const { texts } = apply(queries, { topic: 'answer.text', answerId: done.id, at: 0, text: 'x' }, { topic: 'answer.changed', answer: done });
    expect(texts.store.getState()).toEqual({});
    expect(queries.getQueryData(['conversation', CONVERSATION])).toEqual({ conversation: {}, answers: [done] });
  });

  it.each([
    ['an answer that changed', (queries: QueryClient, done: Answer) => void apply(queries, { topic: 'answer.changed', answer: done })],
    ['a count that is stale', (queries: QueryClient) => rereadQueries(queries, ['conversation'])],
  ])('do not lose %s to a read that was answered before it: another one follows', async (_what, act) => {
    const queries = new QueryClient();
    const done = makeAnswer(1, [0, 1, 2].map(makeDocument));
    const replies = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
    let reads = 0;
    const observer = new QueryObserver(queries, { queryKey: ['conversation', CONVERSATION], queryFn: () => replies[reads++]?.promise });
    const stop = observer.subscribe(() => undefined);
    act(queries, done);
    replies[0]?.resolve({ conversation: {}, answers: [{ ...done, state: 'running', text: '' }] });
    await vi.waitFor(() => expect(reads).toBe(2));
    replies[1]?.resolve({ conversation: {}, answers: [done] });
    await vi.waitFor(() => expect(observer.getCurrentResult()).toMatchObject({ fetchStatus: 'idle', data: { answers: [{ state: done.state }] } }));
    expect(reads).toBe(2);
    stop();
  });

  it('stand against the reply to a question that arrives after the answer has ended', () => {
    const queries = new QueryClient();
    const done = makeAnswer(1, [0, 1, 2].map(makeDocument));
    queries.setQueryData(['conversation', CONVERSATION], { conversation: {}, answers: [] });
    apply(queries, { topic: 'answer.changed', answer: done });
    addAnswer(queries, { ...done, state: 'running', text: '' });
    expect(queries.getQueryData(['conversation', CONVERSATION])).toEqual({ conversation: {}, answers: [done] });
  });

  it('keep the ledger newest first and the log bounded', () => {
    const queries = new QueryClient();
    const call = (sequence: number, outcome: 'open' | 'done'): EventPayload => ({ topic: 'network.call', call: { sequence, atMs: 0, by: 'models', target: 'https://x:443', outcome, sentBytes: 0, receivedBytes: 0, durationMs: null, reason: null } });
    queries.setQueryData(['ledger'], []);
    queries.setQueryData(['log'], []);
    const lines = Array.from({ length: 2100 }, (_, sequence): EventPayload => ({ topic: 'log.line', line: { sequence, atMs: 0, level: 'info', area: 'a', message: 'm' } }));
    apply(queries, call(1, 'open'), call(2, 'open'), call(1, 'done'), ...lines);
    expect(queries.getQueryData<{ sequence: number; outcome: string }[]>(['ledger'])?.map(({ sequence, outcome }) => [sequence, outcome])).toEqual([[2, 'open'], [1, 'done']]);
    expect(queries.getQueryData<{ sequence: number }[]>(['log'])?.length).toBe(2000);
    expect(queries.getQueryData<{ sequence: number }[]>(['log'])?.at(-1)?.sequence).toBe(2099);
  });

  it('read everything again when the owner says that events were missed', () => {
    const stale: QueryKey[] = [];
    applyEvents([{ epoch: 'e', sequence: 1, projectId: null, topic: 'stream.reread', payload: null }], { queries: new QueryClient(), answerTexts: createAnswerTexts(), stale: (key) => stale.push(key) });
    expect(stale).toEqual([[]]);
  });
});
