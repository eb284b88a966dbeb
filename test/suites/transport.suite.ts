import { expect, test } from 'vitest';
import { connect, type Connection } from '../../src-main/cli/connect.ts';
import { hasErrorCode } from '../../src-main/base/appError.ts';
import { toAppError } from '../../src-main/cli/connect.ts';
import type { HandlerOverFakes } from '../helpers/handlerOverFakes.ts';

/** One way to the handler, as the suite needs it. */
export interface MountUnderTest {
  readonly origin: string;
  readonly fakes: HandlerOverFakes;
  readonly send: (request: Request) => Promise<Response>;
}

const projectId = '01999999-9999-7999-8999-999999999999' as never;

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => null, (error: unknown) => toAppError(error));
}

/** What every mount must carry unchanged. */
export function transportSuite(mount: () => MountUnderTest): void {
  const open = (): Connection => connect({ origin: mount().origin, token: mount().fakes.token, send: mount().send });

  test('a call and its answer arrive as they were sent', async () => {
    const [line] = await open().client.system.log({ limit: 7 });
    expect(line).toEqual({ sequence: 7, atMs: 0, level: 'info', area: 'test', message: 'hello' });
  });

  test('an error arrives with its code, its words and its next step', async () => {
    const error = await failure(open().client.jobs.get({ id: projectId }));
    expect(hasErrorCode(error, 'JOB_NOT_FOUND')).toBe(true);
    expect((error as Error).message).toContain('jobs.get is not part of this test');
  });

  test('bad input is refused by naming the field, and nothing runs', async () => {
    const before = mount().fakes.ran.length;
    const error = await failure(open().client.jobs.get({ id: 'not-an-id' as never }));
    expect(hasErrorCode(error, 'INPUT_INVALID')).toBe(true);
    expect((error as Error).message).toContain('id:');
    expect(mount().fakes.ran.length).toBe(before);
  });

  test('two megabytes go up in one piece', async () => {
    const text = 'ä'.repeat(1_000_000);
    const written = await open().client.projects.writeFile({ projectId, path: 'notes.md', text, expectedDigest: null });
    expect(Number(written.digest)).toBe(text.length);
  });

  test('events stream in order, in both of two open streams', async () => {
    const stop = new AbortController();
    const streams = [open().events(stop.signal), open().events(stop.signal)];
    for (const stream of streams) expect((await stream.next()).value?.topic).toBe('stream.reread');
    // In bursts with reading between them, so that every reader comes back to where it was more than once.
    for (let from = 0; from < 500; from += 100) {
      for (let at = from; at < from + 100; at += 1) mount().fakes.events.publish(null, { topic: 'answer.text', answerId: projectId, at, text: 'x' });
      for (const stream of streams) {
        for (let at = from; at < from + 100; at += 1) expect((await stream.next()).value?.payload).toMatchObject({ at });
      }
    }
    stop.abort();
  });

  test('leaving an event stream frees its place', async () => {
    const { events } = mount().fakes;
    await expect.poll(() => {
      events.publish(null, { topic: 'models.changed' });
      return events.readers;
    }).toBe(0);
    const stop = new AbortController();
    const stream = open().events(stop.signal);
    await stream.next();
    expect(events.readers).toBe(1);
    stop.abort();
    await stream.return(undefined).catch(() => undefined);
    // A mount that learns of the page's leaving only when it writes is given something to write.
    await expect.poll(() => {
      events.publish(null, { topic: 'models.changed' });
      return events.readers;
    }).toBe(0);
  });

  test('an unknown route is answered as such', async () => {
    const response = await mount().send(new Request(`${mount().origin}/rpc/knowledge/nothing`, { method: 'POST', headers: { authorization: `Bearer ${mount().fakes.token}` }, body: '{}' }));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'ROUTE_UNKNOWN' });
  });

  test('a request of another origin is refused', async () => {
    const response = await mount().send(new Request(`${mount().origin}/rpc/system/log`, { method: 'POST', headers: { authorization: `Bearer ${mount().fakes.token}`, origin: 'http://evil.test' }, body: '{"json":{"limit":1}}' }));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'ORIGIN_REFUSED' });
  });
}

/** For mounts whose transport tells of an abandoned call before its answer begins. */
export function abortSuite(mount: () => MountUnderTest): void {
  test('abandoning a call stops its work', async () => {
    const { fakes, origin, send } = mount();
    const before = fakes.stopped;
    const stop = new AbortController();
    const { client } = connect({ origin, token: fakes.token, send });
    const call = failure(client.knowledge.search({ projectId, knowledgeId: projectId, question: 'anything' }, { signal: stop.signal }));
    setTimeout(() => stop.abort(), 100);
    await call;
    await expect.poll(() => fakes.stopped).toBe(before + 1);
  });
}
