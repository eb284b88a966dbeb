import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src-main/contract/jobs.ts';
import { systemClock } from '../../../src-main/base/clock.ts';
import { addJob, cancelJob, startJob } from '../../../src-main/jobs/jobCommands.ts';
import { createJobQueue, type JobKind } from '../../../src-main/jobs/jobQueue.ts';
import { AppError } from '../../../src-main/base/appError.ts';
import type { Database } from '../../../src-main/storage/database.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { jobQueueSuite, kindOf, request } from '../../suites/jobQueue.suite.ts';

leakCheck();

function queueOn(database: Database, kinds: readonly JobKind[]) {
  const published: Job[] = [];
  return { published, queue: createJobQueue({ database, clock: systemClock, publish: (job) => published.push(job), kinds, concurrency: {} }) };
}

jobQueueSuite('on SQLite', async (kinds, concurrency = {}) => {
  const database = await openTestDatabase();
  const published: Job[] = [];
  const queue = createJobQueue({ database, clock: systemClock, publish: (job) => published.push(job), kinds, concurrency });
  return {
    queue,
    published,
    close: async () => {
      await queue.stop();
      await database.close();
    },
  };
});

/** Leaves jobs as a killed process does. */
async function leaveJobs(database: Database): Promise<void> {
  const add = (id: string, kind: string) => database.run(addJob, { id: `01890000-0000-7000-8000-00000000000${id}`, projectId: null, kind, title: `Job ${id}`, params: '{"n":7}', atMs: 1 });
  for (const [id, kind] of [['1', 'again'], ['2', 'once'], ['3', 'again'], ['4', 'again'], ['5', 'forgotten']] as const) await add(id, kind);
  for (const id of ['1', '2', '3', '5']) await database.run(startJob, { id: `01890000-0000-7000-8000-00000000000${id}`, atMs: 2 });
  await database.run(cancelJob, { id: '01890000-0000-7000-8000-000000000003', atMs: 3 });
}

describe('recovery', () => {
  it('leaves no job that says "running" without a process: again, interrupted, cancelled or still queued', async () => {
    const file = join(temporaryFolder(), 'lathe.db');
    const before = await openTestDatabase({ file });
    await leaveJobs(before);
    await before.close();
    const database = await openTestDatabase({ file });
    const ran: unknown[] = [];
    const again = kindOf('again', async (params: unknown) => ({ ran: ran.push(params) }), { onInterrupted: 'requeue' });
    const { queue, published } = queueOn(database, [again, kindOf('once', async () => ({}))]);
    const recovered = await queue.recover();
    expect(recovered.map((job) => [job.id.at(-1), job.state, job.resumed])).toEqual([
      ['1', 'queued', 1],
      ['2', 'interrupted', 0],
      ['3', 'cancelled', 0],
      ['5', 'interrupted', 0],
    ]);
    expect(published.slice(0, 4)).toEqual(recovered);
    const ended = await Promise.all(['1', '2', '3', '4', '5'].map((id) => queue.wait(`01890000-0000-7000-8000-00000000000${id}`)));
    expect(ended.map((job) => job.state)).toEqual(['done', 'interrupted', 'cancelled', 'done', 'interrupted']);
    expect(ended[1]?.error).toMatchObject({ message: expect.stringContaining('Job 2 was interrupted'), hint: 'Start it again.' });
    expect(ran).toEqual([{ n: 7 }, { n: 7 }]);
    await queue.stop();
    await database.close();
  });

  it('holds back what waits until it is released, and what is held can be cancelled', async () => {
    const file = join(temporaryFolder(), 'lathe.db');
    const before = await openTestDatabase({ file });
    await leaveJobs(before);
    await before.close();
    const database = await openTestDatabase({ file });
    const ran: string[] = [];
    const { queue, published } = queueOn(database, [kindOf('again', async (_: unknown, { job }) => ({ ran: ran.push(job.id.at(-1) ?? '') }), { onInterrupted: 'requeue' })]);
    await queue.recover({ hold: true });
    expect(queue.held().map((job) => [job.id.at(-1), job.state])).toEqual([['1', 'queued'], ['4', 'queued']]);
    const [first, last] = queue.held();
    await queue.cancel(first?.id ?? '');
    expect(published.at(-1)).toMatchObject({ id: first?.id, state: 'cancelled' });
    expect(ran).toEqual([]);
    queue.release();
    await queue.wait(last?.id ?? '');
    expect([ran, queue.held()]).toEqual([['4'], []]);
    await queue.stop();
    await database.close();
  });

  it('gives up on a job that its process never survives', async () => {
    const file = join(temporaryFolder(), 'lathe.db');
    const id = '01890000-0000-7000-8000-000000000001';
    for (let kill = 0; kill < 5; kill += 1) {
      const database = await openTestDatabase({ file });
      if (kill === 0) await database.run(addJob, { id, projectId: null, kind: 'fatal', title: 'Fatal', params: 'null', atMs: 1 });
      const { queue } = queueOn(database, [kindOf('fatal', () => new Promise(() => undefined), { onInterrupted: 'requeue' })]);
      await queue.recover();
      const until = performance.now() + 2_000;
      while ((await queue.get(id)).state === 'queued' && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
      // No stop(): this process "dies".
      await database.close();
    }
    const database = await openTestDatabase({ file });
    const { queue } = queueOn(database, []);
    expect(await queue.get(id)).toMatchObject({ state: 'interrupted', resumed: 3, error: { message: 'Fatal was stopped: Lathe ended 4 times while it ran.' } });
    await database.close();
  });

  it('puts running work back in the queue on an orderly stop, and the next process does it', async () => {
    const file = join(temporaryFolder(), 'lathe.db');
    const first = await openTestDatabase({ file });
    const started = Promise.withResolvers<void>();
    const waitForAbort = kindOf(
      'work',
      (_, { signal }) =>
        new Promise((__, reject) => {
          started.resolve();
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
      { onInterrupted: 'requeue' },
    );
    const one = queueOn(first, [waitForAbort]);
    const { id } = await one.queue.enqueue(request('work'));
    await started.promise;
    await one.queue.stop();
    await first.close();
    const second = await openTestDatabase({ file });
    const two = queueOn(second, [kindOf('work', async (_, { job }) => ({ resumed: job.resumed }), { onInterrupted: 'requeue' })]);
    expect(await two.queue.recover()).toEqual([]);
    expect(await two.queue.wait(id)).toMatchObject({ state: 'done', result: { resumed: 1 } });
    await two.queue.stop();
    await second.close();
  });
});

describe('a disk that refuses', () => {
  /** The same database, whose writes of job ends fail as long as `full` says so. */
  function fullDisk(database: Database): { database: Database; state: { full: boolean } } {
    const state = { full: false };
    const run: Database['run'] = (command, args) => {
      if (state.full && command.mode === 'write') return Promise.reject(new AppError('DISK_FULL', 'Disk full: 0 MB left'));
      return database.run(command, args);
    };
    return { state, database: { ...database, run } };
  }

  it('still tells how a job ended, and saves it when there is space again', async () => {
    const real = await openTestDatabase();
    const { database, state } = fullDisk(real);
    const kind = kindOf('write', async () => {
      state.full = true;
      throw new AppError('DISK_FULL', 'Disk full: 0 MB left');
    });
    const { queue } = queueOn(database, [kind]);
    const { id } = await queue.enqueue(request('write'));
    expect(await queue.wait(id)).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL' } });
    expect((await queue.get(id)).state).toBe('failed');
    state.full = false;
    const stored = queueOn(real, []);
    const until = performance.now() + 5_000;
    while ((await stored.queue.get(id)).state !== 'failed' && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await stored.queue.get(id)).state).toBe('failed');
    await queue.stop();
    await real.close();
  });

  it('still cancels', async () => {
    const real = await openTestDatabase();
    const { database, state } = fullDisk(real);
    const started = Promise.withResolvers<void>();
    const kind = kindOf('long', (_, { signal }) => {
      started.resolve();
      return new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    });
    const { queue } = queueOn(database, [kind]);
    const { id } = await queue.enqueue(request('long'));
    await started.promise;
    state.full = true;
    expect((await queue.cancel(id)).state).toBe('cancelling');
    expect((await queue.wait(id)).state).toBe('cancelled');
    state.full = false;
    await queue.stop();
    await real.close();
  });
});
