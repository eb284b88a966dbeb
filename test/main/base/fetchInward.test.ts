import { afterEach, describe, expect, test } from 'vitest';
import type { Address } from '../../../src-main/base/networkCall.ts';
import { brokerOver, closeLocalSites, serveLocally } from '../../helpers/localSite.ts';

afterEach(closeLocalSites);

/** A person who allowed every site has still not allowed this machine. */
const everySite = { allow: () => false, fetchable: () => true };

const LOOPBACK = ['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001', '127.0.0.1.', '127.255.255.254', '0.0.0.0', '0', '[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '%31%32%37.0.0.1', '①②⑦.⓪.⓪.①', 'localhost', 'LOCALHOST', '127。0。0。1'];
const METADATA = ['169.254.169.254', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '169.254.170.2', '100.100.100.200', '192.0.0.192', '[fd00:ec2::254]', '[fe80::a9fe:a9fe]'];
const PRIVATE = ['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '[fc00::1]', '[fe80::1]', '[ff02::1]'];
const MAPPED = ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:169.254.169.254]', '[::ffff:10.0.0.1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b::a9fe:a9fe]', '[2002:7f00:1::]', '[2001:0:7f00:1::]'];
const SCHEMES = ['gopher://example.org/_x', 'file:///etc/passwd', 'ftp://example.org/f', 'data:text/html,x', 'javascript:alert(1)', 'ws://example.org/', 'jar:http://example.org!/x', 'not an address'];
const USERINFO = ['https://evil@example.org/', 'https://a:b@example.org/', 'http://example.org@127.0.0.1/', 'http://127.0.0.1:80@example.org/'];
/** What a name's resolver answers, one list a question. */
const NAMES: readonly (readonly string[])[] = [['127.0.0.1'], ['1.1.1.1', '10.0.0.1'], ['169.254.169.254'], ['::1'], ['2606:4700::1111', '::ffff:127.0.0.1']];

const direct = [...LOOPBACK, ...METADATA, ...PRIVATE, ...MAPPED].map((host) => `http://${host}/latest/meta-data`);

async function fetchAny(url: string, more: Parameters<typeof brokerOver>[1] = everySite, origins: readonly string[] = []): Promise<{ failure: unknown; outcomes: string[] }> {
  const { broker, ledger } = brokerOver(origins, more);
  const failure: unknown = await broker.fetch({ url, by: 'sites', signal: new AbortController().signal, maxBytes: 1_000, timeoutMs: 10_000 }).catch((error: unknown) => error);
  return { failure, outcomes: ledger.ended.map(({ outcome, sentBytes }) => `${outcome} ${outcome === 'refused' ? sentBytes : ''}`.trim()) };
}

describe('where a fetch never goes, though every site is allowed', () => {
  test.each([...direct, ...SCHEMES, ...USERINFO])('%s', async (url) => {
    const { failure, outcomes } = await fetchAny(url);
    expect(failure).toMatchObject({ code: 'NETWORK_REFUSED' });
    expect(outcomes.every((outcome) => outcome === 'refused 0')).toBe(true);
  });

  test.each(NAMES)('a name that leads to %s', async (...answer) => {
    const resolve = async (): Promise<Address[]> => answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    expect((await fetchAny('https://rebind.test/', { ...everySite, resolve })).failure).toMatchObject({ code: 'NETWORK_REFUSED', message: expect.stringContaining('private network') });
  });

  test.each([1, 2, 3, 4, 5])('inward after %i redirects', async (hops) => {
    let reached = false;
    const inside = await serveLocally((_request, response) => ((reached = true), response.end()));
    const origin = await serveLocally((request, response) => {
      const at = Number(request.url?.slice(1));
      response.writeHead(302, { location: at === hops ? `${inside}/secret` : `/${at + 1}` }).end();
    });
    const { failure, outcomes } = await fetchAny(`${origin}/1`, { fetchable: () => true }, [origin]);
    expect(failure).toMatchObject({ code: 'NETWORK_REFUSED' });
    expect(outcomes).toEqual([...Array.from({ length: hops }, () => 'done'), 'refused 0']);
    expect(reached).toBe(false);
  });

  test.each(['gopher://example.org/', 'file:///etc/passwd', 'http://user@example.org/', 'http://[::ffff:7f00:1]/', 'http://169.254.169.254/'])('a redirect to %s', async (location) => {
    const origin = await serveLocally((_request, response) => response.writeHead(307, { location }).end());
    expect((await fetchAny(`${origin}/`, { fetchable: () => true }, [origin])).failure).toMatchObject({ code: 'NETWORK_REFUSED' });
  });

  test('inward after a redirect to a name that first led outside', async () => {
    let asked = 0;
    const origin = await serveLocally((_request, response) => response.writeHead(302, { location: 'http://rebind.test/' }).end());
    const named = origin.replace('127.0.0.1', 'rebind.test');
    const resolve = async (): Promise<Address[]> => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    const { failure } = await fetchAny(`${named}/`, { fetchable: () => true, resolve }, [named]);
    expect(failure).toMatchObject({ code: 'NETWORK_REFUSED', message: expect.stringContaining('127.0.0.2') });
  });
});
