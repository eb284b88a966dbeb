import { describe, expect, it } from 'vitest';
import type { Job, JobState } from '../../src-main/contract/jobs.ts';
import type { EnqueueRequest, JobContext, JobKind, JobQueue } from '../../src-main/jobs/jobQueue.ts';

/** What a job queue must do, whatever runs it. `make` gives a queue on an empty store; `published` gathers what it tells. */
export interface QueueUnderTest {
  readonly queue: JobQueue;
  readonly published: Job[];
  close(): Promise<void>;
}

export type MakeQueue = (kinds: readonly JobKind[], concurrency?: Readonly<Record<string, number>>) => Promise<QueueUnderTest>;

const PROJECT = '01890000-0000-7000-8000-000000000001';

export function request(kind: string, params: unknown = null): EnqueueRequest {
  return { kind, projectId: PROJECT, title: `Run ${kind}`, params };
}

/** Waits for the abort and rejects with its reason, as work should. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

export function kindOf(kind: string, run: (params: never, context: JobContext) => Promise<Record<string, unknown>>, more: Partial<JobKind> = {}): JobKind {
  return { kind, lane: 'test', onInterrupted: 'fail', run, ...more };
}

function states(published: readonly Job[], id: string): JobState[] {
  return published.filter((job) => job.id === id).map((job) => job.state).filter((state, index, all) => state !== all[index - 1]);
}

export function jobQueueSuite(name: string, make: MakeQueue): void {
  describe(`job queue: ${name}`, () => {
    it('runs a job with its parameters and keeps its result', async () => {
      const { queue, published, close } = await make([kindOf('sum', async ({ a, b }: { a: number; b: number }) => ({ sum: a + b }))]);
      const queued = await queue.enqueue(request('sum', { a: 2, b: 3 }));
      expect(queued).toMatchObject({ state: 'queued', kind: 'sum', title: 'Run sum', projectId: PROJECT, result: null, resumed: 0 });
      const ended = await queue.wait(queued.id);
      expect(ended).toMatchObject({ id: queued.id, state: 'done', result: { sum: 5 }, error: null });
      expect(await queue.get(queued.id)).toEqual(ended);
      expect(states(published, queued.id)).toEqual(['queued', 'running', 'done']);
      await close();
    });

    it('ends a job that throws as failed, with what was thrown', async () => {
      const { queue, close } = await make([kindOf('fail', async () => Promise.reject(new Error('The well is dry')))]);
      const { id } = await queue.enqueue(request('fail'));
      expect(await queue.wait(id)).toMatchObject({ state: 'failed', error: { code: 'INTERNAL', message: 'The well is dry' }, result: null });
      await close();
    });

    it('goes on with the next job after one failed', async () => {
      const kinds = [kindOf('fail', async () => Promise.reject(new Error('no'))), kindOf('fine', async () => ({}))];
      const { queue, close } = await make(kinds);
      await queue.enqueue(request('fail'));
      const { id } = await queue.enqueue(request('fine'));
      expect((await queue.wait(id)).state).toBe('done');
      await close();
    });

    it('cancels a running job: cancelling until its work has stopped, then cancelled', async () => {
      const started = Promise.withResolvers<void>();
      const stopped = Promise.withResolvers<void>();
      const { queue, published, close } = await make([
        kindOf('long', async (_, { signal }) => {
          started.resolve();
          return untilAborted(signal).catch(async (reason: unknown) => {
            await stopped.promise;
            throw reason;
          });
        }),
      ]);
      const { id } = await queue.enqueue(request('long'));
      await started.promise;
      expect((await queue.cancel(id)).state).toBe('cancelling');
      expect((await queue.get(id)).state).toBe('cancelling');
      stopped.resolve();
      expect(await queue.wait(id)).toMatchObject({ state: 'cancelled', error: null });
      expect(states(published, id)).toEqual(['queued', 'running', 'cancelling', 'cancelled']);
      await close();
    });

    it('cancels a waiting job at once and never runs it', async () => {
      const ran: string[] = [];
      const release = Promise.withResolvers<void>();
      const { queue, close } = await make([
        kindOf('step', async ({ name }: { name: string }) => {
          ran.push(name);
          await release.promise;
          return {};
        }),
      ]);
      const first = await queue.enqueue(request('step', { name: 'first' }));
      const second = await queue.enqueue(request('step', { name: 'second' }));
      const waiting = queue.wait(second.id);
      expect((await queue.cancel(second.id)).state).toBe('cancelled');
      expect((await waiting).state).toBe('cancelled');
      release.resolve();
      await queue.wait(first.id);
      expect(ran).toEqual(['first']);
      await close();
    });

    it('cancels right after asking, before or while the job starts, without running it on', async () => {
      const { queue, close } = await make([kindOf('long', async (_, { signal }) => untilAborted(signal))]);
      for (let round = 0; round < 40; round += 1) {
        const { id } = await queue.enqueue(request('long'));
        await new Promise((resolve) => setTimeout(resolve, round % 4));
        await queue.cancel(id);
        expect((await queue.wait(id)).state).toBe('cancelled');
      }
      await close();
    });

    it('leaves an ended job as it is when it is cancelled', async () => {
      const { queue, close } = await make([kindOf('fine', async () => ({ n: 1 }))]);
      const { id } = await queue.enqueue(request('fine'));
      const ended = await queue.wait(id);
      expect(await queue.cancel(id)).toEqual(ended);
      expect(await queue.get(id)).toEqual(ended);
      await close();
    });

    it('says which job is unknown', async () => {
      const { queue, close } = await make([]);
      const unknown = '01890000-0000-7000-8000-00000000dead';
      for (const call of [queue.get, queue.cancel, queue.wait]) {
        await expect(call.call(queue, unknown)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND', message: expect.stringContaining(unknown) });
      }
      await expect(queue.enqueue(request('no such kind'))).rejects.toMatchObject({ message: expect.stringContaining('no such kind') });
      await close();
    });

    it('runs as many at once as the lane allows, in the order asked, and lanes beside each other', async () => {
      let running = 0;
      let most = 0;
      const order: number[] = [];
      const step = async ({ index }: { index: number }) => {
        order.push(index);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return {};
      };
      const { queue, close } = await make([kindOf('step', step, { lane: 'two' }), kindOf('other', async () => ({}), { lane: 'other' })], { two: 2 });
      const jobs = [];
      for (let index = 0; index < 10; index += 1) jobs.push(await queue.enqueue(request('step', { index })));
      const other = await queue.enqueue(request('other'));
      expect((await queue.wait(other.id)).state).toBe('done');
      const ended = await Promise.all(jobs.map((job) => queue.wait(job.id)));
      expect(ended.every((job) => job.state === 'done')).toBe(true);
      expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(most).toBe(2);
      await close();
    });

    it('lists the newest first, of one project, as many as asked for', async () => {
      const { queue, close } = await make([kindOf('fine', async () => ({}))]);
      const jobs = [];
      for (let index = 0; index < 5; index += 1) jobs.push(await queue.enqueue(request('fine')));
      const machine = await queue.enqueue({ ...request('fine'), projectId: null });
      for (const job of [...jobs, machine]) await queue.wait(job.id);
      expect((await queue.list(PROJECT, 3)).map((job) => job.id)).toEqual([jobs[4]?.id, jobs[3]?.id, jobs[2]?.id]);
      expect((await queue.list(null, 10)).map((job) => job.id)).toEqual([machine.id]);
      await close();
    });

    it('stops waiting when the waiter gives up, and the job goes on', async () => {
      const release = Promise.withResolvers<void>();
      const { queue, close } = await make([kindOf('slow', async () => release.promise.then(() => ({})))]);
      const { id } = await queue.enqueue(request('slow'));
      const abort = new AbortController();
      const waiting = queue.wait(id, abort.signal);
      abort.abort(new Error('no patience'));
      await expect(waiting).rejects.toThrow('no patience');
      release.resolve();
      expect((await queue.wait(id)).state).toBe('done');
      await close();
    });

    it('shows progress of a running job to whoever asks, and keeps the last of it', async () => {
      const reported = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const { queue, close } = await make([
        kindOf('count', async (_, { progress }) => {
          progress({ done: 3, total: 10, unit: 'files', now: 'c.txt' });
          reported.resolve();
          await release.promise;
          progress({ done: 10, total: 10, unit: 'files', now: 'j.txt' });
          return {};
        }),
      ]);
      const { id } = await queue.enqueue(request('count'));
      await reported.promise;
      expect((await queue.get(id)).progress).toEqual({ done: 3, total: 10, unit: 'files', now: 'c.txt', rate: null, leftMs: null });
      expect((await queue.list(PROJECT, 1))[0]?.progress?.done).toBe(3);
      release.resolve();
      expect((await queue.wait(id)).progress).toMatchObject({ done: 10, total: 10 });
      await close();
    });

    it('publishes at most about ten times a second however often work reports', async () => {
      const { queue, published, close } = await make([
        kindOf('busy', async (_, { progress }) => {
          for (let done = 0; done < 20_000; done += 1) progress({ done, total: 20_000, unit: 'steps', now: '' });
          return {};
        }),
      ]);
      const startedAt = performance.now();
      const { id } = await queue.enqueue(request('busy'));
      await queue.wait(id);
      const seconds = (performance.now() - startedAt) / 1_000;
      expect(published.length).toBeLessThan(10 + seconds * 10);
      await close();
    });

    it('stops what runs when the queue stops, and tells who waits', async () => {
      const started = Promise.withResolvers<void>();
      const { queue, close } = await make([
        kindOf('long', async (_, { signal }) => {
          started.resolve();
          return untilAborted(signal);
        }),
      ]);
      const { id } = await queue.enqueue(request('long'));
      const waiting = queue.enqueue(request('long')).then((job) => queue.wait(job.id));
      waiting.catch(() => undefined);
      await started.promise;
      await new Promise((resolve) => setTimeout(resolve, 50));
      await queue.stop();
      expect((await queue.get(id)).state).toBe('interrupted');
      await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(queue.enqueue(request('long'))).rejects.toMatchObject({ code: 'CANCELLED' });
      await close();
    });
  });
}
