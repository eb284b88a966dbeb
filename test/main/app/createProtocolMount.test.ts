import { describe, expect, it } from 'vitest';
import { createProtocolMount } from '../../../src-main/app/createProtocolMount.ts';
import { startStandinFront } from '../../helpers/startStandinFront.ts';

/** As Electron builds it: a signal that never fires. */
const request = (init?: RequestInit): Request => new Request('app://lathe/rpc/x', init);
const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A source that counts what is taken from it and how it ends. */
function endlessSource() {
  const facts = { pulled: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        facts.pulled += 1;
        controller.enqueue(encode(`${facts.pulled}\n`));
      },
      cancel() {
        facts.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { facts, body };
}

describe('the mount on the custom scheme', () => {
  it('brings method, headers and a 2 MB body to the handler, and status, headers and body back', async () => {
    const sent = new Uint8Array(2 * 1024 * 1024).map((_, at) => at % 251);
    const mount = createProtocolMount(async (got) => {
      const bytes = new Uint8Array(await got.arrayBuffer());
      return new Response(bytes.reverse(), { status: 201, statusText: 'Made', headers: { 'x-seen': `${got.method} ${got.url} ${got.headers.get('authorization')}` } });
    });
    const response = await mount(request({ method: 'POST', body: sent, headers: { authorization: 'Bearer t' } }));
    expect([response.status, response.statusText, response.headers.get('x-seen')]).toEqual([201, 'Made', 'POST app://lathe/rpc/x Bearer t']);
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(sent.reverse()))).toBe(true);
  });

  it('leaves an answer without a body as it is', async () => {
    const answer = new Response(null, { status: 204 });
    expect(await createProtocolMount(async () => answer)(request())).toBe(answer);
  });

  it('reaches the work when the page goes away, though the request never says so', async () => {
    const { facts, body } = endlessSource();
    let signal: AbortSignal | undefined;
    const response = await createProtocolMount(async (got) => {
      signal = got.signal;
      return new Response(body);
    })(request());
    const reader = response.body?.getReader();
    await reader?.read();
    expect([signal?.aborted, facts.cancelled]).toEqual([false, false]);
    await reader?.cancel('the page went away');
    expect([signal?.aborted, signal?.reason, facts.cancelled]).toEqual([true, 'the page went away', true]);
  });

  it('is not hurt by a source that breaks as it is told to stop', async () => {
    const source = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(encode('x')), cancel: () => Promise.reject(new Error('already gone')) }, { highWaterMark: 0 });
    const response = await createProtocolMount(async () => new Response(source))(request());
    const reader = response.body?.getReader();
    await reader?.read();
    await expect(reader?.cancel('left')).resolves.toBeUndefined();
  });

  it('reaches the work of one stream and leaves the other alone', async () => {
    const signals: AbortSignal[] = [];
    const mount = createProtocolMount(async (got) => {
      signals.push(got.signal);
      return new Response(endlessSource().body);
    });
    const [first, second] = await Promise.all([mount(request()), mount(request())]);
    await first?.body?.cancel();
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    const reader = second?.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('1\n');
    await reader?.cancel();
  });

  it('hands each part on as it comes and reads nothing ahead of the page', async () => {
    const { facts, body } = endlessSource();
    const response = await createProtocolMount(async () => new Response(body))(request());
    const reader = response.body?.getReader();
    expect(facts.pulled).toBe(0);
    for (let count = 1; count <= 3; count += 1) {
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(`${count}\n`);
      expect(facts.pulled).toBe(count);
    }
    await reader?.cancel();
  });

  it('ends a stream where the work ends it, and breaks it where the work breaks', async () => {
    const whole = new ReadableStream<Uint8Array>({ start: (controller) => (controller.enqueue(encode('all')), controller.close()) });
    expect(await (await createProtocolMount(async () => new Response(whole))(request())).text()).toBe('all');
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('the child died')) });
    const response = await createProtocolMount(async () => new Response(broken))(request());
    await expect(response.text()).rejects.toThrow('the child died');
  });

  it('still hears the signal of a host whose requests do abort', async () => {
    const abort = new AbortController();
    let signal: AbortSignal | undefined;
    await createProtocolMount(async (got) => ((signal = got.signal), new Response('x')))(request({ signal: abort.signal }));
    abort.abort();
    expect(signal?.aborted).toBe(true);
  });

  it('is what the front puts on the scheme', async () => {
    const front = await startStandinFront({ owner: { handle: async (got) => new Response(`answer to ${new URL(got.url).pathname}`) } });
    const mounted = front.handlers.get('protocol:app') as (got: Request) => Promise<Response>;
    expect(await (await mounted(request())).text()).toBe('answer to /rpc/x');
  });
});
