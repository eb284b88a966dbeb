import type { ApiSource } from '#contract/sources.ts';
import { AppError } from '../../../base/appError.ts';
import type { FetchResult } from '../../../base/fetchUrl.ts';
import { valueAt } from './apiItems.ts';
import type { FetchWork } from './fetchedFiles.ts';

export interface ApiPage {
  readonly items: readonly unknown[];
  /** The call for the next page; null after the last. */
  readonly next: URL | null;
}

const MAX_PAGE_BYTES = 20 * 1024 * 1024;
const PAGE_TIMEOUT_MS = 120_000;
const MAX_TRIES = 4;
const MAX_WAIT_MS = 60_000;
const SHOWN = 60;

/** The values of the headers, by their secrets' names: they go to the API's own origin only. */
export async function readHeaders(spec: ApiSource, secret: FetchWork['secret']): Promise<Record<string, string>> {
  const read = Object.entries(spec.headers ?? {}).map(async ([name, { secret: named, prefix }]) => [name, `${prefix ?? ''}${await secret(named)}`] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** The first page's call. */
export function firstCall({ api, next }: ApiSource): URL {
  const url = new URL(api);
  if (next?.by === 'page' && !url.searchParams.has(next.parameter)) url.searchParams.set(next.parameter, String(next.first ?? 1));
  if (next?.by === 'offset' && !url.searchParams.has(next.parameter)) url.searchParams.set(next.parameter, '0');
  return url;
}

/** Asks for one page, again where the server says that it is busy. Throws NETWORK_FAILED, NETWORK_REFUSED, CANCELLED. */
export async function readApiPage(url: URL, { spec, headers }: { readonly spec: ApiSource; readonly headers: Readonly<Record<string, string>> }, work: FetchWork): Promise<ApiPage> {
  for (let tries = 1; ; tries += 1) {
    const answer = await work.fetch({ url: url.href, by: 'apis', signal: work.signal, headers: { accept: 'application/json' }, secretHeaders: headers, maxBytes: MAX_PAGE_BYTES, timeoutMs: PAGE_TIMEOUT_MS });
    if (answer.status >= 200 && answer.status < 300) return toPage(answer, { url, spec });
    const busy = answer.status === 429 || answer.status === 503 || answer.status === 502 || answer.status === 504;
    if (!busy || tries >= MAX_TRIES) throw new AppError('NETWORK_FAILED', `${url.origin} answered ${answer.status} instead of items.`, { hint: answer.status === 401 || answer.status === 403 ? 'Check the secret that its header names, and what it may read.' : 'Check the address, or try again later.' });
    const asked = Number(answer.headers['retry-after']);
    await work.wait(Math.min(MAX_WAIT_MS, Number.isFinite(asked) && asked > 0 ? asked * 1000 : 1000 * 2 ** tries), work.signal);
  }
}

function toPage(answer: FetchResult, { url, spec }: { url: URL; spec: ApiSource }): ApiPage {
  const { origin } = url;
  const value = parseJson(answer, origin);
  const items = valueAt(value, spec.items);
  if (!Array.isArray(items)) {
    const found = typeof value === 'object' && value !== null ? Object.keys(value).slice(0, 10).map((name) => name.slice(0, SHOWN)).join(', ') : typeof value;
    throw new AppError('NETWORK_FAILED', `${origin} answered without a list of items at ${JSON.stringify(spec.items)}; it has: ${found}.`, { hint: 'Correct items in the knowledge base\'s file.' });
  }
  return { items, next: items.length === 0 ? null : nextCall(answer, { url, spec, value, count: items.length }) };
}

function parseJson({ body }: FetchResult, origin: string): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    throw new AppError('NETWORK_FAILED', `${origin} answered something that is not JSON.`, { hint: 'Check the address.', cause: error });
  }
}

function nextCall(answer: FetchResult, { url, spec: { next }, value, count }: { url: URL; spec: ApiSource; value: unknown; count: number }): URL | null {
  if (next === undefined) return null;
  const following = new URL(url);
  if (next.by === 'link') {
    const link = /<([^<>]*)>\s*;[^,<]*\brel\s*=\s*"?next"?/i.exec(answer.headers['link'] ?? '')?.[1];
    if (link === undefined || !URL.canParse(link, url.href)) return null;
    const named = new URL(link, url.href);
    // The next call carries the secrets: an answer must not be able to send them elsewhere.
    if (named.origin !== url.origin) throw new AppError('NETWORK_REFUSED', `${url.origin} names a next page on another site, ${named.origin}.`, { hint: 'Add that site as a source of its own, if you trust it.' });
    return named;
  }
  if (next.by === 'cursor') {
    const cursor = valueAt(value, next.cursor);
    if ((typeof cursor !== 'string' && typeof cursor !== 'number') || cursor === '') return null;
    following.searchParams.set(next.parameter, String(cursor));
  } else following.searchParams.set(next.parameter, String(Number(url.searchParams.get(next.parameter)) + (next.by === 'page' ? 1 : count)));
  return following;
}
