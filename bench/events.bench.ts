// The event stream over loopback HTTP: every event of a paced 2,000/s, and of an unpaced burst, arrives once and in order.
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../src-main/cli/connect.ts';
import { listen } from '../src-main/host/listen.ts';
import { createHandlerOverFakes } from '../test/helpers/handlerOverFakes.ts';
import { quantile, writeResult } from './result.ts';

const answerId = '01999999-9999-7999-8999-999999999999';
const fakes = createHandlerOverFakes('.');
const listener = await listen(fakes.handle);
fakes.hosts.add(`127.0.0.1:${listener.port}`);
const origin = `http://127.0.0.1:${listener.port}`;

async function run(events: number, pause: (sent: number) => Promise<void> | null): Promise<{ perSecond: number; lost: number; outOfOrder: number; rereads: number; delayP50Ms: number; delayP99Ms: number }> {
  const stop = new AbortController();
  const stream = connect({ origin, token: fakes.token, send: (request) => fetch(request) }).events(stop.signal);
  await stream.next();
  const sentAt: number[] = [];
  const delays: number[] = [];
  let outOfOrder = 0;
  let rereads = 0;
  const startedAt = performance.now();
  const reading = (async () => {
    let expected = 0;
    for await (const { topic, payload } of stream) {
      if (topic === 'stream.reread') rereads += 1;
      if (payload?.topic !== 'answer.text') continue;
      if (payload.at !== expected) outOfOrder += 1;
      delays.push(performance.now() - (sentAt[payload.at] ?? 0));
      expected = payload.at + 1;
      if (expected === events) return;
    }
  })();
  for (let at = 0; at < events; at += 1) {
    sentAt.push(performance.now());
    fakes.events.publish(null, { topic: 'answer.text', answerId, at, text: 'token ' });
    const wait = pause(at + 1);
    if (wait) await wait;
  }
  await Promise.race([reading, delay(20_000)]);
  const seconds = (performance.now() - startedAt) / 1000;
  stop.abort();
  return { perSecond: Math.round(events / seconds), lost: events - delays.length, outOfOrder, rereads, delayP50Ms: Math.round(quantile(delays, 0.5)), delayP99Ms: Math.round(quantile(delays, 0.99)) };
}

// Half a millisecond an event, kept by the clock so that a late timer is caught up.
const pacedFrom = performance.now();
const paced = await run(10_000, (sent) => {
  const early = pacedFrom + sent / 2 - performance.now();
  return sent % 20 === 0 && early > 1 ? delay(early) : null;
});
const burst = await run(12_000, () => null);
await listener.close();
writeResult('events', { paced, burst, goalPerSecond: 2_000 });
process.exit(0);
