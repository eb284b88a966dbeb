import { expect, it } from 'vitest';
import { countActive } from '../../../src-main/cli/countActive.ts';
import { EVENTS_PATH } from '../../../src-main/contract/router.ts';

const EVENTS = new Request(`http://127.0.0.1${EVENTS_PATH}`);

it('an owner that is a command says that it waits for another one, and goes when that one lets go of its stream', async () => {
  const active = countActive(async () => new Response(new ReadableStream()));
  const stream = (await active.handle(EVENTS)).body;
  const told = Promise.withResolvers<void>();
  const idle = active.idle(told.resolve);
  await told.promise;
  await stream?.cancel();
  await idle;
});

it('a window that is closed does not wait for the stream that a tab holds, but for an answer that is being given', async () => {
  const answer = Promise.withResolvers<Response>();
  const active = countActive((request) => (request.url === EVENTS.url ? Promise.resolve(new Response(new ReadableStream())) : answer.promise));
  await active.handle(EVENTS);
  await active.drain(600_000);
  const asked = active.handle(new Request('http://127.0.0.1/rpc'));
  let drained = false;
  const draining = active.drain(600_000).then(() => (drained = true));
  answer.resolve(new Response(null));
  expect(drained).toBe(false);
  await asked;
  await draining;
});
