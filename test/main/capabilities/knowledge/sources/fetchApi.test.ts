import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { ApiSource } from '#contract/sources.ts';
import { ApiSource as ApiSchema } from '#contract/sources.ts';
import { fetchApi } from '../../../../../src-main/capabilities/knowledge/sources/fetchApi.ts';
import { brokerOver, closeLocalSites, serveLocally } from '../../../../helpers/localSite.ts';
import { workOver } from './sourceWork.ts';

afterEach(closeLocalSites);

const items = Array.from({ length: 7 }, (_, index) => ({ id: index + 1, title: `Ticket ${index + 1}`, body: `Text ${index + 1}`, user: { login: 'ann' }, created_at: '2026-01-02T03:04:05Z', updated_at: '2026-02-03T00:00:00Z', html_url: `https://example.org/t/${index + 1}` }));

interface Api {
  readonly origin: string;
  readonly asked: string[];
  fail: number | null;
  list: typeof items;
}

/** An API that knows all four ways of paging, three items a page. */
async function apiOf(): Promise<Api> {
  const api = { origin: '', asked: [] as string[], fail: null as number | null, list: items };
  api.origin = await serveLocally((request, response) => {
    api.asked.push(`${request.url} ${request.headers.authorization ?? ''}`.trim());
    const url = new URL(request.url ?? '/', 'http://x');
    const at = url.searchParams.has('page') ? (Number(url.searchParams.get('page')) - 1) * 3 : Number(url.searchParams.get('offset') ?? url.searchParams.get('cursor') ?? url.searchParams.get('from') ?? 0);
    if (api.fail !== null && at > 0) return void response.writeHead(api.fail).end();
    const more = at + 3 < api.list.length;
    response.writeHead(200, { 'content-type': 'application/json', ...(more ? { link: `<${api.origin}/list?from=0>; rel="first", </list?from=${at + 3}>; rel="next"` } : {}) });
    response.end(JSON.stringify({ data: { items: api.list.slice(at, at + 3) }, meta: { next: more ? String(at + 3) : null } }));
  });
  return api;
}

const textOf = (path: string | undefined): string => readFileSync(path ?? '', 'utf8');

describe('an API', () => {
  test.each([
    ['page', { by: 'page', parameter: 'page' }, 4],
    ['offset', { by: 'offset', parameter: 'offset' }, 4],
    ['cursor', { by: 'cursor', parameter: 'cursor', cursor: '/meta/next' }, 3],
    ['link', { by: 'link' }, 3],
  ] as const)('is read page after page by %s, each item a document with its facts', async (_by, next, most) => {
    const api = await apiOf();
    const found = await fetchApi({ api: `${api.origin}/list`, items: 'data.items', next, text: ['body'] }, workOver([api.origin]));
    expect(found.files.map(({ name }) => name)).toEqual(items.map(({ title }) => `${title}.md`));
    expect(found.files[0]).toMatchObject({ url: 'https://example.org/t/1', modifiedMs: Date.UTC(2026, 1, 3) });
    expect(textOf(found.files[0]?.path)).toBe('---\ntitle: Ticket 1\nauthor: ann\ncreated: 2026-01-02T03:04:05Z\nmodified: 2026-02-03T00:00:00Z\nurl: https://example.org/t/1\n---\n\n# Ticket 1\n\nText 1\n');
    expect(api.asked.length).toBeLessThanOrEqual(most);
    expect(found.problems).toEqual([]);
  });

  test('without fields of text gives the items as JSON', async () => {
    const api = await apiOf();
    const found = await fetchApi({ api: `${api.origin}/list`, items: '/data/items' }, workOver([api.origin]));
    expect(found.files[0]?.name).toBe('Ticket 1.json');
    expect(JSON.parse(textOf(found.files[0]?.path))).toEqual(items[0]);
  });

  test('is given its secret in a header, which is nowhere else: not in the ledger, the folder or a message', async () => {
    const api = await apiOf();
    const { broker, ledger } = brokerOver([api.origin]);
    const work = workOver([], { broker, secret: async () => 'canary' });
    const spec: ApiSource = { api: `${api.origin}/list`, items: 'data.items', headers: { Authorization: { secret: 'tracker', prefix: 'Bearer ' } } };
    const found = await fetchApi(spec, work);
    expect(api.asked).toEqual(['/list Bearer canary']);
    expect(JSON.stringify([ledger, found, work.progress]) + readFileSync(`${work.folder}/manifest.json`, 'utf8')).not.toContain('canary');
    expect(ApiSchema.safeParse({ ...spec, headers: { Authorization: 'Bearer canary' } }).success).toBe(false);
  });

  test('that names a next page on another site is not followed there', async () => {
    let reached = false;
    const other = await serveLocally((_request, response) => ((reached = true), response.end('[]')));
    const origin = await serveLocally((_request, response) => response.writeHead(200, { link: `<${other}/steal>; rel=next` }).end('[{"id":1}]'));
    const work = workOver([origin, other]);
    await expect(fetchApi({ api: `${origin}/`, items: '', next: { by: 'link' } }, work)).rejects.toMatchObject({ code: 'NETWORK_REFUSED' });
    expect(reached).toBe(false);
  });

  test('that gives one page for ever, or pages in a circle, is left with the reason', async () => {
    const origin = await serveLocally((request, response) => response.writeHead(200, request.url?.startsWith('/circle') ? { link: `</circle?at=${request.url.endsWith('1') ? 2 : 1}>; rel="next"` } : {}).end(JSON.stringify([{ id: request.url?.startsWith('/circle') ? request.url : 1 }])));
    const same = await fetchApi({ api: `${origin}/same`, items: '', next: { by: 'page', parameter: 'p' } }, workOver([origin]));
    expect(same.problems[0]?.reason).toContain('the same items');
    const circle = await fetchApi({ api: `${origin}/circle`, items: '', next: { by: 'link' } }, workOver([origin]));
    expect(circle.problems[0]?.reason).toContain('read already');
  });

  test('that fails halfway keeps what was read before; one that lists less drops the rest', async () => {
    const api = await apiOf();
    const spec: ApiSource = { api: `${api.origin}/list`, items: 'data.items', next: { by: 'link' } };
    const work = workOver([api.origin]);
    const first = await fetchApi(spec, work);
    api.fail = 500;
    const second = await fetchApi(spec, work);
    expect(second.files).toHaveLength(7);
    expect(second.problems[0]?.reason).toContain('kept');
    api.fail = null;
    api.list = items.slice(0, 2);
    const third = await fetchApi(spec, work);
    expect(third.files).toEqual(first.files.slice(0, 2));
  });

  test('that is busy is asked again after the time that it names', async () => {
    let calls = 0;
    const origin = await serveLocally((_request, response) => ((calls += 1) < 3 ? response.writeHead(429, { 'retry-after': '7' }).end() : response.end('[{"id":"a"}]')));
    const work = workOver([origin]);
    expect((await fetchApi({ api: `${origin}/`, items: '' }, work)).files).toHaveLength(1);
    expect(work.waits).toEqual([7_000, 7_000]);
  });

  test('says what is wrong with an answer', async () => {
    const bodies = ['<html>', '{"results":[]}', '[]'];
    const origin = await serveLocally((request, response) => response.end(bodies[Number(request.url?.slice(1))]));
    await expect(fetchApi({ api: `${origin}/0`, items: 'data' }, workOver([origin]))).rejects.toMatchObject({ message: expect.stringContaining('not JSON') });
    await expect(fetchApi({ api: `${origin}/1`, items: 'data' }, workOver([origin]))).rejects.toMatchObject({ message: expect.stringContaining('it has: results') });
    await expect(fetchApi({ api: `${origin}/2`, items: '__proto__' }, workOver([origin]))).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
  });
});
