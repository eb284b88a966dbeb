import { describe, expect, test } from 'vitest';
import { parseRange } from '../../../src-main/server/byteRange.ts';
import { createHandlerOverFakes } from '../../helpers/handlerOverFakes.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const ORIGINAL = Uint8Array.from({ length: 1_000 }, (_, at) => at % 251);
const fakes = createHandlerOverFakes(temporaryFolder());
fakes.hosts.add('lathe.test');
fakes.sources.set('page', ORIGINAL);

function get(range?: string): Promise<Response> {
  const headers = { host: 'lathe.test', authorization: `Bearer ${fakes.token}`, ...(range === undefined ? {} : { range }) };
  return fakes.handle(new Request('http://lathe.test/source?documentId=page', { headers }));
}

const bytesOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());

describe('the original of a document', () => {
  test('comes whole, as a download of inert bytes whatever it claims to be', async () => {
    const answer = await get();
    expect([answer.status, Object.fromEntries(answer.headers)]).toEqual([200, expect.objectContaining({ 'content-type': 'application/octet-stream', 'content-disposition': 'attachment', 'x-content-type-options': 'nosniff', 'content-length': '1000', 'accept-ranges': 'bytes' })]);
    expect(await bytesOf(answer)).toEqual(ORIGINAL);
  });

  test('comes in the one range that was asked for, with its place in the whole', async () => {
    for (const [range, start, end] of [['bytes=0-99', 0, 99], ['bytes=990-', 990, 999], ['bytes=-10', 990, 999], ['bytes=500-5000', 500, 999], ['bytes=-5000', 0, 999]] as const) {
      const answer = await get(range);
      expect([answer.status, answer.headers.get('content-range'), answer.headers.get('content-length')], range).toEqual([206, `bytes ${start}-${end}/1000`, String(end - start + 1)]);
      expect(answer.headers.get('content-disposition')).toBe('attachment');
      expect(await bytesOf(answer), range).toEqual(ORIGINAL.slice(start, end + 1));
    }
  });

  test('is refused with its size when no byte of the range exists, and the file is closed', async () => {
    const before = fakes.closedSources;
    for (const range of ['bytes=1000-', 'bytes=2000-3000', 'bytes=-0']) {
      const answer = await get(range);
      expect([answer.status, answer.headers.get('content-range'), (await bytesOf(answer)).length], range).toEqual([416, 'bytes */1000', 0]);
    }
    expect(fakes.closedSources).toBe(before + 3);
  });

  test('comes whole when the range is none that is served', async () => {
    for (const range of ['bytes=0-1,5-6', 'bytes=9-3', 'bytes=-', 'bytes=a-b', 'lines=0-1', 'bytes=9999999999999999-', 'bytes = 0-1']) {
      const answer = await get(range);
      expect([answer.status, (await bytesOf(answer)).length], range).toEqual([200, 1_000]);
    }
    expect(parseRange('bytes=0-', 0)).toBe('outside');
    expect(parseRange('bytes=-1', 0)).toBe('outside');
  });
});
